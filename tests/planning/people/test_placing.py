"""Who goes where: everybody once, the sizes that were wanted, as few moves as can be, and training that mends what it says."""

from collections import Counter
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coterie.kit.errors import Invalid
from coterie.planning.people.model import ABLE, Person, Placed, Site, Wanted
from coterie.planning.people.placing import MOVE, SEAT, SKILL, place, quotas_of
from coterie.planning.people.sites import Seated, chosen_sites, kilometres, sites_of_people

SKILLS = ("billing", "network", "sales")


def people_of(number: int, sites: int, seed: int) -> list[Person]:
    draw = Random(seed)
    return [
        Person(
            f"p{place:04}", f"g{draw.randrange(6)}", f"s{draw.randrange(sites)}",
            {skill: draw.randint(0, 5) for skill in SKILLS if draw.random() < 0.7},
            frozenset({"en", *(["it"] if draw.random() < 0.2 else [])}),
            frozenset(draw.choice([("voice",), ("messaging",), ("voice", "messaging")])),
        )
        for place in range(number)
    ]  # fmt: skip


def wanted_of(communities: int, sites: int, people: int, seed: int) -> list[Wanted]:
    draw = Random(seed)
    return [
        Wanted(
            f"c{place}", people, {skill: draw.randint(1, max(1, people // 2)) for skill in SKILLS},
            {"voice": people // 2, "messaging": people // 3}, f"s{place % sites}",
        )
        for place in range(communities)
    ]  # fmt: skip


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 40), st.integers(1, 4), st.integers(1, 3), st.integers(0, 2**16))
def test_everybody_goes_somewhere_once_and_training_mends_all_skills(number: int, communities: int, sites: int, seed: int) -> None:  # fmt: skip
    people, wanted = people_of(number, sites, seed), wanted_of(communities, sites, 12, seed)
    placed = place(people, wanted, seed)
    quotas = quotas_of(number, wanted)
    assert sorted(each.person for each in placed.assignments) == [each.ref for each in people]
    assert Counter(each.to_community for each in placed.assignments) == Counter(quotas)
    assert placed.moved == sum(each.from_site != each.to_site for each in placed.assignments)
    assert placed.bound <= placed.cost and placed.moved_bound <= placed.moved
    assert_trained(placed, people, wanted, quotas)


def assert_trained(placed: Placed, people: list[Person], wanted: list[Wanted], quotas: dict[str, int]) -> None:  # fmt: skip
    """After the training every community has what it wants; nobody learns what they are able in."""
    known = {each.ref: each for each in people}
    home = {each.person: each.to_community for each in placed.assignments}
    learned = {(each.person, each.skill) for each in placed.training}
    assert len(learned) == len(placed.training)
    for each in placed.training:
        assert home[each.person] == each.community
        assert each.level == known[each.person].skills.get(each.skill, 0) < ABLE == each.to
    for community in wanted:
        members = [ref for ref, at in home.items() if at == community.community]
        for skill, number in community.skills.items():
            able = sum(known[ref].able(skill) or (ref, skill) in learned for ref in members)
            assert able >= min(number, quotas[community.community])


@settings(deadline=None, max_examples=25)
@given(st.integers(3, 6), st.integers(0, 2**16))
def test_no_assignment_costs_less_than_the_bound_and_the_best_one_is_found(number: int, seed: int) -> None:  # fmt: skip
    """Against all assignments of a few people to two communities at two sites."""
    people, wanted = people_of(number, 2, seed), wanted_of(2, 2, number // 2, seed)
    people = [Person(p.ref, p.group, p.site, p.skills, frozenset(), p.seats) for p in people]
    placed = place(people, wanted, seed)
    quotas = quotas_of(number, wanted)
    costs = [
        cost(people, ways, wanted, quotas)
        for ways in product(range(2), repeat=number)
        if all(ways.count(at) == quotas[each.community] for at, each in enumerate(wanted))
    ]
    assert placed.cost == min(costs) == placed.bound


def cost(people: list[Person], ways: tuple[int, ...], wanted: list[Wanted], quotas: dict[str, int]) -> int:  # fmt: skip
    found = sum(MOVE for person, at in zip(people, ways, strict=True) if person.site != wanted[at].site)  # fmt: skip
    for at, each in enumerate(wanted):
        members = [person for person, where in zip(people, ways, strict=True) if where == at]
        for skill, number in each.skills.items():
            able = sum(person.able(skill) for person in members)
            found += SKILL * max(0, min(number, quotas[each.community]) - able)
        for seat, number in each.seats.items():
            sits = sum(seat in person.seats for person in members)
            found += SEAT * max(0, min(number, quotas[each.community]) - sits)
    return found


def test_the_same_is_found_again_whatever_the_order_of_the_file() -> None:
    people, wanted = people_of(80, 3, 5), wanted_of(5, 3, 16, 5)
    shuffled = Random(1).sample(people, len(people))
    assert place(people, wanted, 7) == place(shuffled, wanted, 7)


def test_languages_are_spread_and_those_too_few_speak_are_named() -> None:
    """Three speak Italian and one Greek: each of three communities has one for Italian, two have nobody for Greek."""
    people = [
        Person(f"p{place}", languages=frozenset({"en", *(["it"] if place < 3 else []), *(["el"] if place == 9 else [])}))
        for place in range(12)
    ]  # fmt: skip
    placed = place(people, [Wanted(f"c{place}", 4) for place in range(3)], 1)
    italian = {each.to_community for each in placed.assignments if each.person in ("p0", "p1", "p2")}  # fmt: skip
    assert len(italian) == 3
    assert [(lack.what, lack.which, lack.number) for lack in placed.lacks] == [("language", "el", 1)] * 2  # fmt: skip


def test_who_is_nearest_to_a_skill_learns_it() -> None:
    people = [Person("far", skills={"billing": 0}), Person("near", skills={"billing": 2}), Person("able", skills={"billing": 4})]  # fmt: skip
    placed = place(people, [Wanted("c", 3, {"billing": 2})], 1)
    assert [(t.person, t.level, t.to) for t in placed.training] == [("near", 2, 3)]


def test_people_stay_where_they_are_if_they_can() -> None:
    people = [Person(f"p{place}", site="a" if place < 6 else "b") for place in range(10)]
    wanted = [Wanted("c", 5, site="a"), Wanted("d", 5, site="b")]
    placed = place(people, wanted, 1)
    assert (placed.moved, placed.moved_bound, placed.cost) == (1, 1, MOVE)


def test_fewer_people_than_wanted_are_shared_and_the_lack_is_named() -> None:
    placed = place([Person(f"p{place}") for place in range(9)], [Wanted("c", 8), Wanted("d", 4)], 1)
    assert Counter(each.to_community for each in placed.assignments) == {"c": 6, "d": 3}
    assert {(lack.community, lack.number) for lack in placed.lacks if lack.what == "people"} == {("c", 2), ("d", 1)}  # fmt: skip


def test_what_cannot_be_assigned_is_refused() -> None:
    with pytest.raises(Invalid, match="no people"):
        place([], [Wanted("c", 4)], 1)
    with pytest.raises(Invalid, match="no communities"):
        place([Person("p")], [], 1)
    with pytest.raises(Invalid, match="The person p stands among the people twice"):
        place([Person("p"), Person("q"), Person("p")], [Wanted("c", 4)], 1)


@given(st.integers(0, 500), st.lists(st.integers(0, 60), min_size=1, max_size=9))
def test_quotas_add_up_and_none_is_off_by_one(number: int, wishes: list[int]) -> None:
    found = quotas_of(number, [Wanted(f"c{place}", wish) for place, wish in enumerate(wishes)])
    assert sum(found.values()) == number
    whole = sum(wishes)
    for place_, wish in enumerate(wishes):
        share = number * wish / whole if whole else number / len(wishes)
        assert abs(found[f"c{place_}"] - share) < 1


NEAR = Site("near", lat=-33.9, lon=151.2, seats=100)
FAR = Site("far", lat=-31.9, lon=115.9, seats=100)


def test_a_community_sits_near_its_territory_as_long_as_there_are_seats() -> None:
    seated = [Seated(f"c{place}", 40, lat=-34.0, lon=151.0) for place in range(3)]
    found = chosen_sites(seated, [NEAR, FAR], {}, 1)
    assert Counter(found.values()) == {"near": 2, "far": 1}


def test_a_region_sits_together_where_that_costs_little() -> None:
    other = Site("other", lat=-33.8, lon=151.0, seats=100)
    seated = [Seated("a", 10, "North", -33.79, 151.0), Seated("b", 10, "North", -33.91, 151.2)]
    assert len(set(chosen_sites(seated, [NEAR, other], {}, 1).values())) == 1


def test_where_people_are_counts_for_more_than_some_kilometres() -> None:
    seated = [Seated("a", 10, lat=-34.0, lon=151.0, people=40)]
    assert chosen_sites(seated, [NEAR, FAR], {"far": 40}, 1) == {"a": "far"}
    assert chosen_sites(seated, [NEAR, FAR], {"far": 2}, 1) == {"a": "near"}


def test_a_site_that_was_chosen_stays_and_one_that_nobody_knows_is_named() -> None:
    seated = [Seated("a", 10, lat=-34.0, lon=151.0, site="far")]
    assert chosen_sites(seated, [NEAR, FAR], {}, 1) == {"a": "far"}
    with pytest.raises(Invalid, match="a sits at Mars"):
        chosen_sites([Seated("a", 10, site="Mars")], [NEAR], {}, 1)


def test_too_few_seats_are_refused() -> None:
    with pytest.raises(Invalid, match="200 seats, and the communities fill 240"):
        chosen_sites([Seated(f"c{place}", 60) for place in range(4)], [NEAR, FAR], {}, 1)
    with pytest.raises(Invalid, match="whole communities"):
        chosen_sites([Seated(f"c{place}", 60) for place in range(3)], [NEAR, FAR], {}, 1)


def test_without_a_file_of_sites_communities_sit_where_people_do() -> None:
    found = sites_of_people({"a": 40, "b": 40, "c": 30}, {"a": "N", "b": "N", "c": "S"}, {"x": 90, "y": 30})  # fmt: skip
    assert found == {"a": "x", "b": "x", "c": "y"}


def test_sydney_and_perth_are_3_290_kilometres_apart() -> None:
    assert kilometres(-33.87, 151.21, -31.95, 115.86) == pytest.approx(3290, abs=10)
    assert kilometres(None, None, 1.0, 1.0) == 0
