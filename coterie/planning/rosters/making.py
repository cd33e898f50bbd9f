"""A roster, week by week: cover, then assign, then a look by rules that the models don't know."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from coterie.kit.errors import Invalid
from coterie.planning.rosters.assign import EFFORT, GAP, assign
from coterie.planning.rosters.cover import Cover, cover
from coterie.planning.rosters.model import Frame, Proof, Roster, Shift
from coterie.planning.rosters.rules import breaches
from coterie.planning.rosters.shortage import why_short

Watch = Callable[[int, int], object]
SOFT = {"cover", "present"}
TRIES = 3
"""Of names, before a week counts as one that can't be covered."""


def make_roster(frame: Frame, *, short: bool = False, seed: int = 0, gap: float = GAP, effort: float = EFFORT, watch: Watch = lambda *_: None) -> Roster:  # fmt: skip
    """Who works when, so that positions are filled, contracts kept and wishes heard.

    Raises `Invalid`, naming when who is missing and why, unless `short`: then as little as possible stays empty.
    """
    if not frame.people:
        raise Invalid("A roster needs people.", "nobody")
    shifts: tuple[Shift, ...] = ()
    proofs: list[tuple[Proof, Proof]] = []
    for week in range(frame.weeks):
        watch(week, frame.weeks)
        now = replace(frame, before=(*frame.before, *shifts))
        made, *proof = made_week(now, week, short=short, seed=seed, gap=gap, effort=effort)
        shifts = (*shifts, *made)
        proofs.append((proof[0], proof[1]))
    watch(frame.weeks, frame.weeks)
    roster = Roster(frame, shifts, *(tuple(each) for each in zip(*proofs, strict=True)))
    broken = [breach for breach in breaches(roster) if not (short and breach.rule in SOFT)]
    if broken:
        raise Invalid(f"{broken[0].sentence} The solver found no roster that keeps this rule; --short writes the best with its gaps.", broken[0].rule)  # fmt: skip
    return roster


def made_week(frame: Frame, week: int, *, short: bool, seed: int, gap: float, effort: float) -> tuple[tuple[Shift, ...], Proof, Proof]:  # fmt: skip
    """Where names leave a position empty that shapes had filled, the cover is asked for one more there, and names again."""
    covered = covered_week(frame, week, short=short, seed=seed)
    assigned = assign(frame, week, covered, seed=seed, gap=gap, effort=effort)
    asked, shapes = frame, covered
    for again in range(1, TRIES):
        if not assigned.missing or covered.missing:
            break
        asked = with_more(asked, assigned.missing)
        wider = cover(asked, week, short=False, seed=seed)
        if wider is None:
            break
        shapes = replace(wider, shapes={**dict.fromkeys(shapes.shapes, 0), **wider.shapes})
        other = assign(frame, week, shapes, seed=seed + again, gap=gap, effort=effort)
        assigned = min(assigned, other, key=lambda each: each.proof.cost)
    if assigned.missing and not short:
        raise Invalid(why_short(frame, week, assigned.missing), "short")
    return assigned.shifts, covered.proof, assigned.proof


def covered_week(frame: Frame, week: int, *, short: bool, seed: int) -> Cover:
    covered = cover(frame, week, short=False, seed=seed) or cover(frame, week, short=True, seed=seed)  # fmt: skip
    if covered is None:
        raise Invalid(f"The solver found no cover for the week of {frame.date_of(7 * week)} within its effort.", "no_cover")  # fmt: skip
    if covered.missing and not short:
        raise Invalid(why_short(frame, week, covered.missing), "short")
    return covered


def with_more(frame: Frame, missing: Mapping[int, int]) -> Frame:
    """As many positions more as people were missing."""
    more = (many + missing.get(at, 0) for at, many in enumerate(frame.positions))
    return replace(frame, positions=tuple(more))
