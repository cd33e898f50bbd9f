"""A fit as a world of skill groups, and openings of a log lived in it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from coterie.performance.courses import course_of
from coterie.performance.model import Step
from coterie.twin.assumptions import with_values
from coterie.twin.backtest.fitting import Fit
from coterie.twin.backtest.pasts import NOBODY, Past, Window, visits_of
from coterie.twin.backtest.same_group import Same
from coterie.twin.backtest.states import LATER
from coterie.twin.running import seeds
from coterie.twin.scenario import SLOTS, Community, Course, Group, Scenario, Topic
from coterie.twin.setup.side import DAY_S, Side, side_of
from coterie.twin.world.columns import FOREVER, GROUPS, NOTHING
from coterie.twin.world.records import ENTERED
from coterie.twin.world.world import World

RARE = 1e-4
"""Ways that are rarer are left out."""
ATTEMPTS = 30
"""So often a case is lived again that the log could only show if it had lasted longer."""
WATCHED_S = DAY_S


def side_of_fit(fit: Fit, same: Same, early: Sequence[Past], late: Sequence[Past]) -> Side:
    """A world that the late cases come to, at their times, with their topics and customers."""
    scenario = scenario_of(fit)
    side = side_of(scenario, GROUPS)
    opened = sorted(range(len(late)), key=lambda place: late[place].opened)
    begin = min(past.opened for past in late)
    whose = customers(late)
    columns = {
        "given_at": [(late[place].opened - begin).total_seconds() for place in opened],
        "given_whose": [whose[place] for place in opened],
        "given_topic": [fit.states.kind(late[place]) for place in opened],
        "last_unit": last_units(fit, early, late, whose),
        "entry_of": [fit.states.first(group) for group, _ in fit.states.states],
        "later_of": [fit.states.states[group, LATER] for group, _ in fit.states.states],
        "last_case": np.full(max(whose) + 1, NOTHING, np.int32),
    }
    given = {name: np.asarray(column) for name, column in columns.items()}
    return replace(
        side,
        rules={
            **side.rules,
            "same_first": same.first,
            "same_next": same.next,
            "same_odds": same.odds,
            "back": same.back,
        },
        fixed={**side.fixed, **given},
    )


def customers(late: Sequence[Past]) -> list[int]:
    """A number for each case: that of its customer. Who is not known is somebody else each time."""
    numbers: dict[str, int] = {}
    found = []
    for past in late:
        name = past.course.customer or f"case {past.course.case}"
        found.append(numbers.setdefault(name, len(numbers)))
    return found


def last_units(fit: Fit, early: Sequence[Past], late: Sequence[Past], whose: Sequence[int]) -> Any:
    """Of each customer the state by which a case comes to the group that had their last one, where that is known."""
    last = {past.course.customer: past.visits[-1].group for past in early}
    found = np.full(max(whose) + 1, NOTHING, np.int32)
    for past, number in zip(late, whose, strict=True):
        group = last.get(past.course.customer)
        if past.course.customer is not None and group is not None and group in fit.states.groups:
            found[number] = fit.states.first(group)
    return found


def scenario_of(fit: Fit) -> Scenario:
    """Unlimited groups, a state each; nobody comes back about what was closed, since the log's cases hold that."""
    states = [*fit.states.states]
    return Scenario(
        "What a log showed", days=1, warm_up_days=0,
        communities=(Community("all", "All", 1, {"email": 1.0}, 1),),
        topics=tuple(Topic(named(kind), {"email": 1.0}, {"kind": "exponential", "mean_s": 1.0}, solved=1.0) for kind in fit.states.kinds),
        week={"email": [1.0] * SLOTS},
        groups=tuple(
            Group(named(state), (), spoken=False, written=True, experts=None, stay_s=fit.finish_s[k], passes_s=tuple(fit.pass_s[k]))
            for k, state in enumerate(states)
        ),
        courses=tuple(course(fit, named(kind), place) for kind, place in fit.states.kinds.items()),
        settings={"watch_days": 1}, assumptions=with_values({"spoils": 0.0}),
        always_there=True,
    )  # fmt: skip


def named(state: tuple[str, str]) -> str:
    """Told apart, whatever the groups and topics are called."""
    return repr(state)


def course(fit: Fit, topic: str, place: int) -> Course:
    states = fit.states
    names = [named(state) for state in states.states]
    groups = [*states.groups]
    first: dict[str, float] = {}
    for group, share in zip(groups, fit.first[place], strict=True):
        if share > RARE:
            first[names[states.first(group)]] = float(share)
    return Course(
        topic, first,
        dict(zip(names, map(float, fit.finishes[place]), strict=True)),
        {names[k]: following(fit, place, k, group, groups, names) for k, (group, _) in enumerate(states.states)},
    )  # fmt: skip


def following(
    fit: Fit, kind: int, state: int, group: str, groups: Sequence[str], names: Sequence[str]
) -> Mapping[str, float]:
    shares = fit.following[kind, state]
    return {
        names[fit.states.after(groups[k], group)]: float(shares[k])
        for k in map(int, np.flatnonzero(shares > RARE))
    }


# Living it


def lived_again(
    side: Side, fit: Fit, late: Sequence[Past], window: Window, seed: int
) -> list[Past]:
    """The late cases as they would have been, up to the end of the log.

    Where the log shows a case only since it lasted until the log began, it is lived until it does.
    """
    opened = sorted(range(len(late)), key=lambda place: late[place].opened)
    found: dict[int, Past] = {}
    missing = [*enumerate(opened)]
    for attempt in seeds(seed, ATTEMPTS):
        ways = ways_of(side, attempt)
        for number, place in missing:
            found[place] = past_in(fit, late[place], *ways[number], window)
        missing = [(n, place) for n, place in missing if found[place].course.ended < window.since]
        if not missing:
            break
    return list(found.values())


def ways_of(side: Side, seed: int) -> list[tuple[list[tuple[float, int]], float]]:
    """Of each arrival: when it entered which state, and when it was over."""
    world: World = side.begun(seed, recorded=True)
    world.live(FOREVER / 10)
    written = world.has("records")
    written = written[written["kind"] == ENTERED]
    ways: list[list[tuple[float, int]]] = [[] for _ in world.has("cases")]
    for case, at, unit in zip(written["case"].tolist(), written["at"].tolist(), written["expert"].tolist(), strict=True):  # fmt: skip
        ways[case].append((at, unit))
    over = world.has("cases")["closed_at"] - WATCHED_S
    return list(zip(ways, over.tolist(), strict=True))


def past_in(fit: Fit, late: Past, entered: Sequence[tuple[float, int]], over: float, window: Window) -> Past:  # fmt: skip
    """The way of a case as a past, with what the log's end would have cut off."""
    states = [*fit.states.states]
    begin = entered[0][0]
    steps = [step(late, at - begin, states[unit][0]) for at, unit in entered]
    steps.append(step(late, over - begin, NOBODY))
    shown = [each for each in steps if each.at <= window.until] or steps[:1]
    course = course_of(late.course.case, late.course.customer, shown)
    return Past(course, late.topic, tuple(visits_of(shown)), len(shown) == len(steps), late.area)


def step(late: Past, seconds: float, group: str) -> Step:
    return Step(late.opened + timedelta(seconds=seconds), group or None, None)
