"""The twin's assumptions as a form shows and reads them: as the plan knows them, else as they are usual."""

from dataclasses import dataclass

from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan
from coterie.planning.trial.known import known_of
from coterie.planning.trial.results import OF
from coterie.twin.assumptions import HOUR, LEAST_SHAPE, MINUTE, TABLE, Assumptions, check
from coterie.ui.forms import Form

PREFIX = "in-"
"""Of the form's fields."""
GROUPS = ("both", "groups", "communities")


@dataclass(frozen=True, slots=True)
class Assumed:
    """An assumption: its value if nobody says otherwise, and the range that is thought possible."""

    name: str
    value: float
    of: str
    unit: str
    low: float
    high: float
    why: str
    source: str = ""
    """Where the value comes from, if the plan knows it."""

    @property
    def field(self) -> str:
        return f"{PREFIX}{self.name}"

    @property
    def scale(self) -> tuple[float, str]:
        """In what people write and read it: a share in per cent, what lasts long in minutes or hours."""
        match self.unit:
            case "share":
                return 0.01, "%"
            case "s" if self.low >= HOUR:
                return HOUR, "h"
            case "s" if self.low >= 5 * MINUTE:
                return MINUTE, "min"
            case "money":
                return 1.0, ""
        return 1.0, self.unit

    @property
    def written(self) -> str:
        return f"{self.value / self.scale[0]:g}"

    @property
    def span(self) -> str:
        times, unit = self.scale
        return f"{self.low / times:g} to {self.high / times:g} {unit}".strip()

    @property
    def label(self) -> str:
        return self.why.rstrip(".")


def assumed(plan: Plan) -> list[Assumed]:
    usual, known = Assumptions(), known_of(plan)
    return [
        Assumed(
            name,
            known[name].value if name in known else getattr(usual, name),
            each.of,
            each.unit,
            each.low,
            each.high,
            each.why,
            known[name].source if name in known else "",
        )
        for name, each in TABLE.items()
    ]


def grouped(plan: Plan) -> list[tuple[str, list[Assumed]]]:
    """By the world that they are of."""
    every = assumed(plan)
    groups = [(OF[of], [each for each in every if each.of == of]) for of in GROUPS]
    return [(title, some) for title, some in groups if some]


def chosen(form: Form, plan: Plan) -> dict[str, float]:
    """Those that differ from what the form showed. Raises `Invalid` for one that is no number of its kind."""
    found: dict[str, float] = {}
    for each in assumed(plan):
        text = form.text(each.field).replace(",", ".")
        if text and (written := number(text, each)) != float(each.written):
            found[each.name] = in_own_unit(written, each)
    return found


def number(text: str, each: Assumed) -> float:
    """As it was written, in what the form shows it in."""
    try:
        return float(text)
    except ValueError:
        raise Invalid(f"{each.label}: {text[:20]} is no number.", field=each.field) from None


def in_own_unit(written: float, each: Assumed) -> float:
    value = round(written * each.scale[0], 9)
    try:
        check(each.name, value)
    except Invalid:
        least = LEAST_SHAPE if each.name == "patience_shape" else 0
        upper = " to 100" if each.unit == "share" else ""
        raise Invalid(f"{each.label}: write a number from {least:g}{upper}.", field=each.field) from None  # fmt: skip
    return value
