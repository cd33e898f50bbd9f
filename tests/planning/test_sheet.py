"""A plan on a sheet: everything lies on it, nothing overlaps its neighbour, what is near stays near."""

import json
from math import cos, hypot, isclose, radians
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.planning.plan import Plan, PlannedArea, PlannedCommunity
from coterie.planning.sheet import MOST, WIDTH, sheet_of
from tests.planning.made_up import a_document, a_plan

areas = st.lists(
    st.tuples(st.floats(-60, 60), st.floats(-170, 170), st.integers(0, 10**6)), min_size=1, max_size=30
)  # fmt: skip


def plan_of(places: list[tuple[float, float, int]]) -> Plan:
    made = tuple(PlannedArea(f"a{at}", lat=lat, lon=lon, customers=customers) for at, (lat, lon, customers) in enumerate(places))  # fmt: skip
    pairs = tuple((f"a{at}", f"a{at + 1}") for at in range(len(made) - 1))
    community = PlannedCommunity("c01", "One", tuple(each.area for each in made), 0, 0.0)
    return Plan((community,), made, pairs, 0.0, 1, 0.02)


@given(areas)
def test_everything_lies_on_the_sheet_and_no_circle_reaches_its_neighbour(
    places: list[tuple[float, float, int]],
) -> None:
    plan = plan_of(places)
    dots = {dot.area.area: dot for dot in sheet_of(plan).dots}
    assert len(dots) == len(places)
    for dot in dots.values():
        assert 0 <= dot.x <= WIDTH and 0 <= dot.y <= WIDTH and 0 < dot.r <= MOST
    for a, b in plan.adjacency:
        far = hypot(dots[a].x - dots[b].x, dots[a].y - dots[b].y)
        assert dots[a].r + dots[b].r <= max(far, 0.71)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_country_without_customers_has_a_sheet(number: int) -> None:
    sheet = sheet_of(plan_of([(float(at), 10.0 + at, 0) for at in range(number)]))
    left, top, side = sheet.view
    for dot in sheet.dots:
        assert left <= dot.x <= left + side and top <= dot.y <= top + side


@given(areas)
def test_the_view_is_a_square_that_holds_who_holds_nearly_all(
    places: list[tuple[float, float, int]],
) -> None:
    sheet = sheet_of(plan_of(places))
    left, top, side = sheet.view
    inside = [dot for dot in sheet.dots if left <= dot.x <= left + side and top <= dot.y <= top + side]  # fmt: skip
    held = sum(dot.area.customers for dot in inside)
    assert inside and held >= 0.97 * sum(each[2] for each in places)


def test_a_degree_east_is_as_long_as_it_is_on_the_ground() -> None:
    sheet = sheet_of(plan_of([(-36, 146, 1), (-36, 147, 1), (-34, 146, 1)]))
    a, b, c = sheet.dots
    assert isclose((b.x - a.x) / (a.y - c.y), cos(radians(35)) / 2, rel_tol=1e-6)
    assert c.y < a.y  # north is up


def test_an_island_far_away_does_not_shrink_the_view() -> None:
    places = [(-36 + at / 10, 146.0, 1000) for at in range(20)]
    _, _, near = sheet_of(plan_of(places)).view
    island = sheet_of(plan_of([*places, (-31.5, 159.1, 3)]))
    assert near == WIDTH and island.view[2] < WIDTH / 2


def test_what_has_no_coordinates_is_counted() -> None:
    document = a_document()
    for each in document["areas"][:5]:
        del each["lat"]
    sheet = sheet_of(a_plan(**document))
    assert (len(sheet.dots), sheet.unplaced) == (7, 5)
    for each in document["areas"]:
        each.pop("lat", None)
    empty = sheet_of(a_plan(**document))
    assert empty.dots == () and empty.lands == ()


def test_bands_join_neighbours_of_one_community_only() -> None:
    plan = a_plan()
    lands = {land.id: land for land in sheet_of(plan).lands}
    assert {id_: land.path.count("M") for id_, land in lands.items()} == {"c01": 3, "c02": 3, "c03": 3}  # fmt: skip


@pytest.mark.parametrize("sheet", [sheet_of(a_plan())])
def test_a_sheet_is_plain_numbers(sheet: Any) -> None:
    json.dumps([[dot.x, dot.y, dot.r] for dot in sheet.dots])
