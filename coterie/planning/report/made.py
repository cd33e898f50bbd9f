"""What a report says of a plan and, where there is one, of a run of the twin: every sentence, table and picture."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from coterie.planning.days import day_of, in_words
from coterie.planning.plan import Plan, PlannedCommunity
from coterie.planning.report import pictures
from coterie.planning.report.model import Report, Section, Table
from coterie.planning.report.risks import Risk, risks_of
from coterie.planning.territories.moves import balance_of, contacts_balance_of
from coterie.planning.trial import axes, comparison, needed, results
from coterie.planning.trial.comparison import Line

HEADINGS = {"mend": "Mend before anybody moves", "watch": "Watch", "know": "Know"}


def made(plan: Plan, result: Mapping[str, Any] | None, name: str, day: str) -> Report:
    """The report. `day` as it shall be read; nothing is asked of a clock. Raises nothing: what is missing is said."""
    risks = risks_of(plan, result)
    lines = comparison.lines_of(result) if result else []
    sections = [
        territories(plan),
        people(plan),
        *([waves(plan)] if plan.waves.get("waves") else []),
        *([waits_and_cost(lines)] if lines else []),
        *([people_needed(result["people"])] if result and result.get("people") else []),
        *(sensitivity(result) if result else ()),
        *([assumed(plan, result)] if result or plan.staff else []),
        the_risks(risks),
    ]
    return Report(name, day, tuple(lead(plan, result, risks)), tuple(sections))


def lead(plan: Plan, result: Mapping[str, Any] | None, risks: list[Risk]) -> Iterator[str]:
    """The plan in a few sentences."""
    customers = sum(each.customers for each in plan.communities)
    yield f"{len(plan.communities):,} communities serve {customers:,} customers in {len(plan.areas):,} areas, {customers / len(plan.communities):,.0f} each on average."
    if all(each.experts is not None for each in plan.communities):
        experts = [each.experts or 0 for each in plan.communities]
        yield f"They need {sum(experts):,} experts, {few_to_many(experts)} each; coaches and managers come on top."
    if plan.waves.get("weeks") is not None:
        yield f"Everybody has moved {plan.waves['weeks']} weeks after the pilots start."
    yield from comparison.headlines(comparison.lines_of(result or {}))
    if result and result.get("people"):
        yield from (sentence for sentence, _ in needed.headlines(result["people"]))
    mend = sum(each.weight == "mend" for each in risks)
    if mend:
        yield f"{mend} {'thing is' if mend == 1 else 'things are'} to be mended before anybody moves; see Risks."


def few_to_many(counts: Sequence[int]) -> str:
    few, many = min(counts), max(counts)
    return f"{few:,}" if few == many else f"{few:,} to {many:,}"


def territories(plan: Plan) -> Section:
    bound = plan.territories.get("bound")
    best = (
        f" No plan is below {bound:.2%}."
        if isinstance(bound, int | float) and bound >= 0.00005
        else ""
    )
    sentences = [f"Customers of a community are at most {balance_of(plan.communities):.2%} from the mean; {plan.tolerance:.1%} were asked.{best}"]  # fmt: skip
    contacts = contacts_balance_of(plan.communities)
    if contacts:
        sentences.append(f"Contacts are at most {contacts:.1%} from the mean.")
    return Section(
        "Territories",
        tuple(sentences),
        pictures.map_of(plan),
        "A circle is an area, as large as its customers are many. Bands join neighbours of one community.",
        (communities(plan),),
        tuple(str(each) for each in plan.territories.get("notes", ())),
    )


def communities(plan: Plan) -> Table:
    names = {each.id: each.name for each in plan.communities}
    mean = sum(each.customers for each in plan.communities) / len(plan.communities)
    asked = sum(each.contacts for each in plan.communities) / len(plan.communities)

    def row(each: PlannedCommunity) -> tuple[str, ...]:
        return (
            each.name, each.region, f"{len(each.areas):,}", f"{each.customers:,}", off(each.customers, mean),
            f"{each.contacts:,.0f}" if asked else "", off(each.contacts, asked), names.get(each.buddy or "", ""),
        )  # fmt: skip

    columns = ("Community", "Region", "Areas", "Customers", "Off", "Contacts", "Off", "Buddy")
    rows = tuple(row(each) for each in plan.communities)
    return without_empty(Table("Communities", columns, rows, frozenset({2, 3, 4, 5, 6})))


def off(held: float, mean: float) -> str:
    return f"{held / mean - 1:+.1%}" if mean else ""


def without_empty(table: Table) -> Table:
    """Without columns in which nobody says anything."""
    kept = [at for at in range(len(table.columns)) if any(row[at] for row in table.rows)]
    numbers = frozenset(place for place, at in enumerate(kept) if at in table.numbers)
    rows = tuple(tuple(row[at] for at in kept) for row in table.rows)
    return Table(table.title, tuple(table.columns[at] for at in kept), rows, numbers)


def people(plan: Plan) -> Section:
    if all(each.experts is None for each in plan.communities):
        return Section("People", ("How many people each community needs has not been worked out.",))
    skills = sorted({skill for each in plan.communities for skill in each.skills})
    said = plan.staff.get("communities", {})

    def row(each: PlannedCommunity) -> tuple[str, ...]:
        peak = max(said.get(each.id, {}).get("positions") or [0])
        return (
            each.name, each.site, f"{each.experts or 0:,}", f"{peak:,.0f}" if peak else "",
            *(f"{each.skills[skill]:,}" if skill in each.skills else "" for skill in skills),
        )  # fmt: skip

    columns = ("Community", "Site", "Experts", "Most at once", *(each.replace("_", " ").capitalize() for each in skills))  # fmt: skip
    table = Table("Headcount and skills", columns, tuple(map(row, plan.communities)), frozenset(range(2, len(columns))))  # fmt: skip
    return Section("People", tuple(moving(plan)), tables=(without_empty(table),))


def moving(plan: Plan) -> Iterator[str]:
    """Who is assigned, who changes their site, who learns."""
    experts = sum(each.experts or 0 for each in plan.communities)
    yield f"{experts:,} experts are needed. Headcount covers leave, pauses and meetings; positions are people at work at once."
    assigned = plan.staff.get("assignments", [])
    if assigned:
        moved = sum(each.get("from_site") != each.get("to_site") for each in assigned)
        yield f"{people_who(len(assigned), 'of today is', 'of today are')} assigned; {moved:,} {'changes' if moved == 1 else 'change'} their site."
    training = plan.staff.get("training", [])
    if training:
        learning = len({each.get("person") for each in training})
        yield f"{people_who(learning, 'learns', 'learn')} {len(training):,} skill{'s' * (len(training) != 1)}."


def people_who(number: int, one: str, many: str) -> str:
    return f"1 person {one}" if number == 1 else f"{number:,} people {many}"


def waves(plan: Plan) -> Section:
    """Who moves when."""
    names = {each.id: each.name for each in plan.communities}
    rows, bars = [], []
    for each in plan.waves["waves"]:
        called = "Pilots" if each.get("pilot") else f"Wave {each.get('number')}"
        inside = [names.get(str(id_), str(id_)) for id_ in each.get("communities", ())]
        customers = sum(one.customers for one in plan.communities if one.id in each.get("communities", ()))  # fmt: skip
        rows.append((called, in_words(each.get("trains_from")), in_words(each.get("starts")), ", ".join(inside), f"{customers:,}"))  # fmt: skip
        trains, starts = day_of(each.get("trains_from")), day_of(each.get("starts"))
        if starts:
            bars.append((called, trains or starts, starts, bool(each.get("pilot"))))
    table = Table("Waves", ("Wave", "Trained from", "Starts", "Communities", "Customers"), tuple(rows), frozenset({4}), widths=(1, 1.8, 1.8, 5, 1.2))  # fmt: skip
    said = plan.waves.get("weeks")
    sentences = (f"Everybody has moved {said} weeks after the pilots start; no order takes fewer than {plan.waves.get('bound_weeks', said)}.",) if said is not None else ()  # fmt: skip
    return Section("Waves", sentences, pictures.waves_of(bars) if bars else "", "Sand: people are trained. Violet: pilots serve. Green: others serve.", (table,))  # fmt: skip


def waits_and_cost(lines: list[Line]) -> Section:
    """Both worlds side by side, figure by figure."""
    tables = []
    for group in dict.fromkeys(line.figure.group for line in lines):
        rows = tuple(row_of(line) for line in lines if line.figure.group == group)
        tables.append(both_worlds(group, rows))
    sentence = "The same customers, contacts and people, lived in the twin once in skill groups and once in communities. Grey: skill groups. Green: communities."
    return Section("Waits, transfers and cost", (sentence,), tables=tuple(tables))


def people_needed(found: Mapping[str, Any]) -> Section:
    """Both worlds with the fewest people who give the same service."""
    rows = tuple(row_of(line) for line in needed.rows(found))
    return Section(needed.TITLE, tuple(needed.sentences(found)), tables=(both_worlds("At those headcounts", rows),))  # fmt: skip


def both_worlds(title: str, rows: tuple[tuple[str, ...], ...]) -> Table:
    columns = ("Figure", "Skill groups", "Communities", "", "Difference, 95%", "Verdict")
    return Table(title, columns, rows, frozenset({1, 2, 4}), frozenset({3}), (3.0, 1.4, 1.4, 1.7, 2.3, 2.6))  # fmt: skip


def row_of(line: Line) -> tuple[str, ...]:
    unit = line.figure.unit
    points = " points" if unit == comparison.SHARE and line.difference else ""
    return (
        line.figure.title,
        comparison.said(line.groups.value, unit) if line.groups else "",
        comparison.said(line.communities.value, unit) if line.communities else "",
        pictures.facing_of(axes.facing(line)),
        comparison.changed(line) + points,
        line.verdict,
    )


def sensitivity(result: Mapping[str, Any]) -> Iterator[Section]:
    """What the differences become where an assumption is at an end of its range."""
    tables = [
        Table(
            f"{each.figure.title}: the difference",
            ("Assumption", "At its least", "", "At its most"),
            tuple((bar.label, bar.low_said, pictures.bar_of(bar, each), bar.high_said) for bar in each.bars),
            frozenset({1, 3}), frozenset({2}), (3.6, 1.3, 2.4, 1.3),
        )
        for each in axes.tornadoes(result, 8)
    ]  # fmt: skip
    if tables:
        yield Section("If it were otherwise", ("Each assumption in turn at the ends of its range. The strong line is the difference as it was assumed, the faint one is no difference.",), tables=tuple(tables))  # fmt: skip


def assumed(plan: Plan, result: Mapping[str, Any] | None) -> Section:
    rows = tuple(
        (each["what"], each["of"], each["value"], each["range"], each["source"])
        for each in results.assumption_rows(result or {})
    )
    table = Table("Of the twin", ("What", "Of", "Value", "Range", "Source"), rows, frozenset({2, 3}), widths=(4, 1.6, 1.3, 2, 1.6))  # fmt: skip
    notes = [*(str(each) for each in plan.staff.get("assumptions", ())), *(str(each) for each in plan.waves.get("assumptions", ()))]  # fmt: skip
    cannot = [*results.CANNOT, *(str(each) for each in (result or {}).get("notes", ()))]
    return Section(
        "Assumptions, and what this can't tell",
        tables=(table,) if rows else (),
        notes=(*notes, *(cannot if result else ())),
    )


def the_risks(risks: list[Risk]) -> Section:
    tables = [
        Table(heading, ("",), tuple((each.sentence,) for each in risks if each.weight == weight), frozenset())
        for weight, heading in HEADINGS.items()
        if any(each.weight == weight for each in risks)
    ]  # fmt: skip
    return Section("Risks", () if risks else ("None that the plan itself knows of.",), tables=tuple(tables))  # fmt: skip
