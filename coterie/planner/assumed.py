"""The twin's assumptions as a form shows and reads them: as the plan knows them, else as they are usual."""

from dataclasses import dataclass

from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan
from coterie.planning.trial.known import known_of
from coterie.planning.trial.results import OF
from coterie.twin.assumptions import TABLE, Assumptions
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
    def written(self) -> str:
        return f"{self.value:g}"

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
        if not text:
            continue
        try:
            value = float(text)
        except ValueError:
            raise Invalid(f"{each.label}: {text[:20]} is no number.", field=f"a-{each.name}") from None  # fmt: skip
        most = 1.0 if each.unit == "share" else float("inf")
        if not 0 <= value <= most or value == float("inf"):
            raise Invalid(f"{each.label}: write a number from 0{' to 1' if most == 1 else ''}.", field=f"a-{each.name}")  # fmt: skip
        if value != float(each.written):
            found[each.name] = value
    return found
