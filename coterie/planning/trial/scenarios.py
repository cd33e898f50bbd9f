"""From a plan to a scenario of the twin: its communities, and the skill groups of today with the same people.

What the plan knows (contacts, half-hours, effort, headcount) is taken from it. What it does not know is assumed, and
each assumption is a sentence in what is given back.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan, PlannedCommunity
from coterie.planning.trial.known import known_of
from coterie.planning.trial.notes import Notes
from coterie.planning.trial.results import in_unit
from coterie.planning.trial.todays_groups import groups_of
from coterie.planning.trial.week import WORKDAYS, Week, week_of
from coterie.twin.assumptions import TABLE, Assumptions, with_values
from coterie.twin.reading import read_scenario
from coterie.twin.scenario import CHANNELS, SOLVED, Scenario

MIX = {"voice": 0.5, "messaging": 0.35, "email": 0.15}
FAMILIES = {"service": 0.4, "technical": 0.3, "billing": 0.2, "sales": 0.1}
EFFORT = {"kind": "lognormal", "mean_s": 480.0, "sd_s": 360.0}
A_YEAR, A_WEEK = 365.0, 7.0
CONTACTS_A_YEAR = 2.5
"""Of a customer, where a plan knows no contacts."""
BUSY = 0.6
"""How busy people are where a plan names no headcount: below the ceiling of 85%, since small teams need room."""
FEWEST = 4


def scenario_of(plan: Plan, *, days: int = 28, warm_up_days: int = 7, assumptions: Mapping[str, float] | None = None) -> tuple[Scenario, list[str]]:  # fmt: skip
    """The scenario, and what was assumed to make it. Raises `Invalid` where the plan has no customers."""
    if not plan.communities or not sum(each.customers for each in plan.communities):
        raise Invalid("This plan has no customers: nobody would ask for anything.", "empty", "communities")  # fmt: skip
    notes = Notes()
    stated = dict(assumptions or {})
    given = with_values(stated)
    topics = topics_of(plan, notes)
    week = week_of(plan, notes)
    contacts = {each.id: contacts_day(plan, each, week, notes) for each in plan.communities}
    effort_s = mean_effort(topics)
    experts = {each.id: people(each, contacts[each.id], effort_s, given, notes) for each in plan.communities}  # fmt: skip
    ids = {each.id for each in plan.communities}
    known = {name: each for name, each in known_of(plan).items() if name not in stated}
    for name, each in known.items():
        if not each.fitted:
            notes.say(
                f"{TABLE[name].why.rstrip('.')}: {in_unit(each.value, TABLE[name].unit)}, {each.source}."
            )
    new = new_share(topics, given)
    notes.say(f"{new:.0%} of a plan's contacts are taken as new: the others are about what was not solved at first.")  # fmt: skip
    document: dict[str, Any] = {
        "name": f"{len(plan.communities)} communities",
        "days": days,
        "warm_up_days": warm_up_days,
        "communities": [
            {
                "id": each.id, "name": each.name, "customers": max(1, each.customers),
                "contacts_day": {name: new * number for name, number in contacts[each.id].items()},
                "experts": experts[each.id], "buddy": each.buddy if each.buddy in ids else None,
            }
            for each in plan.communities
        ],
        "topics": topics,
        "week": dict(week.shapes),
        "assumptions": {**{name: each.value for name, each in known.items()}, **stated},
        "fitted": {name: each.source for name, each in known.items() if each.fitted},
    }  # fmt: skip
    document["groups"] = groups_of(document, sum(experts.values()), given, notes)
    return read_scenario(document), notes.said


# What customers ask


def contacts_day(plan: Plan, community: PlannedCommunity, week: Week, notes: Notes) -> dict[str, float]:  # fmt: skip
    """Of each channel; mails and posts are served alike, and who calls while we are closed is called back."""
    told = of_staff(plan, community).get("contacts_week")
    if told:
        made = dict.fromkeys(CHANNELS, 0.0)
        for channel, number in told.items():
            made[channel if channel in made else "email"] += number / A_WEEK
        called_back = made["voice"] * week.called_back
        return made | {"voice": made["voice"] - called_back, "messaging": made["messaging"] + called_back}  # fmt: skip
    a_year = community.contacts
    if not a_year:
        a_year = CONTACTS_A_YEAR * community.customers
        notes.say(f"The plan knows no contacts: {CONTACTS_A_YEAR:g} a year for each customer are assumed.")  # fmt: skip
    notes.say(f"The plan knows no channels: {', '.join(f'{share:.0%} {name}' for name, share in MIX.items())} are assumed.")  # fmt: skip
    return {name: share * a_year / A_YEAR for name, share in MIX.items()}


def new_share(topics: Sequence[Mapping[str, Any]], given: Assumptions) -> float:
    """Of contacts, those with something new, where who was not helped comes back as often as is assumed."""
    helped = [topic.get("solved", SOLVED) for topic in topics]
    shares = [topic["share"]["voice"] for topic in topics]
    return 1.0 - given.comes_back * (1.0 - float(np.dot(shares, helped) / sum(shares)))


def of_staff(plan: Plan, community: PlannedCommunity) -> Mapping[str, Any]:
    found: Mapping[str, Any] = plan.staff.get("communities", {}).get(community.id, {})
    return found


def topics_of(plan: Plan, notes: Notes) -> list[dict[str, Any]]:
    """The topics whose effort the log told; else four families."""
    told = plan.staff.get("effort", {})
    names = [name for name in told if name != "*"]
    after_s = follow_up_s(plan, notes)
    general = effort_of(told["*"], after_s) if "*" in told else dict(EFFORT)
    if not names:
        notes.say(f"The plan knows no topics: {', '.join(f'{share:.0%} {name}' for name, share in FAMILIES.items())} are assumed.")  # fmt: skip
        if "*" not in told:
            notes.say(f"The plan knows no effort: {EFFORT['mean_s']:g} s on average are assumed.")
        return [{"name": name, "share": dict.fromkeys(CHANNELS, share), "effort": general} for name, share in FAMILIES.items()]  # fmt: skip
    weights = {name: float(told[name].get("n") or 1) for name in names}
    total = sum(weights.values())
    return [{"name": name, "share": dict.fromkeys(CHANNELS, weights[name] / total), "effort": effort_of(told[name], after_s)} for name in names]  # fmt: skip


def follow_up_s(plan: Plan, notes: Notes) -> float:
    """Work that follows a contact, in seconds of its mean: the log told it apart from the first answer."""
    told = plan.staff.get("follow_ups") or {}
    seconds = float(told.get("per_contact", 0.0)) * float(told.get("mean_s", 0.0))
    if seconds:
        notes.say(f"The {seconds:,.0f} s of work that follow a contact on the mean are done with it.")  # fmt: skip
    return seconds


def effort_of(told: Mapping[str, Any], after_s: float) -> dict[str, Any]:
    """A fitted effort in the twin's words, with what follows: as much longer everywhere as on the mean."""
    longer = 1.0 + after_s / float(told["mean_s"]) if after_s else 1.0
    if told.get("kind") == "empirical" and told.get("params", {}).get("quantiles"):
        return {"kind": "quantiles", "s": [longer * float(each) for each in told["params"]["quantiles"]]}  # fmt: skip
    mean, spread = longer * float(told["mean_s"]), longer * float(told.get("sd_s") or 0.75 * told["mean_s"])  # fmt: skip
    return {"kind": "lognormal", "mean_s": max(mean, 1.0), "sd_s": max(spread, 1.0)}


def mean_effort(topics: Sequence[Mapping[str, Any]]) -> float:
    """Seconds, weighed by what is asked."""
    shares = [topic["share"]["voice"] for topic in topics]
    means = [topic["effort"].get("mean_s") or float(np.mean(topic["effort"]["s"])) for topic in topics]  # fmt: skip
    return float(np.dot(shares, means) / sum(shares))


# Who answers


def people(community: PlannedCommunity, contacts: Mapping[str, float], effort_s: float, given: Assumptions, notes: Notes) -> int:  # fmt: skip
    """The plan's headcount; else as many as the work takes."""
    if community.experts:
        return community.experts
    notes.say(f"The plan names no headcount: as many people are assumed as are busy {BUSY:.0%} of their time.")  # fmt: skip
    weights = {"voice": 1.0, "messaging": given.written_effort, "email": given.mail_effort}
    hours = sum(number * weights[name] for name, number in contacts.items()) * effort_s / 3600
    there = given.there_h * (1 - given.absence) * WORKDAYS / A_WEEK
    return max(FEWEST, round(hours / there / BUSY))
