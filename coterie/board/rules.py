"""What stands first, what has changed, where a whisker begins: decisions of the board, from data alone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import sqrt
from typing import Any

from coterie.board import words
from coterie.board.model import (
    Carried,
    Cell,
    CommunityRow,
    Feeling,
    Group,
    Loads,
    Need,
    Pair,
    Period,
    Point,
    Reading,
    Side,
    Week,
    Whisk,
)
from coterie.performance.scorecard import BY_NAME

PERIODS = (7, 28, 90, 365)
USUAL = 28
FEWEST_WEEKS = 12
LONGEST_LIST = 8
AXIS = 2.0, 198.0
BARS = 200.0
OF_OPERATION = tuple(words.SHORT)


def period(today: date, days: int) -> Period:
    since = today - timedelta(days=days - 1)
    before = since - timedelta(days=1)
    return Period(days, since, today, before - timedelta(days=days - 1), before)


def weeks_since(asked: Period) -> date:
    """Where a chart by week begins: with the period, and 12 weeks back at least."""
    return min(asked.since, asked.until - timedelta(weeks=FEWEST_WEEKS - 1))


def worst_first(needs: Iterable[Need]) -> list[Need]:
    """Whose time passed first; of two alike, who has waited longer."""
    return sorted(needs, key=lambda need: (need.due_at, need.since, need.id))


# Figures


def groups(now: Mapping[str, Reading], before: Mapping[str, Reading]) -> list[Group]:
    """Every figure beside its counter-figure. Two that are each other's stand together once."""
    seen: set[tuple[str, str]] = set()
    made = []
    for title, names in words.GROUPS:
        pairs = []
        for name in names:
            counter = BY_NAME[name].counter
            if (counter, name) not in seen:
                seen.add((name, counter))
                pairs.append(pair(name, now, before))
        made.append(Group(title, pairs))
    return made


def pair(name: str, now: Mapping[str, Reading], before: Mapping[str, Reading]) -> Pair:
    counter = BY_NAME[name].counter
    return Pair(side(now[name], before.get(name)), side(now[counter], before.get(counter)))


def side(now: Reading, before: Reading | None) -> Side:
    figure = now.figure
    change, feeling = changed(now, before)
    shown = now.value is not None and now.low is not None and now.high is not None
    return Side(
        name=figure.name,
        title=words.TITLES[figure.name],
        question=figure.question,
        definition=figure.definition,
        value="" if now.value is None else words.told(figure.unit, now.value),
        n=now.found.n,
        interval=words.between(figure.unit, now.low or 0.0, now.high or 0.0) if shown else "",
        change=change,
        feeling=feeling,
        whisk=whisk(now, before),
    )


def changed(now: Reading, before: Reading | None) -> tuple[str, Feeling]:
    """Up or down by how much, where it is more than chance may do to two such numbers; else steady."""
    if before is None or now.value is None or before.value is None:
        return "", ""
    by = now.value - before.value
    amount, by_chance = words.difference(now.figure.unit, by), chance(now, before)
    if by_chance is None:
        return "", ""
    if abs(by) <= by_chance or not tells(amount):
        return "steady", ""
    better = (by < 0) == now.figure.low_is_good
    return f"{'up' if by > 0 else 'down'} {amount}", "up" if better else "bad"


def chance(one: Reading, other: Reading) -> float | None:
    """How far apart two values may come by chance: the intervals' halves, added as independent. None without them."""
    halves = [half(each) for each in (one, other)]
    return None if None in halves else sqrt(sum(each * each for each in halves if each is not None))


def half(reading: Reading) -> float | None:
    if reading.low is None or reading.high is None:
        return None
    return (reading.high - reading.low) / 2


def tells(amount: str) -> bool:
    """Whether there is anything but zeros in it."""
    return any(digit in "123456789" for digit in amount)


def whisk(now: Reading, before: Reading | None) -> Whisk | None:
    if now.value is None:
        return None
    old = before.value if before else None
    told = [each for each in (now.value, now.low, now.high, old) if each is not None]
    least, most = {"share": (0.0, 1.0), "points": (-100.0, 100.0)}.get(
        now.figure.unit, (0.0, 1.25 * max(*told, 1e-9))
    )

    def at(value: float | None) -> float | None:
        if value is None:
            return None
        part = min(max((value - least) / (most - least), 0.0), 1.0)
        return round(AXIS[0] + part * (AXIS[1] - AXIS[0]), 1)

    middle = at(now.value)
    assert middle is not None
    return Whisk(middle, at(now.low), at(now.high), at(old))


def points(weeks: Sequence[Week]) -> list[Point]:
    """A figure week by week, in the unit of its chart."""
    return [point(each.begins, each.reading) for each in weeks]


def point(week: date, reading: Reading) -> Point:
    unit = reading.figure.unit
    return Point(
        week,
        words.charted(unit, reading.value),
        words.charted(unit, reading.low),
        words.charted(unit, reading.high),
        reading.found.n,
    )


def course(points: Sequence[Point], suffix: str) -> str:
    """A line of a chart in words: from 74.2% to 82.3%, between 70% and 86%."""
    told = [each.value for each in points if each.value is not None]
    if not told:
        return "too few answers"
    first, last, least, most = (
        f"{words.plain(each, 1)}{suffix}" for each in (told[0], told[-1], min(told), max(told))
    )
    return f"from {first} to {last}, between {least} and {most}"


def drawn(points: Sequence[Point], name: str = "") -> list[dict[str, Any]]:
    """Rows for a chart. The last that says something carries the line's name."""
    last = max((number for number, each in enumerate(points) if each.value is not None), default=-1)
    return [
        {
            "week": f"{each.week.day} {each.week:%b}",
            "value": each.value,
            "low": each.low,
            "high": each.high,
            "n": each.n,
            "name": name if number == last else "",
        }
        for number, each in enumerate(points)
    ]


def bar(reading: Reading) -> float:
    """Beyond which an answer is bad: a no; who would not recommend; else what is worse than the value itself."""
    if reading.figure.unit == "share":
        return 0.5
    if reading.figure.unit == "points":
        return 0.0
    return reading.found.value or 0.0


def by_value(name: str) -> bool:
    """Whether customers are ranked by their worst answer rather than by how many were bad."""
    return BY_NAME[name].unit in ("seconds", "hours")


# Loads


def loads(members: Sequence[Carried]) -> Loads:
    """The most loaded first, of who is present or carries anything; the bars share one scale."""
    there = sorted(
        (each for each in members if each.present or each.load >= 0.05),
        key=lambda each: (-each.load / (each.capacity or 1.0), each.name.lower(), each.id),
    )
    most = max((max(each.load, 1.25 * each.capacity) for each in there), default=1.0)
    shown = [
        Carried(
            each.id, each.name, each.present, each.load, each.capacity,
            round(BARS * each.load / most, 1), round(BARS * each.capacity / most, 1),
        )
        for each in there[:LONGEST_LIST]
    ]  # fmt: skip
    present = [each.load for each in there if each.present]
    return Loads(
        shown,
        more=max(len(there) - LONGEST_LIST, 0),
        free=sum(1 for each in there if each.present and each.load + 1 <= each.capacity),
        spread=(min(present), max(present)) if present else None,
    )


# All communities


def cell(reading: Reading) -> Cell:
    value = reading.value
    told = "" if value is None else words.told(reading.figure.unit, value)
    return Cell(reading.figure.name, told, reading.found.n, value)


def ordered(rows: Sequence[CommunityRow], by: str, *, down: bool) -> list[CommunityRow]:
    """By name, wait or a figure. What has no value comes last either way; of two alike the name decides."""
    by_name = sorted(rows, key=lambda row: (row.name.lower(), row.id))
    if by == "name":
        return by_name[::-1] if down else by_name
    known = [row for row in by_name if measure(row, by) is not None]
    unknown = [row for row in by_name if measure(row, by) is None]
    known.sort(key=lambda row: measure(row, by) or 0.0, reverse=down)
    return known + unknown


def measure(row: CommunityRow, by: str) -> float | None:
    if by == "wait":
        return -row.waits_since.timestamp() if row.waits_since else None
    return next((each.sort for each in row.cells if each.name == by), None)
