"""The page: what was published beside what was found, in words and tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.published.claims import HELD, claims, figure
from benchmarks.published.findings import MOVED, Findings
from benchmarks.published.operator import EXPERTS, TOPICS, WARM_UP
from benchmarks.published.said import difference, percent, said

FIGURES: Mapping[str, tuple[str, str]] = {
    "transfer_rate": ("transfer rate", "share"),
    "transfer_cover": ("of these a teammate covers", "share"),
    "transfer_outside": ("of these from or to outside", "share"),
    "solved": ("solved at the end", "share"),
    "repeat_7d": ("contacts repeated within 7 days", "share"),
    "episodes_per_case": ("episodes per case", "episodes"),
    "occupancy": ("busy share of the time people are there", "share"),
    "service_level": ("answers within the promise, all channels", "share"),
    "within_promise": ("calls answered in the line within the promise", "share"),
    "call_back": ("calls that became a call-back", "share"),
    "abandoned": ("calls given up", "share"),
    "messaging_wait_s": ("wait of a message, s", "seconds"),
    "cost_per_case": ("cost per case, same people", "money"),
    "cost_per_solved": ("cost per solved case, same people", "money"),
}
NEEDED = ("people", "cost_per_solved", "within_promise", "abandoned", "service_level", "messaging_wait_s", "occupancy")  # fmt: skip
NAMES = {**FIGURES, "people": ("people", "people"), "cost_per_solved": ("cost per solved case", "money")}  # fmt: skip
OF = {"whole": "the whole operator", "takes both": "the whole operator, everybody takes calls and messages (`blended` 1)", "plain": "the small one", "for communities": "the small one, every range at the end for communities", "and spoils 0.5": "so, and `spoils` 0.5"}  # fmt: skip
AT_NIGHT = 0.005
"""A share of calls in closed hours from which on the page speaks of it."""
WIDEST, A_POINT = 4, 0.01
BINDS = "In communities answers are above what is held: it is that no more calls may be given up which takes the people."  # fmt: skip


def page(found: Findings, day: str) -> str:
    return "\n".join([*opening(found, day), *side_by_side(found), *people(found), *claim_by_claim(found), *moved(found), *follows(found)])  # fmt: skip


def opening(found: Findings, day: str) -> Iterator[str]:
    size, scenario = found.size, found.scenario
    number = len(scenario.communities) * EXPERTS
    new = sum(sum(each.contacts_day.values()) for each in scenario.communities)
    customers = sum(each.customers for each in scenario.communities)
    yield f"""# Published results, and what the twin gives

Companies have published what dedicated teams brought them. These are their own claims, without control groups, and
often for more than one change at once. Here they stand beside what the twin gives for an operator of that size. This page is
written by `python -m benchmarks.published`, the last time on {day}.

## The operator

{len(scenario.communities)} communities of {EXPERTS} people, {customers / 1e6:.2g} million customers, {new:,.0f} new contacts a day (half calls, a third and a bit messages, the
rest mails), open from eight to eight. {TOPICS} topics, of which the commonest comes {(TOPICS + 1) / 2:g} times as often as the rarest; effort 420 s on the mean. The
groups' world has the same {number:,} people: for each topic a group for calls and one for letters, and a tenth as a second
line. Both worlds meet the same arrivals under the default assumptions, {size.days} days of which the first {WARM_UP} don't count, {size.replications} replications.

Scaled or left out: contacts are what these people can carry, {new * 30.4 / customers:.2f} a customer and month, fewer than such an operator's; nobody works
outside the contacts; there are {len(scenario.groups)} groups, not the more than 100 that Optus had; no sales, no stores, no new processes. Where many
runs were needed there are {size.small} of the communities, {size.few} replications.
"""


def side_by_side(found: Findings) -> Iterator[str]:
    yield "| figure | groups | communities | difference (95%) |\n| --- | --- | --- | --- |"
    yield from (row(found.whole, name, *FIGURES[name]) for name in FIGURES)
    plain, harmless = found.resolved["plain"], found.resolved["no harm"]
    yield f"""
Resolution is counted here over all cases that somebody answered and that had time to come back, with {found.size.small} communities, once: {percent(plain[0])} with groups,
{percent(plain[1])} with communities. (`issue_resolution` of `twin run` leaves out who came back and then hung up for good, as the live figure does. With no
harm from changes, `spoils` 0, both worlds should resolve alike, and counted whole they do: {percent(harmless[0])} and {percent(harmless[1])}.)
"""
    if found.closed > AT_NIGHT:
        yield f"""**To be known when reading calls:** {percent(found.closed)} of calls in the groups' world come while it is closed, since customers who come back and who
call again do so at any hour. Nobody answers them there; communities offer a call-back. So shares of calls are lower than they would be, and
the comparison of calls speaks for communities more than it should.
"""


def row(result: Mapping[str, Any], name: str, title: str, unit: str) -> str:
    sides = [result["worlds"][world]["figures"].get(name) for world in ("groups", "communities")]
    cells = [said(side["value"], unit) if side else "" for side in sides]
    differs = result["differences"].get(name)
    return f"| {title} | {cells[0]} | {cells[1]} | {difference(differs, unit) if differs else ''} |"


def people(found: Findings) -> Iterator[str]:
    yield f"""## People for the same service

With the same people in both worlds cost can hardly differ. So the fewest people are sought with whom each world gives the service that today's
groups give with today's people ([how](../how-to/try-on-a-twin.md#how-many-people)), {found.size.few} replications. Two ways to hold it: *calls*, answered in the line within the promise (a call-back
isn't), and *answers* to whatever customers say on any channel within its promise; both times no more calls are given up.
Everybody's time costs the same; coaches, managers and leaders are not counted.
"""
    for held, words in HELD.items():
        result = found.people["whole", held]
        yield f"### The whole operator, {words}\n"
        yield from not_reached(result) if isinstance(result, str) else at_headcount(result)
    yield "### Where assumptions are otherwise\n"
    yield "Communities against groups, and between what that lies in 95 of 100.\n"
    yield "| | held | people | cost per solved case |\n| --- | --- | --- | --- |"
    for (name, held), result in found.people.items():
        yield f"| {OF[name]} | {held} | {' | '.join(cells(result))} |"
    yield ""


def not_reached(sentence: str) -> Iterator[str]:
    yield f"Not reached: {sentence}\n"


def at_headcount(result: Mapping[str, Any]) -> Iterator[str]:
    yield "| figure | groups | communities | difference (95%) |\n| --- | --- | --- | --- |"
    yield from (row(result, name, *NAMES[name]) for name in NEEDED)
    verdict = "stands out of the noise" if result["differences"]["people"]["stands_out"] else "does not stand out of the noise"  # fmt: skip
    yield f"\nThe difference in people {verdict}.{' ' + BINDS if calls_bind(result) else ''}\n"


def calls_bind(result: Mapping[str, Any]) -> bool:
    """Whether answers are above what is held, so that it is calls given up that take the people."""
    held = result["asked"]
    above = figure(result, "communities", "service_level") - held["within"]
    return bool(held["held"] == "answers" and above > A_POINT)


def cells(result: Mapping[str, Any] | str) -> list[str]:
    if isinstance(result, str):
        return ["not reached", result]
    parts = (result["relative"][name] for name in ("people", "cost_per_solved"))
    return [f"{each['value']:+.1%} ({each['low']:+.1%} to {each['high']:+.1%})" for each in parts]


def claim_by_claim(found: Findings) -> Iterator[str]:
    yield "## Claim by claim\n\n| claim | what the twin gives | reached? |\n| --- | --- | --- |"
    yield from (f"| {' | '.join(each)} |" for each in claims(found))
    yield ""


def moved(found: Findings) -> Iterator[str]:
    yield f"""## What moves the differences

Communities less groups with the same people, {found.size.small} communities, each assumption at its low and its high end, the widest first, 2 replications.
"""
    columns = [found.bars[name] for name in MOVED]
    heads = [f"`{name}` ({bars[0]['plain']:+.3f})" for name, bars in zip(MOVED, columns, strict=True)]  # fmt: skip
    yield f"| {' | '.join(heads)} |"
    yield "| --- | --- | --- |"
    for place in range(WIDEST):
        yield f"| {' | '.join(bar(bars, place) for bars in columns)} |"
    yield ""


def bar(bars: Sequence[Mapping[str, Any]], place: int) -> str:
    one = bars[place]
    return f"`{one['assumption']}` {one['low']:+.3f}, {one['high']:+.3f}"


def follows(found: Findings) -> Iterator[str]:
    calls = {world: percent(figure(found.whole, world, "abandoned")) for world in ("groups", "communities")}  # fmt: skip
    yield f"""## What follows

The twin gives a large fall in transfers, and it follows from how routing works. It does not give the rise in resolution or the fall in contacts that were published:
for those, each change of person would have to spoil half of the chances, far more than is assumed, or the companies changed more than
who answers: remedies within reach, gaps closed, people who learn. The twin assumes none of these. A fifth
of the contacts gone is not something to plan with on the word of this model.

What people cost depends on which service is held: with calls held the whole operator's communities take {taken(found, "calls")}, with answers on all
channels {taken(found, "answers")}. Calls are the dear part of dedication: small teams need more people for them than large groups do, and the larger an operator,
the larger its groups. Where everybody takes calls and messages it is {taken(found, "calls", "takes both")}, and {taken(found, "answers", "takes both")}. With the same people {calls["groups"]} of calls are given up in the
groups' world and {calls["communities"]} in the communities'.
"""


def taken(found: Findings, held: str, name: str = "whole") -> str:
    result = found.people[name, held]
    if isinstance(result, str):
        return "more or fewer people than were tried"
    part = result["relative"]["people"]["value"]
    return f"{abs(part):.1%} {'fewer' if part < 0 else 'more'} people"
