"""Compiles functions with numba at their first call, and keeps what was compiled, once for each machine.

numba keeps it by file and does not see that a callee in another file has changed. So the folder it is kept in bears a
digest of every source that goes into it: another source is another folder. Those of versions that nobody runs any more are
swept away. Importing this needs numba.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])

DIGITS = 16
UNUSED_S = 30 * 86_400
"""So long after its last use a folder may go. One of the twin holds up to 110 MB."""


def compiler(file: str, *, also: Iterable[Path] = (), **options: Any) -> Callable[[F], F]:
    """A decorator for the functions beside `file`. `also`: sources elsewhere that they call or take numbers from.

    The function it gives has the types that Python's reader sees. `options` are numba's.
    """
    kept = str(opened(folder(Path(file).parent, also, options)))

    def compiled(function: F) -> F:
        config: Any = numba.config
        before, config.CACHE_DIR = config.CACHE_DIR, kept
        try:
            return cast(F, numba.njit(cache=True, **options)(function))
        finally:
            config.CACHE_DIR = before

    return compiled


def opened(kept: Path) -> Path:
    """The folder, in use now. Where it is new, those of its name that were not used for long are swept away."""
    with suppress(OSError):  # what can't be kept is compiled each time
        fresh = not kept.exists()
        kept.mkdir(parents=True, exist_ok=True)
        os.utime(kept)
        if fresh:
            sweep(kept)
    return kept


def sweep(kept: Path) -> None:
    name = kept.name.rpartition("-")[0]
    for other in kept.parent.glob(f"{name}-{'[0-9a-f]' * DIGITS}"):
        if time.time() - other.stat().st_mtime > UNUSED_S:
            shutil.rmtree(other, ignore_errors=True)


def folder(beside: Path, also: Iterable[Path] = (), options: Any = None) -> Path:
    """Below the user's cache: named by the folder of the sources and their digest, with numba's version and options."""
    made = hashlib.sha256(repr((numba.__version__, options)).encode())
    for source in (*sorted(beside.glob("*.py")), *also):
        made.update(source.read_bytes())
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "coterie" / f"{beside.name}-{made.hexdigest()[:DIGITS]}"
