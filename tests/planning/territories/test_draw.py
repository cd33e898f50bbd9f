"""Territories of made-up and of real countries: whatever is asked, every area has one home and nothing is broken."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan, as_json, read_plan
from coterie.planning.territories.draw import draw
from coterie.planning.territories.model import GivenArea, Wanted
from tests.planning.territories.australian import (
    ABSENT,
    AUSTRALIA,
    NEW_SOUTH_WALES,
    australia,
    new_south_wales,
)
from tests.planning.territories.made_up import Country, country, heavy_tailed, of_enclaves, of_towns


def check(plan: Plan, areas: Sequence[GivenArea]) -> None:
    """Everything that is true of every plan, found by other means than those of the code."""
    of_wholes: dict[str, int] = defaultdict(int)
    for each in plan.areas:
        of_wholes[each.whole or each.area] += each.customers
    assert dict(of_wholes) == {each.area: each.customers for each in areas}
    homes = {area: each.id for each in plan.communities for area in each.areas}
    assert sorted(homes) == sorted(each.area for each in plan.areas)
    assert sum(len(each.areas) for each in plan.communities) == len(homes)
    group = {area: area for area in homes}
    for a, b in plan.adjacency:
        if homes[a] == homes[b]:
            group[root(group, a)] = root(group, b)
    roots = {(homes[area], root(group, area)) for area in homes}
    assert len(roots) == len(plan.communities), "a community is in several pieces"
    held = [sum(each.customers for each in plan.areas if homes[each.area] == one.id) for one in plan.communities]  # fmt: skip
    assert held == [each.customers for each in plan.communities]
    mean = sum(held) / len(held)
    assert plan.balance == pytest.approx(max(abs(each - mean) for each in held) / mean)
    assert plan.balance >= plan.territories["bound"] - 1e-6
    assert plan.territories["within"] == (plan.balance <= plan.tolerance)
    assert len({each.name for each in plan.communities}) == len(plan.communities)


def root(group: dict[str, str], area: str) -> str:
    while group[area] != area:
        area = group[area]
    return area


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 10),
    city=st.sampled_from([0.0, 0.05, 0.3]),
    river=st.booleans(),
    islands=st.integers(0, 3),
    by_place=st.booleans(),
)
def test_every_area_has_a_home_and_nothing_is_broken(
    seed: int, count: int, city: float, river: bool, islands: int, by_place: bool
) -> None:
    made = country(seed, rows=7, columns=8, river=river, islands=islands, city=city)
    plan = draw(made.areas, None if by_place else made.pairs, Wanted(count, seed=seed))
    check(plan, made.areas)
    assert len(plan.communities) == count


@pytest.mark.parametrize("seed", range(6))
def test_a_country_of_many_small_areas_is_even(seed: int) -> None:
    made = country(seed, rows=16, columns=18, contacts=True)
    plan = draw(made.areas, made.pairs, Wanted(9, seed=seed))
    check(plan, made.areas)
    assert plan.balance <= 0.02
    assert plan.territories["contacts_deviation"] < 0.05
    assert plan.territories["contacts_bound"] <= plan.territories["contacts_deviation"] + 1e-6


@pytest.mark.parametrize(("land", "count"), [(heavy_tailed, 12), (of_enclaves, 8), (of_towns, 9)])  # fmt: skip
def test_countries_of_other_characters_are_even_too(land: Callable[[int], Country], count: int) -> None:  # fmt: skip
    """Many areas near the size of a community; towns inside counties, and islands; dense towns by coordinates alone."""
    made = land(1)
    pairs = made.pairs or None
    plan = draw(made.areas, pairs, Wanted(count))
    check(plan, made.areas)
    assert plan.balance <= 0.02
    whole = draw(made.areas, pairs, Wanted(count, split_above=1))
    check(whole, made.areas)
    mean = sum(each.customers for each in made.areas) / count
    sizes = {each.area: each.customers for each in made.areas}
    assert all(sizes[area] > 1.02 * mean for area in whole.territories["split"])


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 2), (2, 2), (1, 7)])
def test_as_many_communities_as_areas(rows: int, columns: int) -> None:
    made = country(3, rows=rows, columns=columns, river=False, islands=0)
    areas = [replace(each, customers=10 + at) for at, each in enumerate(made.areas)]
    plan = draw(areas, made.pairs, Wanted(len(areas), tolerance=0.9))
    check(plan, areas)


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    made = country(5)
    first, again, other = (draw(made.areas, made.pairs, Wanted(8, seed=seed)) for seed in (1, 1, 2))
    assert first == again
    assert [each.areas for each in first.communities] != [each.areas for each in other.communities]
    assert read_plan(as_json(first)) == first


def test_a_size_is_as_good_as_a_number() -> None:
    made = country(5)
    customers = sum(each.customers for each in made.areas)
    plan = draw(made.areas, made.pairs, Wanted(size=customers // 7))
    assert len(plan.communities) == 7


def test_pins_are_kept_and_have_a_way_to_each_other() -> None:
    made = country(7)
    pins = {"0000": "c03", "0405": "3", "1113": "c01", "0013": "C1"}
    areas = [replace(each, pin=pins.get(each.area, "")) for each in made.areas]
    plan = draw(areas, made.pairs, Wanted(6))
    check(plan, areas)
    homes = {area: each.id for each in plan.communities for area in each.areas}
    assert [homes[area] for area in pins] == ["c03", "c03", "c01", "c01"]
    assert plan.territories["pins"]["0405"] == "c03"


def test_what_hangs_on_a_pinned_area_goes_with_it_and_who_is_pinned_to_by_name_stays_whole() -> None:  # fmt: skip
    """Else a small town inside a pinned county would be a community of its own, which nothing can enter."""
    made = of_enclaves(1)
    areas = [replace(each, pin="Ward 0-0" if each.area == "0002" else "") for each in made.areas]
    plan = draw(areas, made.pairs, Wanted(8))
    check(plan, areas)
    homes = {area: each.id for each in plan.communities for area in each.areas}
    assert homes["0000"] == homes["0002"] == homes["T0000"]
    assert {*plan.territories["pins"]} == {"0000", "0002"}
    assert plan.balance <= 0.02


def test_pins_that_leave_no_way_are_named() -> None:
    made = country(7, rows=1, columns=5, river=False, islands=0)
    pins = {"0000": "1", "0001": "2", "0004": "1"}
    areas = [replace(each, customers=10, pin=pins.get(each.area, "")) for each in made.areas]
    with pytest.raises(Invalid, match="0000 and 0004"):
        draw(areas, made.pairs, Wanted(2))


def test_pins_that_leave_a_community_without_areas_are_refused() -> None:
    made = country(7, rows=1, columns=4, river=False, islands=0)
    areas = [replace(each, customers=10, pin="1") for each in made.areas]
    with pytest.raises(Invalid, match="leave no area"):
        draw(areas, made.pairs, Wanted(2))


def test_a_pinned_area_stays_whole_and_the_bound_says_what_that_costs() -> None:
    made = country(2, city=0.5)
    areas = [replace(made.areas[0], pin="c02"), *made.areas[1:]]
    plan = draw(areas, made.pairs, Wanted(4))
    check(plan, areas)
    assert not plan.territories["split"]
    assert plan.territories["bound"] == pytest.approx(1.0, abs=0.05)
    assert not plan.territories["within"]
    assert any("0000 is one area" in note for note in plan.territories["notes"])


def test_regions_hold_together_where_they_can() -> None:
    """Twice the same country, with and without regions, cut where it is even cheaper."""
    made = country(11, rows=14, columns=14, river=False, islands=0)
    blind = draw([replace(each, region="") for each in made.areas], made.pairs, Wanted(6))
    plan = draw(made.areas, made.pairs, Wanted(6))
    regions = {each.area: each.region for each in made.areas}
    seeing = replace(blind, areas=tuple(replace(each, region=regions[each.area]) for each in blind.areas))  # fmt: skip
    assert across(plan) <= across(seeing)


def across(plan: Plan) -> int:
    """How many communities lie in several regions."""
    regions = {each.area: each.region for each in plan.areas}
    return sum(len({regions[area] for area in each.areas}) > 1 for each in plan.communities)


@pytest.mark.skipif(not AUSTRALIA, reason=ABSENT)
@pytest.mark.parametrize("seed", range(3))
def test_australia_in_seventy_is_even_and_whole(seed: int) -> None:
    areas = noisy(australia(), seed)
    plan = draw(areas, None, Wanted(70, seed=seed))
    check(plan, areas)
    assert plan.balance <= 0.02
    assert {each.area for each in areas if each.area.startswith("0")} <= {each.area for each in plan.areas}  # fmt: skip


@pytest.mark.skipif(not NEW_SOUTH_WALES, reason=ABSENT)
@pytest.mark.parametrize("count", [20, 25])
def test_new_south_wales_with_its_true_neighbours(count: int) -> None:
    areas, pairs = new_south_wales()
    plan = draw(areas, pairs, Wanted(count))
    check(plan, areas)
    assert plan.balance <= 0.02
    assert {"2308", "2898"} <= {area for pair in plan.territories["joined"] for area in pair}


@pytest.mark.skipif(not NEW_SOUTH_WALES, reason=ABSENT)
def test_an_island_without_a_place_is_refused_by_name() -> None:
    areas, pairs = new_south_wales()
    with pytest.raises(Invalid, match="2898"):
        draw([replace(each, lat=None) if each.area == "2898" else each for each in areas], pairs, Wanted(20))  # fmt: skip


def noisy(areas: Sequence[GivenArea], seed: int) -> list[GivenArea]:
    random = Random(seed)
    return [replace(each, customers=round(each.customers * random.lognormvariate(0, 0.3))) for each in areas]  # fmt: skip
