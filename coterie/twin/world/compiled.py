"""How the world is compiled, and where what was compiled is kept.

numba keeps what it compiled by file, and does not see that a callee in another file has changed. So the folder it keeps
it in bears a digest of every source that goes into the world: another policy is another folder.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

import numba

from coterie.routing.compiled import compiled_policy

HERE = Path(__file__).parent
SOURCES = [*sorted(HERE.glob("*.py")), HERE.parent.parent / "routing" / "policy.py"]
OPTIONS: Any = {"cache": True, "error_model": "numpy", "fastmath": False, "boundscheck": bool(os.environ.get("COTERIE_CHECK_BOUNDS"))}  # fmt: skip


def digest() -> str:
    """Of the sources, the version of numba and the options."""
    made = hashlib.sha256(repr((numba.__version__, OPTIONS)).encode())
    for source in SOURCES:
        made.update(source.read_bytes())
    return made.hexdigest()[:16]


def folder() -> Path:
    """Below the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "coterie" / f"twin-{digest()}"


def compiled(function: Any) -> Any:
    """The function, compiled at its first call and kept."""
    config: Any = numba.config
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder())
    try:
        return numba.njit(**OPTIONS)(function)
    finally:
        config.CACHE_DIR = before


policy = compiled_policy()
"""The live policy, compiled."""
