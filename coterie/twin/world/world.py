"""A world with its columns: built from numbers, lived, and grown where a column has too little room."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from coterie.twin.world.columns import COLUMNS, WORLD
from coterie.twin.world.loop import FULL, live
from coterie.twin.world.start import begin

GROWS = ("episodes", "cases", "ownings", "records", "heap_at", "heap_what")
USED = {"episodes": "n_episodes", "cases": "n_cases", "ownings": "n_ownings", "records": "n_records", "heap_at": "n_heap", "heap_what": "n_heap"}  # fmt: skip
"""How many rows of a growing column are in use stands under this name."""
LEAST, A_STEP = 1 << 10, 16
"""Rows that one step may need: when somebody leaves, all that waits on them is placed anew."""


_SPARE: dict[str, Any] = {}
"""Growing columns that a world gave back: the next one begins with them, since fresh memory costs more than living in it."""


class World:
    """The arrays of a world, and the record that says where they are."""

    def __init__(self, rules: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
        """rules: by the names of `columns.RULES`. columns: those of `columns.COLUMNS` that don't grow, as arrays."""
        self.record = np.zeros(1, WORLD)
        for name, value in rules.items():
            self.record[0][name] = value
        self.columns: dict[str, Any] = {}
        for name, array in columns.items():
            self.put(name, np.ascontiguousarray(array, COLUMNS[name]))
        self.spare = LEAST + A_STEP * max(1, int(self.columns["units"]["number"].max()))
        self.record["spare"] = self.spare
        for name in GROWS:
            self.put(name, _SPARE.pop(name, None) if name in _SPARE else np.empty(0, COLUMNS[name]))
            if len(self.columns[name]) < 2 * self.spare:
                self.grow(name, 4 * self.spare)
        self.begun = False

    def put(self, name: str, array: Any) -> None:
        self.columns[name] = array
        self.record[name] = array.ctypes.data
        self.record["n_of_" + name] = len(array)
        self.record["wide_" + name] = array.shape[1] if array.ndim > 1 else 1

    def live(self, until: float) -> None:
        """Until that second."""
        if not self.begun:
            for name in ("heap_at", "heap_what"):
                self.grow(name, 2 * len(self.columns["experts"]) + len(self.columns[name]))
            self.record["until"] = until
            begin(self.record)
            self.begun = True
        while live(self.record, until) == FULL:
            self.give_room()

    def give_room(self) -> None:
        """Half as much again to each column that is nearly full."""
        for name, count in USED.items():
            rows = len(self.columns[name])
            if int(self.record[count][0]) + self.spare > rows:
                self.grow(name, rows + rows // 2)

    def grow(self, name: str, rows: int) -> None:
        before = self.columns[name]
        if rows > len(before):
            grown = np.empty(rows, before.dtype)
            grown[: len(before)] = before
            self.put(name, grown)

    def has(self, name: str) -> Any:
        """The rows of a column that something is in."""
        rows = int(self.record[USED[name]][0]) if name in USED else len(self.columns[name])
        return self.columns[name][:rows]

    def over(self) -> None:
        """Nobody looks at it any more: the next world may have its columns."""
        for name in GROWS:
            if len(self.columns[name]) > len(_SPARE.get(name, ())):
                _SPARE[name] = self.columns[name]
