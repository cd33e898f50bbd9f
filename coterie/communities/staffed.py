"""Time that counts only while somebody is there: inside the opening hours, and inside planned shifts where there are any."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from coterie.communities.hours import Hours, stretches

Span = tuple[datetime, datetime]
END = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Staffed:
    """Opening hours, narrowed to `spans` (planned, in order, apart) as far as they are planned.

    After the last span only the hours count, since nobody has planned so far yet.
    """

    hours: Hours
    zone: ZoneInfo
    spans: Sequence[Span] = ()

    def stretches(self, start: datetime) -> Iterator[Span]:
        """Each stretch that ends after `start`, in order, without end where the hours have none."""
        spans = [span for span in self.spans if span[1] > start]
        beyond = max(start, self.spans[-1][1]) if self.spans else start
        opened = self.opened(start)
        for opens, closes in opened:
            for begins, ends in [*spans, (beyond, END)]:
                one = max(opens, begins), min(closes, ends)
                if one[0] < one[1] and one[1] > start:
                    yield one

    def opened(self, start: datetime) -> Iterator[Span]:
        return (
            iter([(start, END)])
            if self.hours.always_open
            else stretches(start, self.hours, self.zone)
        )

    def begins(self, at: datetime) -> datetime:
        """The instant itself while somebody is there, else when somebody comes."""
        return max(at, next(self.stretches(at))[0])

    def add(self, start: datetime, seconds: float) -> datetime:
        """When so many staffed seconds have passed since `start`."""
        left, cursor = timedelta(seconds=seconds), start
        for begins, ends in self.stretches(start):
            cursor = max(cursor, begins)
            if cursor + left <= ends:
                return cursor + left
            left -= ends - cursor
        raise AssertionError("the stretches never end")

    def between(self, start: datetime, end: datetime) -> float:
        """Staffed seconds from one instant to another."""
        total = 0.0
        for begins, ends in self.stretches(start):
            if begins >= end:
                break
            total += (min(ends, end) - max(begins, start)).total_seconds()
        return total
