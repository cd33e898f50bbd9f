"""What a plan itself says of the twin's assumptions: how patient its callers were, who has which seats. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan
from coterie.twin.assumptions import check

FROM_LOG = "fitted from the log of the plan"
FROM_PEOPLE = "from the people's file of the plan"
AS_POSITIONS = "as the plan counts positions: messages fill the time between calls"


@dataclass(frozen=True, slots=True)
class Known:
    """A value in the assumption's unit, and where it comes from, in words. Not `fitted`: it may be otherwise all the same."""

    value: float
    source: str
    fitted: bool = True


def known_of(plan: Plan) -> dict[str, Known]:
    """By assumption. Raises `Invalid` where the plan says something else than a number."""
    return {**patience_of(plan), **seats_of(plan)}


def patience_of(plan: Plan) -> dict[str, Known]:
    told = plan.staff.get("patience", {})
    if not isinstance(told, Mapping):
        raise Invalid("`patience` in `staff` of the plan is no object.", "no_plan", "patience")
    if told.get("source") != "fitted" or told.get("kind") not in ("exponential", "weibull"):
        return {}
    shape = number("patience_shape", told, "shape") if told.get("shape") else 1.0
    return {
        "patience_s": Known(number("patience_s", told, "mean_s"), FROM_LOG),
        "patience_shape": Known(shape, FROM_LOG),
    }


def seats_of(plan: Plan) -> dict[str, Known]:
    """How many take calls and messages side by side: where no file told it, everybody, if positions were counted."""
    if "both_seats" in plan.staff:
        return {"blended": Known(number("blended", plan.staff, "both_seats"), FROM_PEOPLE)}
    if plan.staff.get("communities"):
        return {"blended": Known(1.0, AS_POSITIONS, fitted=False)}
    return {}


def number(assumption: str, told: Mapping[str, Any], name: str) -> float:
    """A member of the plan that is a value of this assumption."""
    value = told.get(name)
    try:
        check(assumption, value)
    except Invalid as error:
        raise Invalid(f"`{name}` in `staff` of the plan: {error.sentence}", "no_plan", name) from error  # fmt: skip
    return float(value)  # type: ignore[arg-type]
