"""The twin's assumptions as a form shows and reads them: as the plan knows them, else as they are usual."""

from dataclasses import dataclass
from math import inf

from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan
from coterie.planning.trial.known import known_of
from coterie.planning.trial.results import OF
from coterie.twin.assumptions import HOUR, MINUTE, TABLE, Assumptions
from coterie.ui.forms import Form

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
        text = form.text(f"a-{each.name}").replace(",", ".")
        if text and (value := number(text, each)) != float(each.written):
            found[each.name] = round(value * each.scale[0], 9)
    return found


def number(text: str, each: Assumed) -> float:
    """As it was written, in what the form shows it in."""
    try:
        value = float(text)
    except ValueError:
        raise Invalid(f"{each.label}: {text[:20]} is no number.", field=f"a-{each.name}") from None
    most = 100.0 if each.unit == "share" else inf
    if not 0 <= value <= most or value == inf:
        upper = "" if most == inf else f" to {most:g}"
        raise Invalid(f"{each.label}: write a number from 0{upper}.", field=f"a-{each.name}")
    return value
