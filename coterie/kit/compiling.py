"""Compiles functions with numba at their first call, and keeps what was compiled, once for each machine.

numba keeps it by file and does not see that a callee in another file has changed. So the folder it is kept in bears a
digest of every source that goes into it: another source is another folder. Importing this needs numba.
"""

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiler(file: str, *, also: Iterable[Path] = (), **options: Any) -> Callable[[F], F]:
    """A decorator for the functions beside `file`. `also`: sources elsewhere that they call or take numbers from.

    The function it gives has the types that Python's reader sees. `options` are numba's.
    """
    kept = str(folder(Path(file).parent, also, options))

    def compiled(function: F) -> F:
        config: Any = numba.config
        before, config.CACHE_DIR = config.CACHE_DIR, kept
        try:
            return cast(F, numba.njit(cache=True, **options)(function))
        finally:
            config.CACHE_DIR = before

    return compiled


def folder(beside: Path, also: Iterable[Path] = (), options: Any = None) -> Path:
    """Below the user's cache: named by the folder of the sources and their digest, with numba's version and options."""
    made = hashlib.sha256(repr((numba.__version__, options)).encode())
    for source in (*sorted(beside.glob("*.py")), *also):
        made.update(source.read_bytes())
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "coterie" / f"{beside.name}-{made.hexdigest()[:16]}"
