"""Waves: what is found keeps its rules, counted anew; what can't be is named; the picture and the lists say the same."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan, PlannedArea, PlannedCommunity, as_json, read_plan
from coterie.planning.waves.check import faults
from coterie.planning.waves.model import CEILING, Move, Mover, Moving, Pace
from coterie.planning.waves.order import move
from coterie.planning.waves.picture import picture
from coterie.planning.waves.pilots import pilots, units
from coterie.planning.waves.reading import movings, section
from coterie.planning.waves.training import by_site, most_at_once, seats

SLOW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
START = date(2026, 12, 7)


def operation(seed: int, communities: int = 8, people: int = 12) -> list[Moving]:
    """Communities in pairs of distant buddies, whose people come from four old groups."""
    random = Random(seed)
    half = communities // 2
    return [
        Moving(
            f"c{n:02}",
            1000 + random.randrange(200),
            2000.0 + random.randrange(500),
            tuple(mover(random, f"p{n:02}{at:02}", at, f"s{n % 3}") for at in range(people)),
            f"c{(n + half) % communities:02}" if communities % 2 == 0 else None,
            "NS"[n % 2],
            random.random(),
        )
        for n in range(communities)
    ]


def mover(random: Random, ref: str, at: int, site: str) -> Mover:
    skills = ("billing", "network", "sales")[: random.choice([0, 1, 1, 2, 3])]
    return Mover(ref, f"g{at % 4}", site, site, skills)


@SLOW
@given(st.integers(0, 10_000), st.sampled_from([0, 8]), st.integers(1, 6))
def test_every_move_keeps_every_rule(seed: int, extra: int, first: int) -> None:
    communities, pace = operation(seed), Pace(pilots=first, lend=2)
    places = first * most_at_once(communities, pace) + extra if extra else None
    made = move(communities, pace, places=places)
    assert faults(communities, pace, made) == []
    assert made.bound <= made.weeks == max(made.starts.values())
    by_hand(communities, pace, made)


def by_hand(communities: list[Moving], pace: Pace, made: Move) -> None:
    """Person by person and week by week."""
    assert set(made.starts) == {each.id for each in communities}
    assert {name for name, week in made.starts.items() if week == 0} == made.pilots
    total = sum(each.contacts for each in communities)
    today = Counter(mover.group for each in communities for mover in each.movers)
    for week in range(-pace.ahead, made.weeks + 1):
        in_training: Counter[str] = Counter()
        there: Counter[str] = Counter()
        for each in communities:
            for seat in made.training[each.id]:
                assert seat.ends - seat.begins == 2 * len(seat.mover.skills)
                assert -pace.ahead <= seat.begins < seat.ends <= 0
                if seat.begins <= week - made.starts[each.id] < seat.ends:
                    in_training[seat.mover.new_site] += 1
                    there.subtract({seat.mover.group: pace.away})
            if made.starts[each.id] > week:
                there.update(mover.group for mover in each.movers)
        assert all(many <= made.places for many in in_training.values())
        left = sum(each.contacts for each in communities if made.starts[each.id] > week)
        for group, many in today.items():
            assert there[group] + pace.lend >= many * pace.busy * left / total / CEILING - 0.01


def test_no_order_is_shorter_than_the_one_found() -> None:
    """Of all orders of four communities, tried one by one."""
    communities, pace = operation(5, 4), Pace(pilots=2, weeks=15, lend=3)
    places = most_at_once(communities, pace)
    made = move(communities, pace, places=places)
    others = [each.id for each in communities if each.id not in made.pilots]
    shortest = min(
        (
            max(a, b)
            for a in pace.slots[1:]
            for b in pace.slots[1:]
            if not faults(
                communities,
                pace,
                replace(
                    made,
                    starts=dict.fromkeys(made.pilots, 0) | dict(zip(others, (a, b), strict=True)),
                ),
            )
        ),
    )
    assert made.weeks == shortest == made.bound


def test_buddies_move_together() -> None:
    communities = operation(2)
    made = move(communities, Pace(pilots=4, lend=4))
    assert all(len({made.starts[each.id] for each in unit}) == 1 for unit in units(communities))


def test_pilots_are_pairs_that_differ() -> None:
    communities = operation(4, 12)
    first = pilots(communities, 4)
    assert len(first) == 4
    assert all(each.buddy in first for each in communities if each.id in first)
    assert {each.region for each in communities if each.id in first} == {"N", "S"}
    assert len(pilots(communities, 5)) == 5 and pilots(communities, 40) == {c.id for c in communities}  # fmt: skip


def test_training_shares_places() -> None:
    """Six weeks hold three skills: six people with one each need two places, not six."""
    six = tuple(Mover(f"p{n}", "g", "s", "s", ("billing",)) for n in range(6))
    assert max(by_site(seats(Moving("c1", 1, 1.0, six), Pace())).values()) == 2


def test_what_stands_in_the_way_is_named() -> None:
    communities = operation(1)
    with pytest.raises(Invalid, match=r"c\d\d trains \d+ people at s\d at once; there are 1 places"):  # fmt: skip
        move(communities, Pace(), places=1)
    with pytest.raises(Invalid, match=r"The pilots train \d+ people at s\d at once"):
        move(communities, Pace(pilots=6), places=most_at_once(communities, Pace()))
    with pytest.raises(Invalid, match=r"old group g\d served: \d+ people would be missing in week"):
        move(communities, Pace(busy=1.0))
    with pytest.raises(Invalid, match="must learn 3 skills, which take 6 weeks"):
        move(communities, Pace(ahead=4))
    with pytest.raises(Invalid, match=r"^Not everybody can have moved in 3 weeks, however many training places there are\. Give more weeks"):  # fmt: skip
        move(communities, Pace(pilots=1, weeks=3, lend=50))
    with pytest.raises(Invalid, match="not everybody can have moved in 6 weeks"):
        move(
            communities, Pace(pilots=1, weeks=6, lend=50), places=most_at_once(communities, Pace())
        )


def test_short_lists_what_is_missing() -> None:
    communities, pace = operation(1), Pace(busy=1.0)
    made = move(communities, pace, short=True)
    assert made.short and faults(communities, pace, made) == []
    assert section(communities, pace, made, START)["short"]


def planned(*, named: bool) -> Plan:
    communities = operation(3)
    return Plan(
        tuple(PlannedCommunity(c.id, c.id.upper(), (f"a{c.id}",), c.customers, c.contacts, experts=12, buddy=c.buddy, site="x") for c in communities),
        tuple(PlannedArea(f"a{c.id}", customers=c.customers, hazard=c.hazard) for c in communities),
        (), 0.0, 0, 0.02,
        staff={
            "assignments": [{"person": m.ref, "from_group": m.group, "from_site": m.site, "to_community": c.id, "to_site": m.new_site} for c in communities for m in c.movers],
            "training": [{"person": m.ref, "skill": skill, "from": 0, "to": 3} for c in communities for m in c.movers for skill in m.skills],
        } if named else {},
    )  # fmt: skip


@pytest.mark.parametrize("named", [True, False])
def test_the_section_says_who_moves_when(*, named: bool) -> None:
    plan, pace = planned(named=named), Pace(lend=3)
    communities = movings(plan)
    made = move(communities, pace)
    waves = section(communities, pace, made, START)
    assert sum(wave["customers"] for wave in waves["waves"]) == sum(c.customers for c in plan.communities)  # fmt: skip
    assert sum(wave["headcount"] for wave in waves["waves"]) == 96
    assert waves["waves"][0]["pilot"] and waves["waves"][0]["starts"] == "2026-12-07"
    people = [ref for wave in waves["waves"] for ref in wave["people"]]
    assert len(people) == len(set(people)) == (96 if named else 0)
    for wave in waves["waves"]:
        assert all(wave["trains_from"] <= each["from"] < each["to"] <= wave["starts"] for each in wave["training"])  # fmt: skip
    again = read_plan(json.loads(json.dumps(as_json(replace(plan, waves=waves)))))
    assert again.waves == json.loads(json.dumps(waves))
    bars = picture(plan, waves)["data"]["values"]
    assert Counter(each["what"] for each in bars if each["what"] != "training").total() == 8


@pytest.mark.parametrize(
    ("staff", "named"),
    [
        ({}, "c00"),
        ({"assignments": [{"person": "p1"}]}, "to_community"),
        ({"assignments": [{"person": "p1", "to_community": "c99"}]}, "c99"),
        ({"training": [{"skill": "billing"}]}, "person"),
    ],
)
def test_a_plan_without_people_is_refused(staff: dict[str, object], named: str) -> None:
    plan = planned(named=False)
    bare = replace(plan, communities=tuple(replace(each, experts=None) for each in plan.communities), staff=staff)  # fmt: skip
    with pytest.raises(Invalid, match=named):
        movings(bare)


@pytest.mark.parametrize("known", ["by the week", "by the year", "by customers alone"])
def test_contacts_leave_with_those_who_ask(known: str) -> None:
    """However contacts are known, the old groups are relieved of them as communities leave."""
    plan = planned(named=True)
    asked = {each.id: 1000.0 * number for number, each in enumerate(plan.communities, 1)}
    silent = tuple(
        replace(each, contacts=asked[each.id] if known == "by the year" else 0.0)
        for each in plan.communities
    )
    staff = dict(plan.staff)
    if known == "by the week":
        staff["communities"] = {id: {"contacts_week": {"voice": 0.6 * many * 7 / 365, "email": 0.4 * many * 7 / 365}} for id, many in asked.items()}  # fmt: skip
    communities = movings(replace(plan, communities=silent, staff=staff))
    wanted = asked if known != "by customers alone" else {each.id: each.customers for each in plan.communities}  # fmt: skip
    assert {each.id: each.contacts for each in communities} == pytest.approx(wanted)
    assert not move(communities, Pace(lend=3)).short
