"""An area moved by hand: what is foretold is what happens, and what would break something is refused."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coterie.kit.errors import Invalid, Refused
from coterie.planning.plan import Plan, PlannedArea, PlannedCommunity, as_json, read_plan
from coterie.planning.territories.moves import effect_of, moved, neighbours_of
from coterie.planning.territories.shape import broken, deviation

LINE = Plan(
    communities=(
        PlannedCommunity("c01", "Upper", ("a", "b", "c"), 300, 30.0, region="North"),
        PlannedCommunity("c02", "Lower", ("d", "e"), 200, 40.0, region="South"),
        PlannedCommunity("c03", "Isle", ("f",), 100, 10.0),
    ),
    areas=tuple(
        PlannedArea(area, f"Town {area}", 1.0 * at, 2.0, 100, 10.0, region="North" if at < 3 else "")
        for at, area in enumerate("abcdef")
    ),
    adjacency=(("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("e", "f")),
    balance=0.5,
    seed=1,
    tolerance=0.5,
    territories={"pins": {"e": "c02"}, "moves": []},
    staff={"kept": True},
)  # fmt: skip


def test_the_effect_says_all_that_changes() -> None:
    effect = effect_of(LINE, "c", "c02")
    assert (effect.home, effect.home_customers, effect.to_customers) == ("c01", (300, 200), (200, 300))  # fmt: skip
    assert effect.balance == (0.5, 0.5)
    assert effect.cut_borders == (2, 2)
    assert not effect.breaks and not effect.empties and not effect.pinned and effect.within
    assert effect.leaves_region == "North"
    assert effect.objections() == []


def test_what_a_move_breaks_is_named_and_refused_unless_forced() -> None:
    assert effect_of(LINE, "b", "c02").breaks == ("c01", "c02")
    with pytest.raises(Refused, match="c01 would no longer be in one piece"):
        moved(LINE, "b", "c02")
    after = moved(LINE, "b", "c02", forced=True)
    assert broken(after) == ("c01", "c02")
    assert after.territories["broken"] == ["c01", "c02"]


def test_a_last_area_and_a_pinned_one_stay_unless_forced() -> None:
    with pytest.raises(Refused, match="c03 would have no area left"):
        moved(LINE, "f", "c02")
    with pytest.raises(Refused, match="e is pinned to c02"):
        moved(LINE, "e", "c03")
    after = moved(LINE, "e", "c03", forced=True)
    assert after.territories["pins"] == {"e": "c03"}
    assert after.territories["moves"] == [{"area": "e", "from": "c02", "to": "c03"}]


@pytest.mark.parametrize(
    ("area", "to", "named"),
    [("z", "c02", "no area z"), ("c", "c09", "no community c09.*c01 to c03"), ("c", "c01", "in c01 already")],
)  # fmt: skip
def test_what_is_not_of_the_plan_is_named(area: str, to: str, named: str) -> None:
    with pytest.raises(Invalid, match=named):
        effect_of(LINE, area, to)


def test_where_an_area_could_go() -> None:
    assert [neighbours_of(LINE, area) for area in "acf"] == [(), ("c02",), ("c02",)]


@settings(max_examples=200)
@given(st.sampled_from("abcdef"), st.sampled_from(["c01", "c02", "c03"]))
def test_what_was_foretold_happens_and_there_is_a_way_back(area: str, to: str) -> None:
    home = next(each.id for each in LINE.communities if area in each.areas)
    if home == to:
        return
    effect = effect_of(LINE, area, to)
    after = moved(LINE, area, to, forced=True)
    assert read_plan(as_json(after)) == after
    assert after.staff == LINE.staff
    assert after.balance == effect.balance[1] == deviation([each.customers for each in after.communities])  # fmt: skip
    assert after.territories["cut_borders"] == effect.cut_borders[1]
    if effect.empties:
        return
    back = moved(after, area, home, forced=True)
    assert [(each.areas, each.customers) for each in back.communities] == [(each.areas, each.customers) for each in LINE.communities]  # fmt: skip


def test_pages_can_move_areas_without_any_heavy_library() -> None:
    program = (
        "import sys, coterie.planning.territories.moves; "
        "print([name for name in ('numpy', 'numba', 'pymetis', 'polars') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout == "[]\n"
