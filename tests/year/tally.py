"""How often each verb was done, and refused: a year that is refused everything proves nothing."""

from collections import Counter
from collections.abc import Awaitable
from typing import TypeVar

from coterie.kit.errors import Refused

T = TypeVar("T")


class Tally:
    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def did(self, verb: str) -> None:
        self.done[verb] += 1

    async def attempt(self, verb: str, work: Awaitable[T]) -> T | None:
        """Do it; the model may refuse where somebody was quicker."""
        try:
            answer = await work
        except Refused as no:
            self.refused[f"{verb}: {no.code}"] += 1
            return None
        self.done[verb] += 1
        return answer

    def __str__(self) -> str:
        done = ", ".join(f"{count} {verb}" for verb, count in sorted(self.done.items()))
        refused = ", ".join(f"{count} {why}" for why, count in sorted(self.refused.items()))
        return f"{done}; refused: {refused or 'nothing'}"
