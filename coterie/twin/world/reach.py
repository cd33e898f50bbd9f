"""How compiled code reaches the columns of a world: by address, since a world is handed from function to function.

An array handed on is counted, and that costs more than most functions here do; a record is one pointer. The arrays are
kept alive by `World` (see `world.py`), as long as anything runs.
"""

from typing import Any

import numba
import numpy as np
from numba.core import types
from numba.extending import intrinsic

from coterie.twin.world.columns import (
    CASE,
    EPISODE,
    EXPERT,
    HOME,
    LINE,
    OWNING,
    RECORD,
    TOPIC,
    UNIT,
)
from coterie.twin.world.compiled import compiled


def rows_of(dtype: Any) -> Any:
    """A function of an address and a place: the record there."""
    row, size = numba.from_dtype(dtype), dtype.itemsize

    @intrinsic
    def at(typing: Any, address: Any, place: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            place_ = context.cast(builder, given[1], signature.args[1], types.int64)
            offset = builder.mul(place_, context.get_constant(types.int64, size))
            return builder.inttoptr(builder.add(given[0], offset), context.get_value_type(row))

        return row(types.uint64, place), code

    return at


def pointer_to(kind: Any) -> Any:
    @intrinsic
    def pointer(typing: Any, address: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            return builder.inttoptr(given[0], context.get_value_type(signature.return_type))

        return types.CPointer(kind)(types.uint64), code

    return pointer


episode_of, case_of, expert_of, home_of = (rows_of(d) for d in (EPISODE, CASE, EXPERT, HOME))
unit_of, line_of, topic_of, record_of = (rows_of(d) for d in (UNIT, LINE, TOPIC, RECORD))
owning_of = rows_of(OWNING)
reals, marks = pointer_to(types.float64), pointer_to(types.int8)
ints, longs = pointer_to(types.int32), pointer_to(types.int64)


SIZES = {name: dtype.itemsize // 8 for name, dtype in (("episode", EPISODE), ("case", CASE))}
EPISODE_WORDS, CASE_WORDS = SIZES["episode"], SIZES["case"]


@compiled
def clear(address, i, words):
    """A row that an earlier world may have written: nothing in it."""
    row = longs(address + np.uint64(i * words * 8))
    for k in range(words):
        row[k] = 0


@compiled
def episode_at(w, i):
    return episode_of(w.episodes, i)


@compiled
def case_at(w, i):
    return case_of(w.cases, i)


@compiled
def expert_at(w, i):
    return expert_of(w.experts, i)


@compiled
def home_at(w, i):
    return home_of(w.homes, i)


@compiled
def unit_at(w, i):
    return unit_of(w.units, i)


@compiled
def line_at(w, i):
    return line_of(w.lines, i)


@compiled
def topic_at(w, i):
    return topic_of(w.topics, i)


@compiled
def owning_at(w, i):
    return owning_of(w.ownings, i)


@compiled
def record_at(w, i):
    return record_of(w.records, i)


@compiled
def skill_of(w, topic, x):
    return marks(w.skill)[topic * w.n_of_experts + x]


@compiled
def row(address, i, width):
    """The i-th row of a table of numbers."""
    return numba.carray(reals(address + np.uint64(i * width * 8)), (width,), np.float64)


@compiled
def reals_from(address, first, n):
    return numba.carray(reals(address + np.uint64(first * 8)), (n,), np.float64)


@compiled
def marks_from(address, first, n):
    return numba.carray(marks(address + np.uint64(first)), (n,), np.int8)
