"""When we are open, and what happens to contacts that come while we are not."""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from coterie.kit.errors import Invalid
from coterie.planning.demand.model import HALF_HOURS, WEEK, Bools, Floats

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PART = re.compile(r"(?P<days>[a-z]{3}(?:-[a-z]{3})?)\s+(?P<begin>\d{1,2}:\d{2})-(?P<end>\d{1,2}:\d{2})")  # fmt: skip
FIRST: Final = 8
"""Half-hours after opening in which what came before is worked off: four hours, as a mail is promised."""


def opened(text: str) -> Bools:
    """336 half-hours of a week, Monday 00:00 first, from words such as `Mon-Fri 08:00-20:00, Sat 09:00-13:00`."""
    found = np.zeros(WEEK * HALF_HOURS, dtype=bool)
    for part in filter(None, (each.strip().lower() for each in re.split("[,;]", text))):
        match = PART.fullmatch(part)
        if not match:
            raise wrong(text, f"{part!r} is no day with its hours")
        begin, end = (half_hour(match[name], text) for name in ("begin", "end"))
        if begin >= end:
            raise wrong(text, f"{part!r} ends before it begins; hours after midnight are the next day's")  # fmt: skip
        for day in days(match["days"], text):
            found[day * HALF_HOURS + begin : day * HALF_HOURS + end] = True
    if not found.any():
        raise wrong(text, "nothing is open")
    return found


def wrong(text: str, why: str) -> Invalid:
    return Invalid(f"The hours {text!r} can't be read: {why}. Write them as Mon-Fri 08:00-20:00, Sat 09:00-13:00.", "hours", "hours")  # fmt: skip


def days(text: str, whole: str) -> Iterator[int]:
    first, _, last = text.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        raise wrong(whole, f"{text!r} names no day")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    yield from (day % WEEK for day in range(begin, end + 1 + WEEK * (end < begin)))


def half_hour(text: str, whole: str) -> int:
    hour, minute = map(int, text.split(":"))
    if minute not in (0, 30) or hour * 2 + minute // 30 > HALF_HOURS:
        raise wrong(whole, f"{text} is no whole half-hour of a day")
    return hour * 2 + minute // 30


def kept_for_opening(arrivals: Floats, is_open: Bools) -> tuple[Floats, Floats]:
    """What comes in open half-hours, and, in the first four hours after the next opening, what came before it.

    Both have the shape of `arrivals`, whose last axis is the week; the week is a ring.
    """
    during = np.where(is_open, arrivals, 0.0)
    later = np.zeros_like(arrivals)
    number = len(is_open)
    openings = [at for at in range(number) if is_open[at] and not is_open[at - 1]]
    for opening in openings:
        before = opening - 1
        waiting = np.zeros(arrivals.shape[:-1])
        while not is_open[before % number]:
            waiting = waiting + arrivals[..., before % number]
            before -= 1
        places = first_open(opening, is_open)
        for place in places:
            later[..., place] += waiting / len(places)
    return during, later


def first_open(opening: int, is_open: Bools) -> list[int]:
    """The first half-hours from an opening on, as long as it stays open."""
    found = []
    for at in range(opening, opening + FIRST):
        if not is_open[at % len(is_open)]:
            break
        found.append(at % len(is_open))
    return found
