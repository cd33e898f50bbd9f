"""A run in pictures: both worlds of a figure on one axis, and what each assumption does to a difference. Pure.

Places are shares of an axis of their own, from 0 to 100.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coterie.planning.trial.comparison import BY_NAME, SHARE, Line, Named, Value, lines_of, signed
from coterie.planning.trial.results import sentence_of


@dataclass(frozen=True, slots=True)
class Whisker:
    low: float
    value: float
    high: float


@dataclass(frozen=True, slots=True)
class Facing:
    """Both worlds of a figure on one axis, from 0 to 100."""

    groups: Whisker | None
    communities: Whisker | None


def facing(line: Line) -> Facing:
    both = [each for each in (line.groups, line.communities) if each]
    least, most = min(each.low for each in both), max(each.high for each in both)
    room = (most - least) * 0.08 or abs(most) * 0.05 or 1.0
    start, width = least - room, most - least + 2 * room

    def whisker(each: Value | None) -> Whisker | None:
        if each is None:
            return None
        return Whisker(*(round(100 * (at - start) / width, 2) for at in (each.low, each.value, each.high)))  # fmt: skip

    return Facing(whisker(line.groups), whisker(line.communities))


@dataclass(frozen=True, slots=True)
class Bar:
    """What an assumption does to a difference: at its low and its high value, as said and on the axis."""

    assumption: str
    label: str
    low: float
    high: float
    low_said: str
    high_said: str
    left: float
    right: float
    low_is_left: bool


@dataclass(frozen=True, slots=True)
class Tornado:
    """Bars, the longest first; `zero` and `value` are places on the axis, zero is None where it lies beyond."""

    figure: Named
    bars: tuple[Bar, ...]
    value: float
    zero: float | None


def tornadoes(result: Mapping[str, Any], most: int = 10) -> Iterator[Tornado]:
    """One for each figure whose sensitivity was tried."""
    known = {each["name"]: each for each in result.get("assumptions", ())}
    differences = {line.figure.name: line.difference for line in lines_of(result)}
    for name, tried in (result.get("sensitivity") or {}).items():
        figure, difference = BY_NAME.get(name), differences.get(name)
        if figure and difference and tried:
            yield tornado(figure, difference.value, tried, known, most)


def tornado(
    figure: Named, value: float, tried: Sequence[Mapping[str, Any]], known: Mapping[str, Any], most: int
) -> Tornado:  # fmt: skip
    both = [(each["assumption"], *ends_of(each, value)) for each in tried]
    order = sorted(both, key=lambda each: -abs(each[2] - each[1]))[:most]
    ends = [value, *(at for _, low, high in order for at in (low, high))]
    least, largest = min(ends), max(ends)
    room = (largest - least) * 0.04 or 1.0
    start, width = least - room, largest - least + 2 * room

    def place(at: float) -> float:
        return round(100 * (at - start) / width, 2)

    bars = tuple(
        Bar(
            name,
            sentence_of(known.get(name, {}), name),
            low,
            high,
            signed_in(low, figure.unit),
            signed_in(high, figure.unit),
            place(min(low, high)),
            place(max(low, high)),
            low <= high,
        )
        for name, low, high in order
    )
    zero = place(0.0) if start <= 0 <= start + width else None
    return Tornado(figure, bars, place(value), zero)


def ends_of(tried: Mapping[str, Any], value: float) -> tuple[float, float]:
    """The difference at both ends; where it could not be counted, as it is.

    Ends are lived over fewer replications than the difference: what an assumption does is told from `plain`, the
    difference over those same few.
    """
    plain = value if tried.get("plain") is None else float(tried["plain"])
    low, high = (plain if tried.get(end) is None else float(tried[end]) for end in ("low", "high"))
    return value + low - plain, value + high - plain


def signed_in(value: float, unit: str) -> str:
    return signed(value, unit) + (" points" if unit == SHARE else "")
