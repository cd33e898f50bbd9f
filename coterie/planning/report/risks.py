"""What could go wrong with a plan, in sentences, from what the plan and a run of the twin say themselves. Pure.

The worst first: what must be mended before anybody moves, what must be watched, what to know.
"""

from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Any, Literal

from coterie.planning.plan import Plan
from coterie.planning.territories.moves import contacts_balance_of
from coterie.planning.territories.shape import broken
from coterie.planning.trial.axes import ends_of
from coterie.planning.trial.comparison import Line, lines_of
from coterie.planning.trial.results import sentence_of

Weight = Literal["mend", "watch", "know"]
ORDER: Sequence[Weight] = ("mend", "watch", "know")
UNEVEN = 0.1
"""Contacts further from the mean than this are felt in waits."""


@dataclass(frozen=True, slots=True)
class Risk:
    weight: Weight
    sentence: str


def risks_of(plan: Plan, result: Mapping[str, Any] | None = None) -> list[Risk]:
    found = [*of_territories(plan), *of_people(plan), *of_waves(plan), *of_run(result)]
    return sorted(found, key=lambda each: ORDER.index(each.weight))


def of_territories(plan: Plan) -> Iterator[Risk]:
    if plan.balance > plan.tolerance + 1e-9:
        yield Risk("mend", f"Customers differ by up to {plan.balance:.1%} from the mean, more than the {plan.tolerance:.1%} that was asked.")  # fmt: skip
    contacts = contacts_balance_of(plan.communities)
    if contacts > UNEVEN:
        yield Risk("watch", f"Contacts differ by up to {contacts:.0%} from the mean: some communities are asked more than others of the same size.")  # fmt: skip
    if apart := broken(plan):
        yield Risk("watch", f"{some(plan, apart)} {is_(apart)} not in one piece.")
    alone = [each.id for each in plan.communities if not each.buddy]
    if alone and len(plan.communities) > 1:
        yield Risk("watch", f"{some(plan, alone)} {has(alone)} no buddy, so nobody serves what would break a promise there.")  # fmt: skip
    near = of(plan.territories.get("buddies"), "too_near")
    if near:
        yield Risk("watch", f"The buddy of {some(plan, near)} is near: one storm may hit both.")
    if split := plan.territories.get("split"):
        yield Risk("watch", f"{many(split, 'area is', 'areas are')} split between communities and can't be applied so. Finer areas would do.")  # fmt: skip
    if moves := plan.territories.get("moves"):
        yield Risk("know", f"{many(moves, 'area was', 'areas were')} moved by hand. People and waves that were planned before don't know of it.")  # fmt: skip


def of_people(plan: Plan) -> Iterator[Risk]:
    said = plan.staff.get("communities", {})
    if not said and all(each.experts is None for each in plan.communities):
        yield Risk("mend", "Nobody has worked out yet how many people each community needs.")
        return
    single = [
        each.id for each in plan.communities if 1 in (said.get(each.id, {}).get("positions") or ())
    ]
    if single:
        yield Risk("watch", f"{some(plan, single)} {has(single)} half-hours with one position: when that person is away, nobody is there but the buddy.")  # fmt: skip
    for what, sentence in (("people", "people are missing"), ("seat", "seats of a kind are missing"), ("language", "speakers of a language are missing")):  # fmt: skip
        lacking = [each for each in plan.staff.get("lacking", ()) if of(each, "what") == what]
        if lacking:
            where = sorted({str(each.get("community")) for each in lacking})
            yield Risk("mend", f"In {some(plan, where)} {sentence}.")
    if training := plan.staff.get("training"):
        people = {of(each, "person") for each in training}
        yield Risk("watch", f"{many(people, 'person has', 'people have')} {many(training, 'skill', 'skills')} to learn before they start.")  # fmt: skip


def of_waves(plan: Plan) -> Iterator[Risk]:
    if not plan.waves.get("waves"):
        yield Risk("know", "Nobody has said yet who moves when.")
        return
    if early := plan.waves.get("without_buddy"):
        yield Risk("watch", f"{some(plan, early)} {starts(early)} before the buddy does: until then nobody takes the overflow.")  # fmt: skip
    if short := plan.waves.get("short"):
        groups = sorted({str(of(each, "group")) for each in short})
        yield Risk("mend", f"While people train and move, old groups lack people: {', '.join(groups[:5])}.")  # fmt: skip


def of_run(result: Mapping[str, Any] | None) -> Iterator[Risk]:
    if result is None:
        yield Risk("mend", "The plan has not been lived in the twin: waits, transfers and cost are not known.")  # fmt: skip
        return
    lines = [line for line in lines_of(result) if line.figure.lead]
    for line in lines:
        if line.stands_out and line.better == "groups":
            yield Risk("mend", f"Better in skill groups: {line.figure.title.lower()}.")
    unsure = [line.figure.title.lower() for line in lines if line.difference and not line.stands_out]  # fmt: skip
    if unsure:
        yield Risk("know", f"Not out of the noise, so nothing is promised: {', '.join(unsure)}.")
    for line in lines:
        if turns := turned_by(result, line):
            yield Risk("watch", f"{line.figure.title}: which world is better depends on an assumption: {'; '.join(turns[:3])}.")  # fmt: skip


def turned_by(result: Mapping[str, Any], line: Line) -> list[str]:
    """Assumptions at one end of whose range the difference has the other sign."""
    if not line.difference or not line.stands_out:
        return []
    tried = (result.get("sensitivity") or {}).get(line.figure.name, ())
    known = {each["name"]: each for each in result.get("assumptions", ())}
    return [
        lower(sentence_of(known.get(each["assumption"], {}), str(each["assumption"])))
        for each in tried
        if min(end * line.difference.value for end in ends_of(each, line.difference.value)) < 0
    ]


def lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def of(given: Any, name: str) -> Any:
    return given.get(name) if isinstance(given, Mapping) else None


def some(plan: Plan, ids: Sequence[str]) -> str:
    """The first three by name, and how many more."""
    names = {each.id: each.name for each in plan.communities}
    said = [names.get(each, each) for each in ids]
    if len(said) <= 3:
        return " and ".join(filter(None, [", ".join(said[:-1]), said[-1]]))
    return f"{', '.join(said[:3])} and {len(said) - 3} more"


def many(things: Sized, one: str, more: str) -> str:
    return f"{len(things):,} {one if len(things) == 1 else more}"


def is_(ids: Sequence[str]) -> str:
    return "is" if len(ids) == 1 else "are"


def has(ids: Sequence[str]) -> str:
    return "has" if len(ids) == 1 else "have"


def starts(ids: Sequence[str]) -> str:
    return "starts" if len(ids) == 1 else "start"
