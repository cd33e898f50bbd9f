"""What can't be planned with is refused in a sentence that names the culprit, and areas too large are split."""

from collections import Counter
from dataclasses import replace
from math import gcd

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.kit.errors import Invalid
from coterie.planning.territories.checks import check, pins_of
from coterie.planning.territories.model import GivenArea, Graph, Wanted
from coterie.planning.territories.splitting import (
    finer,
    merged,
    part_of,
    parts_of,
    split,
    too_large,
)

A, B, C = (GivenArea(area, "", 1.0, 2.0, 10) for area in ("0800", "0810", "0820"))


@pytest.mark.parametrize(
    ("areas", "pairs", "wanted", "named"),
    [
        ([], None, Wanted(1), "no areas"),
        ([A, B, A], None, Wanted(1), "0800 stands there twice"),
        ([A, replace(B, customers=-1)], None, Wanted(1), "0810 has customers -1"),
        ([A, replace(B, contacts=float("nan"))], None, Wanted(1), "0810 has contacts nan"),
        ([A, replace(B, contacts=float("inf"))], None, Wanted(1), "0810 has contacts inf"),
        ([A, replace(B, hazard=1.5)], None, Wanted(1), "0810 has hazard 1.5"),
        ([A, replace(B, lat=91.0)], None, Wanted(1), "0810 has lat 91"),
        ([replace(A, customers=0)], None, Wanted(1), "nothing to balance"),
        ([A, B], [("0800", "0899")], Wanted(1), "no area 0899"),
        ([A, B], [("0800", "0800")], Wanted(1), "0800 can't be its own neighbour"),
        ([A, B], None, Wanted(3), "3 communities are wanted of 2 areas"),
        ([replace(A, customers=1), replace(B, customers=0)], None, Wanted(2), "for 1 customers"),
        ([A, B], None, Wanted(0), "0 is no number of communities"),
        ([A, B], None, Wanted(size=0), "0 is no number of customers"),
        ([A, B], None, Wanted(), "one of the two"),
        ([A, B], None, Wanted(1, 5), "one of the two"),
        ([A, B], None, Wanted(1, tolerance=-0.1), "tolerance is -0.1"),
        ([A, B], None, Wanted(1, tolerance=float("nan")), "tolerance is nan"),
    ],
)
def test_the_culprit_is_named(
    areas: list[GivenArea], pairs: list[tuple[str, str]] | None, wanted: Wanted, named: str
) -> None:
    with pytest.raises(Invalid, match=named):
        check(areas, pairs, wanted)


@pytest.mark.parametrize("pin", ["4", "c04", "0", "north", "c"])
def test_a_pin_to_a_community_that_will_not_be_is_named(pin: str) -> None:
    with pytest.raises(Invalid, match=f"0810 is pinned to {pin}, which is none of the communities c01 to c03"):  # fmt: skip
        pins_of([A, replace(B, pin=pin)], 3)


def test_pins_by_name_or_code_of_an_area_keep_areas_together() -> None:
    towns = [replace(each, name=name) for each, name in ((A, "Darwin"), (B, "Casuarina"), (C, "Berrimah"))]  # fmt: skip
    by_name = [towns[0], replace(towns[1], pin="darwin"), replace(towns[2], pin="0810")]
    assert pins_of(by_name, 3) == dict.fromkeys(("0800", "0810", "0820"), "c01")
    assert pins_of([replace(towns[0], pin="c03"), *by_name[1:]], 3) == dict.fromkeys(("0800", "0810", "0820"), "c03")  # fmt: skip
    apart = [replace(A, pin="c01"), replace(B, pin="0820"), C]
    assert pins_of(apart, 3) == {"0800": "c01", "0810": "c02", "0820": "c02"}


@pytest.mark.parametrize(
    ("pins", "named"),
    [
        (("c01", "c02", "0800"), None),
        (("c01", "0820", "c02"), None),
        (("c01", "0800", "0810"), None),
        (("0810", "c02", ""), None),
        (("c01", "", "0800"), None),
        (("", "Town", ""), "0810 is pinned to Town, but 2 areas are called so, 0800 and 0820"),
        (("c01", "0820", "c03"), None),
    ],
)
def test_pins_are_clear_or_refused(pins: tuple[str, ...], named: str | None) -> None:
    areas = [replace(each, pin=pin, name="Town" if each is not B else "") for each, pin in zip((A, B, C), pins, strict=True)]  # fmt: skip
    if named is None:
        found = pins_of(areas, 3)
        assert {each.area for each in areas if each.pin} <= {*found}
    else:
        with pytest.raises(Invalid, match=named):
            pins_of(areas, 3)


def test_pins_that_contradict_each_other_are_named() -> None:
    """0830 is with both of two that are in different communities."""
    areas = [replace(A, pin="c01"), replace(B, pin="0830"), replace(C, pin="0830"), replace(C, area="0830", pin="0800"), replace(C, area="0840", pin="c02")]  # fmt: skip
    assert set(pins_of(areas, 2).values()) == {"c01", "c02"}
    full = [replace(A, pin="c01"), replace(B, pin="c02"), replace(C, pin="0830"), replace(C, area="0830")]  # fmt: skip
    with pytest.raises(Invalid, match="all 2 are taken"):
        pins_of(full, 2)


@given(st.integers(0, 10_000), st.integers(1, 60), st.floats(0, 1e6))
def test_parts_are_equal(customers: int, count: int, contacts: float) -> None:
    parts = parts_of(replace(A, customers=customers, contacts=contacts), count)
    held = [each.customers for each in parts]
    assert sum(held) == customers and max(held) - min(held) <= 1
    assert sum(each.contacts or 0 for each in parts) == pytest.approx(contacts)
    assert len(parts) == 1 or [each.area for each in parts] == [f"0800/{number}" for number in range(1, count + 1)]  # fmt: skip


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=20), st.integers(1, 20))
def test_only_what_fits_no_community_must_be_split_and_every_part_fits(
    customers: list[int], count: int
) -> None:
    areas = [replace(A, area=str(at), customers=each) for at, each in enumerate(customers)]
    limit = sum(customers) / count * 1.02
    numbers = too_large(areas, count, 0.02)
    assert {*numbers} == {each.area for each in areas if each.customers > limit >= 1}
    for each in areas:
        assert each.area not in numbers or max(part.customers for part in parts_of(each, numbers[each.area])) <= limit  # fmt: skip
    assert not too_large([replace(each, pin="1") for each in areas], count, 0.02)


def test_parts_are_neighbours_of_each_other_and_of_all_neighbours() -> None:
    city = replace(A, customers=50)
    areas, graph = split([city, B, C], Graph(3, ((0, 1), (1, 2)), joined=((0, 1),)), {"0800": 2})
    assert [each.area for each in areas] == ["0800/1", "0800/2", "0810", "0820"]
    assert graph.pairs == ((0, 1), (0, 2), (1, 2), (2, 3))
    assert graph.joined == ((0, 2), (1, 2))


def test_a_part_is_never_called_as_another_area() -> None:
    city, other = replace(A, customers=50), replace(C, area="0800/2")
    with pytest.raises(Invalid, match="0800 must be split, but there is an area 0800/2"):
        split([city, B, other], Graph(3, ((0, 1), (1, 2))), {"0800": 2})
    assert finer([city, B, other], {"0800", "0810"}, 5, {}) == {"0810": 4}


@given(st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_a_plan_keeps_no_more_parts_than_it_makes_use_of(homes: list[int]) -> None:
    city = replace(A, customers=131)
    areas, graph = split([city, B], Graph(2, ((0, 1),)), {"0800": 12})
    made, smaller, part = merged(areas, graph, np.array([*homes, 0]))
    of_city = [at for at, each in enumerate(made) if each.whole or each.area == "0800"]
    counts = Counter(homes)
    assert len(of_city) == 12 // gcd(12, *counts.values())
    assert sum(made[at].customers for at in of_city) == 131
    for community, count in counts.items():
        held = sum(made[at].customers for at in of_city if part[at] == community)
        assert abs(held - 131 * count / 12) <= count
    if len(counts) == 1:
        assert made == [city, B] and smaller.pairs == ((0, 1),)
    assert len(smaller.pairs) == len(of_city) + len(of_city) * (len(of_city) - 1) // 2


def test_customers_of_a_split_area_are_spread_evenly_and_stay_where_they_are() -> None:
    parts = ["2170/1", "2170/2", "2170/3"]
    found = [part_of(f"C{number}", parts) for number in range(9000)]
    assert found == [part_of(f"C{number}", parts) for number in range(9000)]
    assert all(abs(found.count(part) - 3000) < 200 for part in parts)
    assert [part_of(ref, parts) for ref in ("A", "B", "C7")] == ["2170/1", "2170/3", "2170/1"]
