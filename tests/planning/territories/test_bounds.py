"""The bounds hold: on countries so small that every plan can be tried, no plan is better than they say."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coterie.planning.territories.bounds import contacts_bound, customers_bound
from coterie.planning.territories.country import country_of
from coterie.planning.territories.draw import draw
from coterie.planning.territories.model import GivenArea, Graph, Wanted
from coterie.planning.territories.neighbours import graph_of, pieces
from coterie.planning.territories.shape import deviation
from tests.planning.territories.made_up import country


def every_plan(graph: Graph, count: int) -> Iterator[tuple[int, ...]]:
    """Each way to give areas to communities in which none is empty and all are in one piece."""
    for homes in product(range(count), repeat=graph.size):
        if homes[0] == 0 and len(set(homes)) == count:
            inner = [pair for pair in graph.pairs if homes[pair[0]] == homes[pair[1]]]
            if len(pieces(graph.size, inner)) == count:
                yield homes


def held(homes: tuple[int, ...], count: int, sizes: list[float]) -> list[float]:
    return [
        sum(size for home, size in zip(homes, sizes, strict=True) if home == each)
        for each in range(count)
    ]


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000), count=st.integers(2, 3), tolerance=st.sampled_from([0.1, 0.3, 0.6])
)
def test_no_plan_is_better_than_the_bounds(seed: int, count: int, tolerance: float) -> None:
    made = country(seed, rows=2, columns=4, river=False, islands=0)
    random = Random(seed)
    areas = [
        replace(each, customers=random.randrange(1, 60), contacts=random.uniform(0, 90))
        for each in made.areas
    ]
    graph = graph_of(areas, made.pairs)
    customers, contacts = [float(each.customers) for each in areas], [each.contacts or 0.0 for each in areas]  # fmt: skip
    plans = [(deviation(held(homes, count, customers)), deviation(held(homes, count, contacts))) for homes in every_plan(graph, count)]  # fmt: skip
    assert plans
    assert customers_bound(areas, count, {})[0] <= min(plans)[0] + 1e-9
    within = [of_contacts for of_customers, of_contacts in plans if of_customers <= tolerance]
    bound = contacts_bound(country_of(areas, graph, count, {}), tolerance)
    assert bound <= min(within, default=bound) + 1e-9


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_what_is_drawn_is_the_best_of_all_plans_of_a_small_country(seed: int) -> None:
    """Asked for nothing less than even, annealing finds what trying everything finds."""
    made = country(seed, rows=2, columns=4, river=False, islands=0)
    areas = [replace(each, customers=Random(seed + at).randrange(20, 60)) for at, each in enumerate(made.areas)]  # fmt: skip
    graph = graph_of(areas, made.pairs)
    best = min(deviation(held(homes, 3, [each.customers for each in areas])) for homes in every_plan(graph, 3))  # fmt: skip
    assert draw(areas, made.pairs, Wanted(3, tolerance=best + 1e-9)).balance == pytest.approx(best)


def test_the_bound_of_contacts_sees_a_corner_where_people_call_more() -> None:
    """A line of areas of which the first ten have all contacts: nobody can spread them."""
    areas = [GivenArea(f"{at:02}", customers=100, contacts=50.0 if at < 10 else 0.0) for at in range(40)]  # fmt: skip
    pairs = [(areas[at].area, areas[at + 1].area) for at in range(39)]
    plan = draw(areas, pairs, Wanted(4))
    assert plan.territories["contacts_bound"] == pytest.approx(2.92)
    assert plan.territories["contacts_deviation"] == pytest.approx(3.0)
