"""The plan as a document: what is read is what was written, and what is wrong is named."""

import json

import pytest

from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan, PlannedArea, PlannedCommunity, as_json, read_plan

PLAN = Plan(
    communities=(
        PlannedCommunity("c1", "Riverina", ("2650", "2651"), 900, 300.0, buddy="c2"),
        PlannedCommunity("c2", "Coast", ("2530",), 910, 290.5, experts=40, skills={"billing": 12}),
    ),
    areas=(
        PlannedArea("2650", "Wagga Wagga", -35.1, 147.4, 500, 200.0, hazard=0.4),
        PlannedArea("2651", customers=400, contacts=100.0),
        PlannedArea("2530", customers=910, contacts=290.5, region="South"),
    ),
    adjacency=(("2650", "2651"),),
    balance=0.0055,
    seed=3,
    tolerance=0.02,
    territories={"bound": 0.001},
    more={"of_another_program": [1, 2]},
)


def test_what_is_written_is_read_again() -> None:
    assert read_plan(json.loads(json.dumps(as_json(PLAN)))) == PLAN


def test_nothing_is_lost_on_the_equator_where_nothing_burns() -> None:
    area = PlannedArea("1", lat=0.0, lon=0.0, hazard=0.0)
    plan = Plan((), (area,), (), 0.0, 1, 0.02)
    assert read_plan(json.loads(json.dumps(as_json(plan)))).areas == (area,)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"communities": None}, "no communities"),
        ({"format": 9}, "format 9"),
        ({"balance": "much"}, "balance"),
        ({"communities": ["c1"]}, "'c1'"),
        ({"communities": [{"id": "c1"}]}, "name"),
        ({"communities": as_json(PLAN)["communities"][:1]}, "c2"),
        ({"communities": 2 * as_json(PLAN)["communities"]}, "c1 stands in the plan twice"),
        ({"adjacency": [["2650"]]}, "adjacency"),
        ({"adjacency": 7}, "adjacency"),
        ({"staff": [1]}, "staff"),
        ({"areas": "2650"}, "areas"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], named: str) -> None:
    document = {**as_json(PLAN), **change}
    if document["communities"] is None:
        del document["communities"]
    with pytest.raises(Invalid, match=named):
        read_plan(document)
