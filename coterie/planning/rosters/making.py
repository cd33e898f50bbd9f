"""A roster, week by week: cover, then assign, then a look by rules that the models don't know."""

from collections.abc import Callable
from dataclasses import replace

from coterie.kit.errors import Invalid
from coterie.planning.rosters.assign import TRIES, assign
from coterie.planning.rosters.cover import Cover, cover
from coterie.planning.rosters.model import Frame, Proof, Roster, Shift
from coterie.planning.rosters.rules import breaches
from coterie.planning.rosters.shortage import why_short

Watch = Callable[[int, int], object]
SOFT = {"cover", "present"}
AGAIN = 2
"""Tries with another seed, before a week counts as one that can't be covered."""


def make_roster(frame: Frame, *, short: bool = False, seed: int = 0, tries: int = TRIES, watch: Watch = lambda *_: None) -> Roster:  # fmt: skip
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
        made, *proof = made_week(now, week, short=short, seed=seed, tries=tries)
        shifts = (*shifts, *made)
        proofs.append((proof[0], proof[1]))
    watch(frame.weeks, frame.weeks)
    roster = Roster(frame, shifts, *(tuple(each) for each in zip(*proofs, strict=True)))
    broken = [breach for breach in breaches(roster) if not (short and breach.rule in SOFT)]
    if broken:
        raise Invalid(f"{broken[0].sentence} The solver found no roster that keeps this rule; --short writes the best with its gaps.", broken[0].rule)  # fmt: skip
    return roster


def made_week(frame: Frame, week: int, *, short: bool, seed: int, tries: int) -> tuple[tuple[Shift, ...], Proof, Proof]:  # fmt: skip
    """Where names leave a position empty that shapes had filled, they are tried again."""
    covered = covered_week(frame, week, short=short, seed=seed)
    assigned = assign(frame, week, covered, seed=seed, tries=tries)
    for again in range(1, AGAIN + 1):
        if not assigned.missing or covered.missing:
            break
        other = assign(frame, week, covered, seed=seed + again, tries=tries)
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
