"""Compiles a function with numba at its first call, and keeps what it compiled, once for each machine.

numba keeps it by file and does not see that a callee in another file has changed. So the folder bears a digest of the sources.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])
SOURCES = ("annealing.py", "moves.py", "state.py")


def folder() -> Path:
    """Below the user's cache."""
    made = hashlib.sha256(numba.__version__.encode())
    for source in SOURCES:
        made.update((Path(__file__).parent / source).read_bytes())
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "coterie" / f"rosters-{made.hexdigest()[:16]}"


def compiled(function: F) -> F:
    """The same function over arrays, fast, with its types as Python's reader sees them."""
    config: Any = numba.config
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder())
    try:
        return cast(F, numba.njit(cache=True)(function))
    finally:
        config.CACHE_DIR = before
