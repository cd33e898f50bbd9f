"""Scorecards: the figures of a community, each with how sure it is and what it is read beside."""

from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query

from coterie.api.edge import CommunitiesReader, House_, Id, Shown, read_time
from coterie.api.problems import may_fail
from coterie.communities.doors import access_community
from coterie.kit.errors import Invalid
from coterie.performance.actions import catch_up
from coterie.performance.reading import Reading, scorecard

router = APIRouter(prefix="/communities", tags=["communities"])
LATELY = timedelta(days=27)
LONGEST = timedelta(days=3_660)


class FigureShown(Shown):
    """A figure over these days.

    `value`, `low` and `high` are null where fewer than 5 answers were given, the bounds also where too few customers
    gave them. Shares lie between 0 and 1, `nps` between -100 and 100; names that end in `_s` or `_h` are seconds or hours. `low` and
    `high` are the bounds of a 95% interval. `counter` names the figure that shows when this one is gamed.
    """

    name: str
    question: str
    unit: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    counter: str
    definition: str


class Scorecard(Shown):
    since: date
    until: date
    items: list[FigureShown]
    next: None = None


Day = Annotated[
    str | None,
    Query(
        max_length=40, description="A day (2026-11-24), or a time, which stands for its day there."
    ),
]


@router.get("/{id}/scorecard", responses=may_fail(404))
async def read_scorecard(
    house: House_, viewer: CommunitiesReader, id: Id,
    since: Annotated[Day, Query(alias="from")] = None, until: Annotated[Day, Query(alias="to")] = None,
) -> Scorecard:  # fmt: skip
    """Every figure over days in the community's zone, both ends included; without them, over the last 28 days."""
    async with house.read() as tx:
        community = await access_community(tx, viewer, id)
    last = day_of(until, "to", community.clock) or house.now().astimezone(community.clock).date()
    first = day_of(since, "from", community.clock) or last - LATELY
    if first > last:
        raise Invalid("The first day comes after the last.", "malformed", field="from")
    if last - first > LONGEST:
        raise Invalid("A scorecard covers ten years at most.", "malformed", field="from")
    await catch_up(house)
    async with house.read() as tx:
        found = await scorecard(tx, [community.id], first, last)
    return Scorecard(since=first, until=last, items=[shown(each) for each in found.values()])


def day_of(given: str | None, field: str, zone: ZoneInfo) -> date | None:
    """A day, or the day of a time in this zone."""
    if given is None:
        return None
    try:
        if len(given) <= len("2026-11-24"):
            return date.fromisoformat(given)
        return read_time(given).astimezone(zone).date()
    except (ValueError, OverflowError):
        raise Invalid(
            "Give a day such as 2026-11-24, or a time with its offset.", "malformed", field=field
        ) from None


def shown(reading: Reading) -> FigureShown:
    figure = reading.figure
    return FigureShown(
        name=figure.name, question=figure.question, unit=figure.unit, value=reading.value,
        n=reading.found.n, low=reading.low, high=reading.high, counter=figure.counter,
        definition=figure.definition,
    )  # fmt: skip
