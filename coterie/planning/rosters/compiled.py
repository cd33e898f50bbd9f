"""Compiles a function with numba, once for each machine, and leaves its types as Python's reader sees them."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """The same function over arrays, fast. Its first call ever compiles; later ones read what is kept."""
    return cast(F, numba.njit(cache=True)(function))
