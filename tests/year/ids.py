"""Ids that a seeded run repeats: by the world's clock, then in the order of their making."""

from collections.abc import Callable
from itertools import count

import pytest

from coterie.kit import ids
from tests.world import World


class Counted:
    """Stands in for the modules `os` and `time` of `kit.ids`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made = count(1)

    def urandom(self, size: int) -> bytes:
        return next(self.made).to_bytes(size, "big")

    def time_ns(self) -> int:
        return int(self.world.now.timestamp() * 1000) * 1_000_000


def count_ids(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    counted = Counted(world)
    monkeypatch.setattr(ids, "os", counted)
    monkeypatch.setattr(ids, "time", counted)
    return counted.made.__next__
