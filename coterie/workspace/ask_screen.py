"""Asks on the screen, put together: the list, the cards of a thread, what a batch of events means for them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coterie.asks import queries as asks
from coterie.asks.actions import candidates_for
from coterie.asks.model import Ask, Asked
from coterie.asks.rules import RECENT, next_round
from coterie.communities import queries as communities
from coterie.conversations import promise_queries
from coterie.conversations.model import Case
from coterie.kit.db import Tx
from coterie.kit.events import Event
from coterie.ui.reader import lasting
from coterie.workspace import ask_queries, ask_rules
from coterie.workspace.model import AskCard, AskView, Me, Part, Told
from coterie.workspace.rules import given

LATELY = 20
FEWEST_ANSWERS = 5


async def views(tx: Tx, found: Sequence[Ask]) -> list[AskView]:
    """These asks with everybody who was asked, and what stands around them."""
    if not found:
        return []
    ids = [each.id for each in found]
    people: defaultdict[str, list[Asked]] = defaultdict(list)
    for person in await asks.asked(tx, ids):
        people[person.ask_id].append(person)
    around = {each.ask_id: each for each in await ask_queries.around(tx, ids)}
    known = {person.expert_id for each in people.values() for person in each}
    known |= {each.asked_by for each in found if each.asked_by}
    names = await communities.names(tx, sorted(known))
    return [AskView(each, tuple(people[each.id]), around[each.id], names) for each in found]


async def cards(tx: Tx, me: Me, thread_id: str) -> list[AskCard]:
    """What this community asked in a thread."""
    found = await asks.asks_of_thread(tx, thread_id, me.community_id)
    return [ask_rules.card(each, me.id) for each in await views(tx, found)]


async def parts(tx: Tx, me: Me) -> tuple[Part, ...]:
    """The list: what waits for this person, what they asked, what others ask, what was answered lately."""
    found = [
        *await asks.alive_in(tx, me.community_id),
        *await asks.lately_in(tx, me.community_id, LATELY),
    ]
    lines = sorted(
        (ask_rules.card(each, me.id) for each in await views(tx, found)), key=lambda card: card.rank
    )
    return tuple(
        Part(group, title, tuple(card for card in lines if card.group == group))
        for group, title in ask_rules.GROUPS.items()
    )


async def waiting(tx: Tx, me: Me) -> int:
    """How many asks wait for this person."""
    return (await asks.waiting_for(tx, me.community_id, [me.id])).get(me.id, 0)


async def topics(tx: Tx, me: Me, case: Case | None) -> tuple[str, ...]:
    """What the team can be asked about: the skills of its members, and what the case is about."""
    known = await ask_queries.topics(tx, me.community_id)
    return tuple(sorted({*known, *([case.topic] if case and case.topic else [])}))


async def whom(tx: Tx, me: Me, now: datetime, topic: str) -> str:
    """Who would be asked about a topic now, and how soon one is answered as a rule."""
    found = next_round(await candidates_for(tx, now, me.community_id, topic), me.id, (), None)
    if found is None:
        return "Nobody else is here just now. A note stays for later."
    names = await communities.names(tx, found.expert_ids)
    who = ask_rules.listing([given(names.get(id_)) for id_ in found.expert_ids])
    usual = await ask_queries.usual_help_s(tx, me.community_id, now - RECENT, FEWEST_ANSWERS)
    soon = f" An answer usually takes {lasting_s(usual)}." if usual is not None else ""
    return f"Asks {who}.{soon}"


def lasting_s(seconds: float) -> str:
    """4 min; never less than one."""
    return lasting(timedelta(seconds=max(seconds, 60)))


# What a batch of events means


@dataclass(slots=True)
class Passing:
    """What has happened to asks and promises that somebody's screen shows or says."""

    people: set[str | None] = field(default_factory=set)
    asks: list[AskView] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)


async def passing(tx: Tx, batch: Sequence[Event]) -> Passing:
    """Two or three more statements where something happened to asks; none where nothing did."""
    found = Passing()
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for event in batch:
        if event.kind.startswith("ask_"):
            kinds[event.ids["ask"]].add(event.kind)
    came = {e.ids["expert"] for e in batch if e.kind == "presence_changed"}
    if kinds:
        found.asks = await views(tx, await asks.asks(tx, sorted(kinds)))
        for view in found.asks:
            found.people |= view.concerned
            found.told += ask_rules.told(view, frozenset(kinds[view.ask.id]))
    counted = sorted({*came, *(each for each in found.people if each)})
    if counted:
        numbers = await asks.waiting_for(tx, batch[-1].stream_id, counted)
        found.waiting = {each: numbers.get(each, 0) for each in counted}
    for event in batch:
        if event.kind == "promise_warned":
            found.told.append(await warning(tx, event))
            found.people |= found.told[-1].expert_ids
    return found


async def warning(tx: Tx, event: Event) -> Told:
    """Who promised, and who owns the case, are told while there is still time."""
    promise = await promise_queries.promise(tx, event.ids["promise"])
    words = promise.text if promise and promise.text else "what you promised"
    left = lasting_s(event.values["seconds"])
    return Told(
        id=f"{event.ids['promise']}-warned",
        expert_ids=frozenset({event.ids["expert"], event.ids.get("owner")}),
        words=f"Due in {left}: {words}",
        href=f"/workspace/threads/{event.ids['thread']}?case={event.ids['case']}#thread",
    )
