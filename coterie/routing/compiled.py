"""The policy compiled for arrays: the same source as what runs live, for whoever decides by the million.

Importing this needs numba. `decide` takes a `Contact` and `Experts` whose columns are numpy arrays, and an array for
the codes; it gives what `policy.decide` gives for the same numbers in lists.
"""

from importlib.util import find_spec, module_from_spec
from inspect import getmembers, isfunction
from types import ModuleType
from typing import Any

import numba
import numpy

from coterie.routing.policy import Contact, Experts

WHOLE = {"present", "on_shift", "seat", "speaks", "skill", "on_call", "rated_badly"}
"""Columns of small whole numbers; the others are seconds and loads."""


def compiled_policy() -> ModuleType:
    """The policy's module once more, with each of its functions compiled: what they call is compiled, too."""
    spec = find_spec("coterie.routing.policy")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    own = [each for _, each in getmembers(module, isfunction) if each.__module__ == spec.name]
    for function in own:
        setattr(module, function.__name__, numba.njit(function))
    return module


_decide = compiled_policy().decide


def decide(contact: Contact, experts: Experts, codes: Any) -> tuple[int, int]:
    """As `policy.decide`, over arrays. The first call compiles."""
    index, reason = _decide(contact, experts, codes)
    return int(index), int(reason)


def arrays(experts: Experts) -> Experts:
    """The same columns as arrays."""
    columns: Any = {
        name: numpy.array(column, numpy.int8 if name in WHOLE else numpy.float64)
        for name, column in experts._asdict().items()
    }
    return Experts(**columns)
