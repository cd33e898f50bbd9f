"""From cases of a log to the skill groups' world: where cases go first and next, whether they stay, and how long. Pure.

A case is in a state: its group, and how it came there. Whether it was there from the beginning, from one certain group
or from any other is kept apart where the log has `ENOUGH` such visits, since a case that was passed on is passed on
again more often, and often back. Where a topic, a state or a group has few cases, it borrows from the next wider
(topic -> state -> group -> all): what is wider counts as `trust` cases (Dirichlet smoothing; Gelman et al., Bayesian
Data Analysis, 2013, chapter 5).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from coterie.twin.pasts import Past, Visit

ENOUGH = 30.0
CELLS = 6_000_000
"""Topics x states x groups are at most so many: the rarest topics become one."""
FIRST, LATER = "first", "later"
OTHERS = "others"
QUANTILES = np.linspace(0.0, 1.0, 257)


@dataclass(frozen=True, slots=True)
class Constants:
    """What is chosen by trying: how fast the past fades, how much a wider pool counts, whether it matters from where."""

    half_life_days: float
    trust: float
    origins: bool


@dataclass(frozen=True, slots=True)
class States:
    """Groups, and of each the states in which a case can be there."""

    groups: Mapping[str, int]
    states: Mapping[tuple[str, str], int]
    """(group, how it came) -> place. How: `FIRST`, `LATER`, or the name of the group before."""
    topics: Mapping[str, int]

    def first(self, group: str) -> int:
        return self.states.get((group, FIRST), self.states[group, LATER])

    def after(self, group: str, before: str) -> int:
        found = self.states.get((group, f"from {before}"))
        return self.states[group, LATER] if found is None else found

    def topic(self, name: str) -> int:
        return self.topics.get(name, self.topics[OTHERS])

    def places(self, visits: Sequence[Visit]) -> list[int]:
        """The state of each visit of a case."""
        later = [self.after(b.group, a.group) for a, b in pairwise(visits)]
        return [self.first(visits[0].group), *later]


def states_of(pasts: Iterable[Past], weight: Any, *, origins: bool) -> States:
    """Those that the cases show often enough."""
    how: Counter[tuple[str, str]] = Counter()
    topics: Counter[str] = Counter()
    for past, counts in zip(pasts, weight, strict=True):
        if counts <= 0:
            continue
        topics[past.topic] += 1
        how[past.visits[0].group, FIRST] += 1
        for a, b in pairwise(past.visits):
            how[b.group, LATER] += 1
            how[b.group, f"from {a.group}"] += origins
    names = sorted({group for group, _ in how})
    kept = [(group, came) for (group, came), n in how.items() if came != LATER and n >= ENOUGH]
    states = sorted([*((group, LATER) for group in names), *kept])
    room = max(1, CELLS // (len(states) * len(names)) - 1)
    often = [name for name, _ in topics.most_common(room)]
    return States(
        {name: place for place, name in enumerate(names)},
        {state: place for place, state in enumerate(states)},
        {name: place for place, name in enumerate([OTHERS, *(name for name in often if name != OTHERS)])},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fit:
    """The skill groups' world of a log."""

    states: States
    first: Any
    """(topics, groups) shares."""
    finishes: Any
    """(topics, states) how likely a case ends there."""
    following: Any
    """(topics, states, groups) shares of where it goes if it does not."""
    finish_s: Any
    """(states, 257) quantiles of a last visit's seconds."""
    pass_s: Any
    """(states, 257) quantiles of the seconds of a visit that is passed on."""
    same_again: float
    """How many of those who come back go to the group of the last time, whatever they come with."""
    counted: float
    """How many equally counting cases would tell as much (Kish 1965)."""


def fitted(pasts: Sequence[Past], weight: Any, constants: Constants) -> Fit:
    """`pasts` customer by customer, as they were opened; `weight` as `pasts.weights` gives it."""
    states = states_of(pasts, weight, origins=constants.origins)
    counts = Counts.of(pasts, weight, states)
    trust = constants.trust
    group_of = np.array([states.groups[group] for group, _ in states.states])
    first = borrowed(counts.first, shares(counts.first.sum(0) + 1e-9), trust)
    finishes = finishes_of(counts, group_of, trust)
    following = following_of(counts, group_of, trust)
    return Fit(
        states, first, finishes, following,
        stays_of(counts.finish, group_of, trust), stays_of(counts.passing, group_of, trust),
        same_again(pasts, weight, states, first), float(weight.sum() ** 2 / (weight**2).sum()),
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
    def of(cls, pasts: Sequence[Past], weight: Any, states: States) -> "Counts":
        t, s, g = len(states.topics), len(states.states), len(states.groups)
        found = cls(np.zeros((t, g)), np.zeros((t, s)), np.zeros((t, s, g)), [], [])
        for past, counts in zip(pasts, weight, strict=True):
            if counts > 0:
                found.add(past, float(counts), states)
        return found

    def add(self, past: Past, counts: float, states: States) -> None:
        topic, places = states.topic(past.topic), states.places(past.visits)
        self.first[topic, states.groups[past.visits[0].group]] += counts
        for place, visit, after in zip(places, past.visits, past.visits[1:], strict=False):
            self.passed[topic, place, states.groups[after.group]] += counts
            self.passing.append((place, visit.until_s - visit.from_s, counts))
        last = past.visits[-1]
        self.ended[topic, places[-1]] += counts
        self.finish.append((places[-1], last.until_s - last.from_s, counts))


def shares(counts: Any) -> Any:
    total = counts.sum(-1, keepdims=True)
    return np.divide(counts, total, out=np.zeros_like(counts, float), where=total > 0)


def borrowed(counts: Any, wider: Any, trust: float) -> Any:
    """Shares of counts, to which the wider shares add as much as `trust` cases."""
    return (counts + trust * wider) / (counts.sum(-1, keepdims=True) + trust)


def finishes_of(counts: Counts, group_of: Any, trust: float) -> Any:
    """(topics, states)."""
    both = np.stack([counts.ended, counts.passed.sum(2)], -1)
    by_state = both.sum(0)
    by_group = summed(by_state, group_of)
    of_group = borrowed(by_group, shares(by_state.sum(0)), trust)
    of_state = borrowed(by_state, of_group[group_of], trust)
    return borrowed(both, of_state[None], trust)[..., 0]


def following_of(counts: Counts, group_of: Any, trust: float) -> Any:
    """(topics, states, groups); nothing goes from a group to itself."""
    by_state = counts.passed.sum(0)
    by_group = summed(by_state, group_of)
    groups = by_group.shape[1]
    anywhere = np.tile(by_state.sum(0) + 1e-6, (groups, 1))
    np.fill_diagonal(anywhere, 0.0)
    of_group = borrowed(by_group, shares(anywhere), trust)
    of_state = borrowed(by_state, of_group[group_of], trust)
    return borrowed(counts.passed, of_state[None], trust)


def summed(by_state: Any, group_of: Any) -> Any:
    found = np.zeros((int(group_of.max()) + 1, by_state.shape[1]))
    np.add.at(found, group_of, by_state)
    return found


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


def same_again(pasts: Sequence[Past], weight: Any, states: States, first: Any) -> float:
    """The share s that makes the first groups of those who come back likeliest, by expectation and maximisation.

    A first group is, by s, the last one of the customer's case before, else one that the topic draws (Dempster, Laird
    and Rubin 1977).
    """
    chance, same, counts = [], [], []
    for a, b, by in zip(pasts, pasts[1:], weight[1:], strict=False):
        if by > 0 and a.course.customer is not None and a.course.customer == b.course.customer:
            before, now = a.visits[-1].group, b.visits[0].group
            chance.append(first[states.topic(b.topic), states.groups[now]])
            same.append(before == now)
            counts.append(by)
    if not counts:
        return 0.0
    likely, hit, by_ = np.array(chance), np.array(same, float), np.array(counts)
    s = 0.1
    for _ in range(200):
        s = float(np.average(s * hit / (s * hit + (1 - s) * likely), weights=by_))
    return s


def log_likelihood(fit: Fit, pasts: Sequence[Past]) -> float:
    """Of the ways of these cases, a case on the mean. A group that the fit does not know counts as one in a million."""
    total = 0.0
    for past in pasts:
        total += log_likelihood_of(fit, past)
    return total / len(pasts)


UNKNOWN = 1e-6


def log_likelihood_of(fit: Fit, past: Past) -> float:
    states, topic = fit.states, fit.states.topic(past.topic)
    groups = [states.groups.get(visit.group) for visit in past.visits]
    chance = [UNKNOWN if groups[0] is None else fit.first[topic, groups[0]]]
    for number, group in enumerate(groups):
        if group is None:
            continue
        before = past.visits[number - 1].group if number else ""
        name = past.visits[number].group
        state = states.after(name, before) if number else states.first(name)
        ends = number + 1 == len(groups)
        chance.append(fit.finishes[topic, state] if ends else 1 - fit.finishes[topic, state])
        if not ends:
            following = groups[number + 1]
            chance.append(UNKNOWN if following is None else fit.following[topic, state, following])
    return float(np.log(np.maximum(chance, UNKNOWN)).sum())
