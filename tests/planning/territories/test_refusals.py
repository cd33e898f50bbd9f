"""What can't be planned with is refused in a sentence that names the culprit, and areas too large are split."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.kit.errors import Invalid
from coterie.planning.territories.checks import check, pins_of
from coterie.planning.territories.model import GivenArea, Graph, Wanted
from coterie.planning.territories.splitting import part_of, parts_of, split

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


@given(st.integers(0, 10_000), st.floats(1, 500), st.floats(0, 1e6))
def test_parts_are_equal_fit_and_are_as_few_as_can_be(
    customers: int, limit: float, contacts: float
) -> None:
    parts = parts_of(replace(A, customers=customers, contacts=contacts), limit)
    held = [each.customers for each in parts]
    assert sum(held) == customers and max(held) - min(held) <= 1
    assert max(held) <= limit or customers <= limit
    assert len(parts) == 1 or -(-customers // (len(parts) - 1)) > limit
    assert sum(each.contacts or 0 for each in parts) == pytest.approx(contacts)
    assert len(parts) == 1 or [each.area for each in parts] == [f"0800/{number}" for number in range(1, len(parts) + 1)]  # fmt: skip


def test_parts_are_neighbours_of_each_other_and_of_all_neighbours() -> None:
    city = replace(A, customers=50)
    areas, graph = split([city, B, C], Graph(3, ((0, 1), (1, 2)), joined=((0, 1),)), 2, 0.02)
    assert [each.area for each in areas] == ["0800/1", "0800/2", "0810", "0820"]
    assert graph.pairs == ((0, 1), (0, 2), (1, 2), (2, 3))
    assert graph.joined == ((0, 2), (1, 2))


def test_a_part_is_never_called_as_another_area() -> None:
    other = replace(C, area="0800/2")
    with pytest.raises(Invalid, match="0800 must be split, but there is an area 0800/2"):
        split([replace(A, customers=50), B, other], Graph(3, ((0, 1), (1, 2))), 2, 0.02)


def test_customers_of_a_split_area_are_spread_evenly_and_stay_where_they_are() -> None:
    parts = ["2170/1", "2170/2", "2170/3"]
    found = [part_of(f"C{number}", parts) for number in range(9000)]
    assert found == [part_of(f"C{number}", parts) for number in range(9000)]
    assert all(abs(found.count(part) - 3000) < 200 for part in parts)
    assert [part_of(ref, parts) for ref in ("A", "B", "C7")] == ["2170/1", "2170/3", "2170/1"]
