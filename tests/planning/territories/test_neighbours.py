"""Neighbours by coordinates, and islands: against a direct reading of the rule."""

import math
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coterie.kit.errors import Invalid
from coterie.planning.territories.model import GivenArea
from coterie.planning.territories.neighbours import graph_of, pieces
from coterie.planning.territories.shape import kilometres

PLACE = st.tuples(st.integers(-89, 89), st.integers(-180, 179))


def at(places: list[tuple[float, float]]) -> list[GivenArea]:
    return [GivenArea(f"{number:03}", lat=lat, lon=lon, customers=1) for number, (lat, lon) in enumerate(places)]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PLACE, min_size=1, max_size=40))
def test_two_are_neighbours_where_no_third_lies_between(places: list[tuple[float, float]]) -> None:
    areas = at(places)
    graph = graph_of(areas, None)
    assert set(graph.pairs) == {
        (a, b)
        for a, b in combinations(range(len(areas)), 2)
        if all(outside(places, a, b, c) for c in range(len(areas)))
    }
    assert len(pieces(len(areas), graph.pairs)) == 1
    assert not graph.joined and not graph.given


def outside(places: list[tuple[float, float]], a: int, b: int, c: int) -> bool:
    """Whether c is outside the ball between a and b: its corner of the triangle is no wider than a right angle."""
    x, y, z = (point(places[each]) for each in (a, b, c))
    return sum((i - k) * (j - k) for i, j, k in zip(x, y, z, strict=True)) > -1e-14


def point(place: tuple[float, float]) -> tuple[float, float, float]:
    lat, lon = math.radians(place[0]), math.radians(place[1])
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def test_the_date_line_is_no_border() -> None:
    areas = at([(-17.0, 179.0), (-17.0, -179.0), (-17.0, 170.0)])
    assert graph_of(areas, None).pairs == ((0, 1), (0, 2))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_islands_are_joined_by_the_nearest_pair(seed: int, count: int) -> None:
    """Not by more pairs than there are seas, and the first by the shortest of all."""
    random = Random(seed)
    areas = at([(random.uniform(-60, 60), random.uniform(-170, 170)) for _ in range(3 * count)])
    pairs = [(areas[at].area, areas[at + 1].area) for at in range(len(areas) - 1) if at % 3 < 2]
    graph = graph_of(areas, pairs)
    assert len(graph.joined) == count - 1
    assert len(pieces(len(areas), graph.pairs)) == 1
    island = {at: at // 3 for at in range(len(areas))}
    ways = {
        pair: kilometres((areas[pair[0]].lat or 0, areas[pair[0]].lon or 0), (areas[pair[1]].lat or 0, areas[pair[1]].lon or 0))
        for pair in combinations(range(len(areas)), 2)
        if island[pair[0]] != island[pair[1]]
    }  # fmt: skip
    assert sum(ways[pair] for pair in graph.joined) == pytest.approx(shortest_tree(ways, island))


def shortest_tree(ways: dict[tuple[int, int], float], island: dict[int, int]) -> float:
    """Kruskal's, where the code has Prim's."""
    group = dict(island)
    total = 0.0
    for (a, b), way in sorted(ways.items(), key=lambda each: each[1]):
        if group[a] != group[b]:
            total += way
            was = group[b]
            group = {at: group[a] if of == was else of for at, of in group.items()}
    return total


def test_who_has_neither_neighbours_nor_a_place_is_named() -> None:
    areas = [*at([(0.0, 0.0), (0.0, 1.0)]), GivenArea("0999", customers=1)]
    with pytest.raises(Invalid, match="0999: it stands in no pair"):
        graph_of(areas, [("000", "001")])
    with pytest.raises(Invalid, match="0999: there is no file of neighbours"):
        graph_of(areas, None)
    assert graph_of(areas, [("000", "001"), ("0999", "001")]).pairs == ((0, 1), (1, 2))
