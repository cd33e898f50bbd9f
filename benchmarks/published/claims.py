"""Each published claim, what the twin gives, and whether that reaches it. A verdict is a rule over figures, never an opinion."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.published.findings import Findings
from benchmarks.published.said import percent, points, relative

NEAR = 0.1
"""So much of the claim apart is near, as a part of it: a tenth."""


HELD = {"calls": "calls held", "answers": "answers on all channels held"}
SPEAK_FOR = ("for communities", "and spoils 0.5")


def claims(found: Findings) -> Iterator[tuple[str, str, str]]:
    """Claim, what the twin gives, reached or not."""
    yield transfers_before(found)
    yield transfers_later(found)
    yield halved(found)
    yield resolution(found)
    yield cost(found)
    yield contacts(found)
    yield recontact(found)
    yield "[24]7.ai: NPS +11%", "the twin has no opinion of customers", "out of reach"
    yield (
        "O2: complaints -13%, network complaints -29%",
        "the twin has no complaints; they came from mending journeys, which it doesn't do",
        "out of reach",
    )


def figure(result: Mapping[str, Any], world: str, name: str) -> float:
    return float(result["worlds"][world]["figures"][name]["value"])


def both(result: Mapping[str, Any], name: str) -> tuple[float, float]:
    return figure(result, "groups", name), figure(result, "communities", name)


def change(result: Mapping[str, Any], name: str) -> float:
    groups, communities = both(result, name)
    return communities / groups - 1


def transfers_before(found: Findings) -> tuple[str, str, str]:
    claim, level = "Optus: transfers 25% before", figure(found.whole, "groups", "transfer_rate")
    fewer, late = (figure(found.variants[name], "groups", "transfer_rate") for name in ("few misroutes", "few late"))  # fmt: skip
    told = f"{percent(level)}. `misroute` 0.08 in place of 0.15 gives {percent(fewer)}; a chat that is closed and opened anew with somebody else counts, too (`late_share` 0.1: {percent(late)})"
    return claim, told, "near" if min(abs(each - 0.25) for each in (level, fewer, late)) <= 0.25 * NEAR else "no"  # fmt: skip


def transfers_later(found: Findings) -> tuple[str, str, str]:
    level, outside = (figure(found.whole, "communities", name) for name in ("transfer_rate", "transfer_outside"))  # fmt: skip
    told = f"{percent(level)} of episodes meet another person, nearly all a teammate who covers. Leaving the community: {percent(outside, 2)}"
    inside = outside <= 0.004 < level
    return "Optus: transfers 0.2% later", told, "only if what stays inside the community is no transfer" if inside else reached(level <= 0.002)  # fmt: skip


def halved(found: Findings) -> tuple[str, str, str]:
    fall = change(found.whole, "transfer_rate")
    return "Optus: halved in the pilot", relative(fall, 0), reached(fall <= -0.5)


def resolution(found: Findings) -> tuple[str, str, str]:
    plain, best, spoilt = (found.resolved[name] for name in ("plain", "for communities", "and spoils 0.5"))  # fmt: skip
    told = (
        f"{points(plain[1] - plain[0])}, to {percent(plain[1])}. With every range at the end that speaks for communities "
        f"{points(best[1] - best[0])} ({percent(best[0])} to {percent(best[1])}). With `spoils` 0.5 on top, outside its range, "
        f"{points(spoilt[1] - spoilt[0])} ({percent(spoilt[0])} to {percent(spoilt[1])})"
    )
    rise, level = plain[1] - plain[0] >= 0.2, plain[1] >= 0.9 - 0.9 * NEAR / 2
    return "Optus: resolution +20 points to about 90%", told, levels(rise, level)


def cost(found: Findings) -> tuple[str, str, str]:
    """At the same service: cost of a solved case, by what is held."""
    at_whole, best = ("; ".join(f"{words} {costs(found.people[name, held])}" for held, words in HELD.items()) for name in ("whole", "for communities"))  # fmt: skip
    spoilt = costs(found.people["and spoils 0.5", "answers"])
    told = f"A solved case at the same service: {at_whole}. With {found.size.small} communities and every range at the end that speaks for them: {best}; with `spoils` 0.5 on top, answers held, {spoilt}"
    return "T-Mobile: cost to serve -13%", told, saved(found)


def saved(found: Findings) -> str:
    """For which ways to hold the service it falls so far; else whether it does with assumptions moved."""
    held = [name for name in HELD if reaches(found.people["whole", name])]
    if held:
        return "yes" if len(held) == len(HELD) else f"yes with {held[0]} held, no otherwise"
    moved = any(reaches(each) for (name, _), each in found.people.items() if name in SPEAK_FOR)
    return "no; only for a smaller operator with assumptions moved" if moved else "no"


def reaches(found: Mapping[str, Any] | str) -> bool:
    return not isinstance(found, str) and found["relative"]["cost_per_solved"]["value"] <= -0.13


def costs(found: Mapping[str, Any] | str) -> str:
    """By how much, with the interval, and the people."""
    if isinstance(found, str):
        return f"not reached ({found.rstrip('.')})"
    cost, people = (found["relative"][name] for name in ("cost_per_solved", "people"))
    return f"{relative(cost['value'])} ({relative(cost['low'])} to {relative(cost['high'])}), people {relative(people['value'])}"


def contacts(found: Findings) -> tuple[str, str, str]:
    told = (
        f"{relative(change(found.whole, 'episodes_per_case'))}; {relative(change(found.variants['plain'], 'episodes_per_case'))} with {found.size.small} communities, "
        f"{relative(change(found.variants['for communities'], 'episodes_per_case'))} with every range at the end for communities, "
        f"{relative(change(found.variants['and spoils 0.5'], 'episodes_per_case'))} with `spoils` 0.5 on top"
    )
    return "T-Mobile: contacts per account -21%", told, reached(change(found.whole, "episodes_per_case") <= -0.21)  # fmt: skip


def recontact(found: Findings) -> tuple[str, str, str]:
    plain = both(found.whole, "repeat_7d")
    best, spoilt, harder = (both(found.variants[name], "repeat_7d") for name in ("for communities", "and spoils 0.5", "solved in 70%"))  # fmt: skip
    told = (
        f"{against(plain)}; {against(best)} at the ends of the ranges; {against(spoilt)} with `spoils` 0.5 on top. "
        f"With topics that are solved in 70%: {against(harder)}"
    )
    apart, level = plain[0] - plain[1] >= 0.18, plain[1] <= 0.17 * (1 + NEAR)
    return "[24]7.ai: recontact 17% against up to 35% for chat", told, levels(apart, level)


def against(pair: tuple[float, float]) -> str:
    return f"{percent(pair[1])} against {percent(pair[0])}"


def levels(distance: bool, level: bool) -> str:
    """Whether the level is reached and whether the distance is."""
    if distance and level:
        return "yes"
    return "the level yes, the distance no" if level else reached(distance)


def reached(yes: bool) -> str:
    return "yes" if yes else "no"
