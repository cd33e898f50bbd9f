"""The twin's assumptions in a form: as the plan knows them, and what somebody chose otherwise."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.datastructures import FormData

from coterie.kit.errors import Invalid
from coterie.planner import documents
from coterie.planner.assumed import Assumed, assumed, chosen
from coterie.planning.plan import Plan, as_json
from coterie.planning.trial.known import known_of
from coterie.twin.assumptions import TABLE, Assumptions
from coterie.ui.forms import Form
from tests.planning.made_up import a_plan

PATIENCE = {
    "kind": "weibull",
    "source": "fitted",
    "mean_s": 200 / 3,
    "scale_s": 70.9,
    "shape": 1.2,
}


def plan_of(**staff: Any) -> Plan:
    return replace(a_plan(), staff=staff)


def shown(plan: Plan) -> dict[str, Assumed]:
    return {each.name: each for each in assumed(plan)}


def sent(plan: Plan, **otherwise: str) -> Form:
    """The form as it is shown, but for what somebody wrote."""
    return Form(FormData({each.field: otherwise.get(name, each.written) for name, each in shown(plan).items()}))  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "name", "value", "source"),
    [
        (plan_of(), "blended", 0.3, ""),
        (plan_of(communities={"c1": {}}), "blended", 1.0, "as the plan counts positions"),
        (plan_of(communities={"c1": {}}, both_seats=0.4), "blended", 0.4, "people's file"),
        (plan_of(patience=PATIENCE), "patience_s", 200 / 3, "log of the plan"),
        (plan_of(patience=PATIENCE), "patience_shape", 1.2, "log of the plan"),
        (plan_of(patience=PATIENCE | {"source": "assumed"}), "patience_s", 180.0, ""),
    ],
)
def test_the_form_shows_what_the_plan_knows(
    plan: Plan, name: str, value: float, source: str
) -> None:
    each = shown(plan)[name]
    assert each.value == value and source in each.source and bool(source) == bool(each.source)


def test_what_stands_in_the_form_already_is_not_chosen() -> None:
    for plan in (plan_of(), plan_of(communities={"c1": {}}, both_seats=1 / 3, patience=PATIENCE)):
        assert chosen(sent(plan), plan) == {}
        assert chosen(sent(plan, blended="27,5"), plan) == {"blended": 0.275}
    staffed = plan_of(communities={"c1": {}})
    assert chosen(sent(staffed, blended="30"), staffed) == {"blended": 0.3}


def test_shares_are_in_per_cent_and_what_lasts_long_in_minutes_or_hours() -> None:
    plan = plan_of()
    read = {name: (each.written, each.span) for name, each in shown(plan).items()}
    assert read["misroute"] == ("15", "8 to 25 %")
    assert read["patience_s"] == ("180", "90 to 360 s")
    assert read["specialist_s"] == ("10", "5 to 30 min")
    assert read["comes_back_after_s"] == ("36", "12 to 72 h")
    assert read["hour_cost"] == ("42", "35 to 50")
    assert chosen(sent(plan, specialist_s="7.5", comes_back_after_s="48"), plan) == {
        "specialist_s": 450.0,
        "comes_back_after_s": 172_800.0,
    }
    for name, each in TABLE.items():
        assert each.low <= getattr(Assumptions(), name) <= each.high


def test_what_is_no_number_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="many is no number"):
        chosen(sent(plan_of(), blended="many"), plan_of())
    for name, text, words in (("blended", "101", "from 0 to 100"), ("comes_back_after_s", "1e307", "from 0"), ("patience_s", "nan", "from 0"), ("patience_shape", "0", "from 0.1")):  # fmt: skip
        with pytest.raises(Invalid, match=words):
            chosen(sent(plan_of(), **{name: text}), plan_of())


@pytest.mark.parametrize(
    ("staff", "words"),
    [
        ({"both_seats": "half"}, "`both_seats`"),
        ({"both_seats": None}, "`both_seats`"),
        ({"both_seats": 1.7}, "at most 1"),
        ({"both_seats": 10**400}, "`both_seats`"),
        ({"patience": None}, "no object"),
        ({"patience": {"kind": "exponential", "source": "fitted"}}, "`mean_s`"),
        ({"patience": PATIENCE | {"shape": 0.01}}, "at least 0.1"),
    ],
)
def test_a_plan_that_knows_no_numbers_is_refused_when_it_comes(
    staff: dict[str, Any], words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        known_of(plan_of(**staff))
    with pytest.raises(Invalid, match="staff"):
        documents.checked(as_json(plan_of(**staff)))
