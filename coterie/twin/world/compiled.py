"""How the world is compiled, with the live policy in it."""

import os
from pathlib import Path
from typing import Any

from coterie.kit.compiling import compiler
from coterie.routing.compiled import compiled_policy

ROUTING = Path(__file__).parents[2] / "routing"
ELSEWHERE = [ROUTING / "policy.py", ROUTING / "model.py"]
"""What the world calls, or takes numbers from, outside its folder."""
OPTIONS: Any = {"error_model": "numpy", "fastmath": False, "boundscheck": bool(os.environ.get("COTERIE_CHECK_BOUNDS"))}  # fmt: skip

compiled: Any = compiler(__file__, also=ELSEWHERE, **OPTIONS)
"""The function, compiled at its first call and kept. Another policy is compiled anew."""
inlined: Any = compiler(__file__, also=ELSEWHERE, forceinline=True, **OPTIONS)
"""Compiled into whoever calls it: for the one step of the loop. More of it takes long to compile, and is no faster."""

policy = compiled_policy()
"""The live policy, compiled."""
