"""From cases of a log to the skill groups' world: where cases go first and next, whether they stay, and how long. Pure.

A case is in a state: its group, and how it came there. Whether it was there from the beginning, from one certain group
or from any other is kept apart where the log has `ENOUGH` such visits, since a case that was passed on is passed on
again more often, and often back. Where a topic, a state or a group has few cases, it borrows from the next wider
(topic -> state -> group -> all): what is wider counts as `trust` cases (Dirichlet smoothing; Gelman et al., Bayesian
Data Analysis, 2013, chapter 5).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coterie.twin.backtest.pasts import Past, Window, weights
from coterie.twin.backtest.same_group import NO_DRAW, Same
from coterie.twin.backtest.states import States, states_of

QUANTILES = np.linspace(0.0, 1.0, 257)


@dataclass(frozen=True, slots=True)
class Constants:
    """What is chosen by trying: how fast the past fades, how much a wider pool counts, whether it matters from where."""

    half_life_days: float
    """Of the ways."""
    stay_half_life_days: float
    """Of how long stays are."""
    trust: float
    origins: bool
    same: Same = NO_DRAW


@dataclass(frozen=True, slots=True)
class Fit:
    """The skill groups' world of a log."""

    states: States
    first: Any
    """(kinds, groups) shares."""
    finishes: Any
    """(kinds, states) how likely a case ends there."""
    following: Any
    """(kinds, states, groups) shares of where it goes if it does not."""
    finish_s: Any
    """(states, 257) quantiles of a last visit's seconds."""
    pass_s: Any
    """(states, 257) quantiles of the seconds of a visit that is passed on."""
    counted: float
    """How many equally counting cases would tell as much (Kish 1965)."""


def fitted(pasts: Sequence[Past], window: Window, constants: Constants) -> Fit:
    """`pasts` customer by customer, as they were opened, some finished."""
    weight = weights(pasts, window, constants.half_life_days)
    stay_weight = weights(pasts, window, constants.stay_half_life_days)
    states = states_of(pasts, weight, origins=constants.origins)
    counts = Counts.of(pasts, weight, stay_weight, states)
    trust = constants.trust
    group_of = np.array([states.groups[group] for group, _ in states.states])
    wider = np.array(states.wider_of)
    first = narrowed(counts.first, shares(counts.first.sum(0) + 1e-9)[None], wider, trust)
    finishes = finishes_of(counts, group_of, wider, trust)
    following = following_of(counts, group_of, wider, trust)
    return Fit(
        states, first, finishes, following,
        stays_of(counts.finish, group_of, trust), stays_of(counts.passing, group_of, trust),
        float(weight.sum() ** 2 / (weight**2).sum()),
    )  # fmt: skip


Stays = list[tuple[int, float, float]]
"""State, seconds, how much it counts."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Weighted numbers of what the cases did."""

    first: Any
    ended: Any
    passed: Any
    finish: Stays
    passing: Stays

    @classmethod
    def of(cls, pasts: Sequence[Past], weight: Any, stay_weight: Any, states: States) -> "Counts":
        t, s, g = len(states.kinds), len(states.states), len(states.groups)
        found = cls(np.zeros((t, g)), np.zeros((t, s)), np.zeros((t, s, g)), [], [])
        for past, counts, of_stay in zip(pasts, weight, stay_weight, strict=True):
            if counts > 0:
                found.add(past, float(counts), float(of_stay), states)
        return found

    def add(self, past: Past, counts: float, of_stay: float, states: States) -> None:
        kind, places = states.kind(past), states.places(past.visits)
        self.first[kind, states.groups[past.visits[0].group]] += counts
        for place, visit, after in zip(places, past.visits, past.visits[1:], strict=False):
            self.passed[kind, place, states.groups[after.group]] += counts
            self.passing.append((place, visit.until_s - visit.from_s, of_stay))
        last = past.visits[-1]
        self.ended[kind, places[-1]] += counts
        self.finish.append((places[-1], last.until_s - last.from_s, of_stay))


def shares(counts: Any) -> Any:
    total = counts.sum(-1, keepdims=True)
    return np.divide(counts, total, out=np.zeros_like(counts, float), where=total > 0)


def borrowed(counts: Any, wider: Any, trust: float) -> Any:
    """Shares of counts, to which the wider shares add as much as `trust` cases."""
    return (counts + trust * wider) / (counts.sum(-1, keepdims=True) + trust)


def narrowed(counts: Any, anyhow: Any, wider: Any, trust: float) -> Any:
    """Shares by kind, which borrow from those of the topic, which borrow from `anyhow`."""
    of_topic = borrowed(summed(counts, wider), anyhow, trust)[
        np.arange(len(wider)).clip(max=wider.max())
    ]
    return np.where(
        (wider == np.arange(len(wider))).reshape(-1, *[1] * (counts.ndim - 1)),
        of_topic,
        borrowed(counts, of_topic[wider], trust),
    )


def finishes_of(counts: Counts, group_of: Any, wider: Any, trust: float) -> Any:
    """(kinds, states)."""
    both = np.stack([counts.ended, counts.passed.sum(2)], -1)
    by_state = both.sum(0)
    by_group = summed(by_state, group_of)
    of_group = borrowed(by_group, shares(by_state.sum(0)), trust)
    of_state = borrowed(by_state, of_group[group_of], trust)
    return narrowed(both, of_state[None], wider, trust)[..., 0]


def following_of(counts: Counts, group_of: Any, wider: Any, trust: float) -> Any:
    """(kinds, states, groups); nothing goes from a group to itself."""
    by_state = counts.passed.sum(0)
    by_group = summed(by_state, group_of)
    groups = by_group.shape[1]
    anywhere = np.tile(by_state.sum(0) + 1e-6, (groups, 1))
    np.fill_diagonal(anywhere, 0.0)
    of_group = borrowed(by_group, shares(anywhere), trust)
    of_state = borrowed(by_state, of_group[group_of], trust)
    return narrowed(counts.passed, of_state[None], wider, trust)


def summed(counts: Any, into: Any) -> Any:
    """The first axis added up, row k into row `into[k]`."""
    found = np.zeros_like(counts, float)
    np.add.at(found, into, counts)
    return found[: int(into.max()) + 1]


def stays_of(stays: Stays, group_of: Any, trust: float) -> Any:
    """(states, 257) quantiles of seconds: a state's own, its group's counting as `trust`, those of all as much again."""
    if not stays:
        return np.zeros((len(group_of), len(QUANTILES)))
    state, seconds, counts = (np.array(column) for column in zip(*stays, strict=True))
    state = state.astype(int)
    order = np.argsort(seconds, kind="stable")
    state, seconds, counts = state[order], seconds[order], counts[order]
    everywhere = counts / counts.sum()
    found = np.zeros((len(group_of), len(QUANTILES)))
    for place, group in enumerate(group_of):
        own = np.where(state == place, counts, 0.0)
        near = np.where(group_of[state] == group, counts, 0.0)
        near = near + trust * everywhere
        blended = own + trust * near / near.sum()
        found[place] = quantiles(seconds, blended)
    return found


def quantiles(ordered: Any, counts: Any) -> Any:
    """Of weighted values in order, equally spaced."""
    place = (np.cumsum(counts) - counts / 2) / counts.sum()
    return np.interp(QUANTILES, place, ordered)
