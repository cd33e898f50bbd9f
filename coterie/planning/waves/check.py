"""Whether a move keeps what it must, counted week by week: independent of the model that finds one."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from coterie.planning.waves.model import CEILING, Move, Moving, Pace
from coterie.planning.waves.training import by_group, by_site

TOLERANCE = 1e-3
"""Of a person: the model counts in millionths."""


def faults(communities: Sequence[Moving], pace: Pace, move: Move) -> list[str]:
    """A sentence for each thing that is broken."""
    return [*of_starts(communities, pace, move), *of_places(communities, pace, move), *of_groups(communities, pace, move)]  # fmt: skip


def of_starts(communities: Sequence[Moving], pace: Pace, move: Move) -> Iterator[str]:
    for each in communities:
        start = move.starts.get(each.id)
        if start not in pace.slots:
            yield f"{each.id} starts in week {start}, which is none of those in which waves start."
        if (start == 0) != (each.id in move.pilots):
            yield f"{each.id} starts in week {start}, and the pilots start in week 0."


def of_places(communities: Sequence[Moving], pace: Pace, move: Move) -> Iterator[str]:
    training: Counter[tuple[str, int]] = Counter()
    for each in communities:
        for (site, week), many in by_site(move.training[each.id]).items():
            training[site, week + move.starts[each.id]] += many
    for (site, week), many in sorted(training.items()):
        if many > move.places:
            yield f"At {site or 'the only site'} {many} people train in week {week}; there are {move.places} places."  # fmt: skip


def of_groups(communities: Sequence[Moving], pace: Pace, move: Move) -> Iterator[str]:
    for (group, week), many in sorted(missing(communities, pace, move).items()):
        if many > move.short.get((group, week), 0):
            yield f"The old group {group} would lack {many} people in week {week}."


def needed(people: int, share: float, busy: float) -> float:
    """People whom a group needs for the share of contacts that hasn't moved: its load today over the ceiling."""
    return people * busy * share / CEILING


def left_share(communities: Sequence[Moving], starts: Mapping[str, int], week: int) -> float:
    """The share of all contacts that the old world still serves."""
    total = sum(each.contacts for each in communities)
    return sum(each.contacts for each in communities if starts[each.id] > week) / total if total else 0.0  # fmt: skip


def missing(communities: Sequence[Moving], pace: Pace, move: Move) -> dict[tuple[str, int], int]:
    """People whom each old group lacks in each week, what it borrows not counted; whole people, rounded up."""
    found = {}
    people = Counter(mover.group for each in communities for mover in each.movers)
    away: Counter[tuple[str, int]] = Counter()
    for each in communities:
        for (group, week), many in by_group(move.training[each.id]).items():
            away[group, week + move.starts[each.id]] += many
    for week in range(-pace.ahead, max(move.starts.values(), default=0) + 1):
        share = left_share(communities, move.starts, week)
        left = Counter(mover.group for each in communities if move.starts[each.id] > week for mover in each.movers)  # fmt: skip
        for group, many in people.items():
            there = left[group] - away[group, week] * pace.away + pace.lend
            lacking = math.ceil(needed(many, share, pace.busy) - there - TOLERANCE)
            if lacking > 0:
                found[group, week] = lacking
    return found
