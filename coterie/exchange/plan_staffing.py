"""Whom the communities of a plan need, and who of today's people goes where: read, forecast, staffed, assigned, told."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import fmean
from typing import Any

from coterie.exchange.logs import Watch
from coterie.exchange.plan_choices import PAID_HOURS, Choices, Notes, Sources
from coterie.exchange.plan_demand import efforts_of, expectation, patience_of, shares_of
from coterie.exchange.plan_history import read_history
from coterie.exchange.plan_outlook import check_weeks
from coterie.exchange.plan_tables import read_people, read_sites
from coterie.exchange.plan_wanted import check_sites, seated, wanted_of
from coterie.kit.errors import Invalid
from coterie.planning.demand.contacts import MESSAGING, VOICE
from coterie.planning.headcount.hours import opened
from coterie.planning.headcount.staffing import Needs, Terms, as_json, needs
from coterie.planning.people.model import Person, Placed, Wanted
from coterie.planning.people.placing import place
from coterie.planning.plan import Plan, PlannedCommunity


@dataclass(frozen=True, slots=True)
class Staffed:
    """The plan with whom it needs."""

    plan: Plan
    needs: Needs
    placed: Placed | None

    def told(self) -> Iterator[str]:
        staff = self.plan.staff
        people = sum(self.needs.people)
        hours = float(self.needs.positions.sum()) / 2
        yield f"{len(self.plan.communities)} communities need {people:,} experts for {hours:,.0f} hours of positions in a typical week."
        peaks = self.needs.positions.max(axis=1)
        yield f"At its busiest half-hour a community has {int(peaks.min())} to {int(peaks.max())} positions filled, and {min(self.needs.people)} to {max(self.needs.people)} experts."
        peaky = sum(p > h for p, h in zip(self.needs.by_peak, self.needs.by_hours, strict=True))
        if peaky:
            yield f"In {peaky} of them the busiest half-hour needs more people than the hours of the week do ({sum(self.needs.by_hours):,} in all)."
        if self.placed:
            yield from placed_told(self.placed)
        yield "What was assumed:"
        yield from (f"- {sentence}" for sentence in staff["assumptions"])

    def as_json(self) -> dict[str, Any]:
        """The section `staff`, and of each community what else was decided."""
        return {
            "headcount": sum(self.needs.people),
            "communities": [
                {"id": each.id, "experts": each.experts, "site": each.site, "skills": dict(each.skills)}
                for each in self.plan.communities
            ],
            "staff": dict(self.plan.staff),
        }  # fmt: skip


def placed_told(placed: Placed) -> Iterator[str]:
    yield f"{len(placed.assignments):,} people are assigned; {placed.moved:,} change their site ({placed.moved_bound:,} at least must)."
    yield f"{len(placed.training):,} skills are to be learned by {len({each.person for each in placed.training}):,} people."
    for what, word in (("language", "languages"), ("seat", "seats"), ("people", "people")):
        some = [lack for lack in placed.lacks if lack.what == what]
        if some:
            named = ", ".join(sorted({lack.which for lack in some if lack.which}))
            yield f"Still lacking, {word}: {sum(lack.number for lack in some):,} in {len({lack.community for lack in some})} communities{f' ({named})' if named else ''}."
    yield (
        "No other assignment of everybody is better."
        if not placed.gap
        else f"No other assignment of everybody is better by more than {placed.gap:.1%}."
    )


def staff(plan: Plan, sources: Sources, choices: Choices, watch: Watch) -> Staffed:
    """The plan with its section `staff`, and with experts, skills and site of each community."""
    if not plan.communities:
        raise Invalid("The plan has no communities: make them by coterie plan territories.", "no_plan", "communities")  # fmt: skip
    check_weeks(choices.weeks)
    notes = Notes()
    people = read_people(sources.people) if sources.people else []
    paid = paid_hours(people, choices)
    terms = Terms(opened(choices.hours), choices.rule, paid, choices.shrinkage)
    sites = read_sites(sources.sites) if sources.sites else []
    check_sites(people, sites, sources)
    history = read_history(sources.history, sources.mapping, choices.zone, choices.channel, watch)
    expected, contacts = expectation(history, choices, notes)
    shares, topics = shares_of(plan, contacts, notes)
    effort, efforts, follow_ups = efforts_of(history, contacts.topics, sources, choices, notes)
    patient, terms = patience_of(history, choices, terms, notes)
    found = needs(expected, shares, topics, efforts, terms)
    wanted = wanted_of(plan, found, topics, efforts, contacts.topics, people, sources, notes)
    wanted = seated(plan, wanted, found, people, sites)
    placed = place(people, wanted, plan.seed) if people else None
    terms_told(choices, paid, notes)
    section = {
        "weeks_ahead": choices.weeks,
        "hours": choices.hours,
        "paid_hours": paid,
        "shrinkage": choices.shrinkage,
        "rule": asdict(terms.rule),
        "effort": effort,
        "follow_ups": follow_ups,
        "patience": patient,
        "communities": {
            each.id: as_json(found, at, expected)
            | {"skills": dict(wanted[at].skills), "site": wanted[at].site}
            for at, each in enumerate(plan.communities)
        },
        **(placed_json(placed) if placed else {}),
        **both_seats(people),
        "assumptions": notes.sentences,
    }
    communities = tuple(map(completed, plan.communities, found.people, wanted))
    return Staffed(replace(plan, communities=communities, staff=section), found, placed)


def paid_hours(people: Sequence[Person], choices: Choices) -> float:
    """Of an expert's week: as chosen, else the mean of what the people's file says."""
    known = [person.hours for person in people if person.hours is not None]
    return choices.paid_hours if choices.paid_hours is not None else fmean(known or [PAID_HOURS])


def both_seats(people: Sequence[Person]) -> dict[str, float]:
    """How many have a seat for calls and one for messages. Where nobody has any, seats don't count."""
    if not any(person.seats for person in people):
        return {}
    return {"both_seats": fmean({VOICE, MESSAGING} <= person.seats for person in people)}


def completed(community: PlannedCommunity, people: int, wanted: Wanted) -> PlannedCommunity:
    return replace(community, experts=people, skills=dict(wanted.skills), site=wanted.site)


def placed_json(placed: Placed) -> dict[str, Any]:
    return {
        "assignments": [
            {
                "person": each.person,
                "from_group": each.from_group, "from_site": each.from_site,
                "to_community": each.to_community, "to_site": each.to_site,
            }
            for each in placed.assignments
        ],
        "training": [
            {"person": each.person, "community": each.community, "skill": each.skill, "from": each.level, "to": each.to}
            for each in placed.training
        ],
        "lacking": [asdict(each) for each in placed.lacks],
        "moved_sites": {"count": placed.moved, "bound": placed.moved_bound},
        "assignment": {"cost": placed.cost, "bound": placed.bound, "gap": round(placed.gap, 4)},
    }  # fmt: skip


def terms_told(choices: Choices, paid: float, notes: Notes) -> None:
    rule = choices.rule
    notes.say(f"Open {choices.hours}, on one clock for all. What comes outside these hours is served in the four hours after the next opening, calls by a call-back.")  # fmt: skip
    notes.say(f"Calls: {rule.voice_share:.0%} within {rule.voice_s:.0f} s. Messages: {rule.messaging_share:.0%} within {rule.messaging_s / 60:.0f} minutes, between calls. Nobody is busy for more than {rule.occupancy:.0%} of their time.")  # fmt: skip
    notes.say(f"{paid:.4g} paid hours a week, of which {choices.shrinkage:.0%} are not for customers. There are as many people as these hours need, and as the busiest half-hour needs; how shifts fit the day is left to the roster.")  # fmt: skip
