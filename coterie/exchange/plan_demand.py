"""What the log of a plan's staff says: the contacts of a typical week, whose they are, how long they take, who gives up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from coterie.exchange.plan_choices import Choices, Notes, Sources
from coterie.exchange.plan_history import History
from coterie.exchange.plan_outlook import long_enough
from coterie.exchange.plan_tables import read_efforts
from coterie.planning.demand import fits, patience
from coterie.planning.demand.backtest import backtest, spreads
from coterie.planning.demand.contacts import KINDS, Contacts, by_community, placed_share
from coterie.planning.demand.forecast import fit
from coterie.planning.demand.model import Floats
from coterie.planning.demand.shares import community_shares, topic_shares
from coterie.planning.headcount.staffing import Efforts, Expected, Terms
from coterie.planning.plan import Plan

EVERY = "*"
TOLD = 4
"""Unknown channels that are told one by one."""


def expectation(history: History, choices: Choices, notes: Notes) -> tuple[Expected, Contacts]:
    """A typical week of each kind of work, so many weeks ahead, and the contacts that it was learned from."""
    every = history.contacts
    found = long_enough(every.series(every.channel >= 0), instants=True)
    whole, contacts = found.series, every.of(found.series)
    notes.say(f"A contact is the opening event of a case: {len(contacts):,} on {whole.days} days from {whole.first} on.")  # fmt: skip
    if found.ragged:
        notes.say(f"{found.ragged:,.0f} contacts at the ends of the log are left out: there it frays out.")  # fmt: skip
    for sentence in [*found.notes, *history.notes]:
        notes.say(sentence)
    unnamed(history, choices, notes)
    week, spread, channels = {}, {}, {}
    for kind in KINDS:
        some = contacts.of_kind(kind)
        series = contacts.series(some)
        calendar = choices.days.of(series, choices.weeks)
        week[kind] = fit(series, calendar).typical_week(choices.weeks).ravel()
        spread[kind] = spreads(backtest(series, calendar, choices.weeks), choices.weeks)[-1]
        channels[kind] = channel_shares(contacts, some)
        if some.any() and not spread[kind].learned:
            notes.say(f"How far the forecast of {kind} may be off is assumed: the log is too short to learn it.")  # fmt: skip
    notes.say(f"A typical week is as the week {choices.weeks} weeks after the log's end would be without holidays, special days and the turn of a month.")  # fmt: skip
    return Expected(week, spread, channels), contacts


def unnamed(history: History, choices: Choices, notes: Notes) -> None:
    """Contacts whose channel nobody knows, the most frequent words by name."""
    words = sorted(history.unknown_channels.items(), key=lambda item: (-item[1], item[0]))
    for word, number in words[:TOLD]:
        named = f"on {word}" if word else "without a channel"
        notes.say(f"{number:,} contacts {named} are taken for {choices.channel} (--channel).")
    if rest := words[TOLD:]:
        notes.say(f"{sum(n for _, n in rest):,} contacts on {len(rest)} other channels that nobody knows are, too.")  # fmt: skip


def channel_shares(contacts: Contacts, some: Any) -> dict[str, float]:
    counts = np.bincount(contacts.channel[some], minlength=len(contacts.channels))
    whole = counts.sum()
    return {name: float(count / whole) for name, count in zip(contacts.channels, counts, strict=True) if count}  # fmt: skip


def shares_of(plan: Plan, contacts: Contacts, notes: Notes) -> tuple[Floats, Floats]:
    """Each community's share of all contacts, and of each the share of its topics."""
    homes = homes_of(plan)
    customers = np.array([each.customers for each in plan.communities], dtype=np.float64)
    counted = by_community(contacts, homes, len(plan.communities))
    named = placed_share(contacts, homes.keys())
    if named:
        notes.say(f"{named:.1%} of contacts name an area of the plan; the others come from where those do.")  # fmt: skip
    else:
        notes.say("No contact names an area of the plan: each community has the share of contacts that it has of customers, and topics are the same everywhere.")  # fmt: skip
    topics = counted if named else np.tile(contacts_by_topic(contacts), (len(customers), 1))
    return community_shares(counted.sum(axis=1), customers), topic_shares(topics)


def contacts_by_topic(contacts: Contacts) -> Floats:
    return np.bincount(contacts.topic, minlength=len(contacts.topics)).astype(np.float64)


def homes_of(plan: Plan) -> dict[str, dict[int, float]]:
    """Of each area, and of each area that was split, which communities its customers are at home in."""
    community_of = {area: at for at, each in enumerate(plan.communities) for area in each.areas}
    customers: dict[str, dict[int, float]] = {}
    details = {each.area: each for each in plan.areas}
    for area, at in community_of.items():
        known = details.get(area)
        for name in {area, known.whole if known and known.whole else area}:
            there = customers.setdefault(name, {})
            there[at] = there.get(at, 0.0) + max(1, known.customers if known else 1)
    return {area: {at: n / sum(some.values()) for at, n in some.items()} for area, some in customers.items()}  # fmt: skip


def efforts_of(
    history: History, topics: Sequence[str], sources: Sources, choices: Choices, notes: Notes
) -> tuple[dict[str, Any], Efforts, dict[str, Any]]:
    """As the document has it, as arrays, and what follows contacts."""
    measured = measured_in(sources.efforts, topics, notes) if sources.efforts else {}
    by_topic = measured or history.efforts.first_s
    whole = fits.fitted(together(by_topic))
    general = whole or fits.assumed(choices.effort_s)
    own = {topic: found for topic, some in sorted(by_topic.items()) if topic not in ("", EVERY) and (found := fits.fitted(some))}  # fmt: skip
    first = np.array([(own.get(topic) or general).mean_s for topic in topics])
    document = {EVERY: general.as_json(), **{topic: each.as_json() for topic, each in own.items()}}
    if measured:
        notes.say(f"A contact's effort is as measured in {sources.efforts and sources.efforts.name}; what follows a contact is in it.")  # fmt: skip
    elif whole:
        notes.say(f"Effort is inferred from when people of the log did what: a guess from above, {general.mean_s:,.0f} s for the first answer on the mean.")  # fmt: skip
    else:
        notes.say(f"Nobody knows the effort of a contact: {choices.effort_s:,.0f} s are assumed (--effort).")  # fmt: skip
    worked = history.efforts
    if measured or not worked.cases or not len(worked.following_s):
        return document, Efforts(first), {}
    each, mean = len(worked.following_s) / worked.cases, float(worked.following_s.mean())
    notes.say(f"A contact is followed by {each:.1f} more pieces of work of {mean:,.0f} s, done in writing and spread as contacts are.")  # fmt: skip
    return document, Efforts(first, each, mean), {"per_contact": each, "mean_s": mean, "source": "fitted", "n": len(worked.following_s)}  # fmt: skip


def measured_in(path: Path, topics: Sequence[str], notes: Notes) -> dict[str, Floats]:
    """Seconds by topic; nothing where they are too few to say how long contacts take."""
    found = read_efforts(path)
    strange = sorted(set(found) - {*topics, EVERY})
    if strange:
        notes.say(f"{path.name} measures {counted(strange, 'topic')} that the log doesn't have, such as {strange[0]}.")  # fmt: skip
    number = len(together(found))
    if number < fits.FEW:
        notes.say(f"{path.name} has {number} measured contacts: too few to say how long they take, {fits.FEW} at least are needed.")  # fmt: skip
        return {}
    return found


def counted(things: Sequence[str], one: str) -> str:
    return f"{len(things):,} {one}{'s' if len(things) > 1 else ''}"


def together(by_topic: Mapping[str, Floats]) -> Floats:
    return np.concatenate([*by_topic.values(), np.zeros(0)])


def patience_of(
    history: History, choices: Choices, terms: Terms, notes: Notes
) -> tuple[dict[str, Any], Terms]:
    """Erlang's A where patience is known: from the log, or because somebody says so."""
    if choices.patience_s is not None:
        found: patience.Patience | None = patience.assumed(choices.patience_s)
    else:
        found = patience.fitted(history.waits, history.gave_up)
    if found is None:
        notes.say("Nobody is taken to give up waiting (Erlang C): the log shows no patience, and none is given (--patience).")  # fmt: skip
        return {"kind": "endless", "source": "assumed"}, terms
    notes.say(f"Callers wait {found.exponential_mean_s:,.0f} s on the mean before they give up ({found.source}; Erlang A).")  # fmt: skip
    return found.as_json(), replace(terms, rule=replace(terms.rule, patience_s=found.exponential_mean_s))  # fmt: skip
