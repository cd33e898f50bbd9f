"""The map: what happened -> who reacts, in the same transaction; and what is done when a time has come."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from coterie.asks import actions as asks
from coterie.asks import queries as ask_queries
from coterie.channels.messenger.jobs import forget_unsent_files
from coterie.communities import absence_queries, absences
from coterie.communities import actions as communities
from coterie.communities import queries as community_queries
from coterie.conversations import (
    away,
    crossing_queries,
    crossings,
    handover_queries,
    promise_queries,
    promises,
    resolution,
)
from coterie.conversations import queries as conversations
from coterie.conversations.erasure import erase_conversation
from coterie.customers import proof_queries, territory, territory_queries
from coterie.customers import queries as customers
from coterie.customers.proof import KEPT_CODES
from coterie.kit.db import Tx, transaction
from coterie.kit.events import Event, hold_if_free
from coterie.kit.house import House
from coterie.kit.jobs import Due, one_by_one
from coterie.kit.ledger import Reaction
from coterie.kit.outbox import forget_done, send_due
from coterie.performance import actions as figures
from coterie.performance import surveys
from coterie.planner import closing
from coterie.routing import actions as routing
from coterie.routing import guests
from coterie.routing import queries as routing_queries
from coterie.workspace.seats import keep_seats


def by_stream(events: Sequence[Event]) -> Mapping[str, list[Event]]:
    grouped: dict[str, list[Event]] = {}
    for event in events:
        grouped.setdefault(event.stream_id, []).append(event)
    return grouped


async def place(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """An episode needs somebody."""
    for community_id, its in by_stream(events).items():
        await routing.place(tx, now, community_id, [event.ids["episode"] for event in its])


async def fill(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """Somebody may have become free."""
    for community_id in by_stream(events):
        await routing.pull(tx, now, community_id)


async def follow_presence(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """Who is gone attends nothing and is asked nothing; who is there may take from the queue."""
    for event in events:
        if event.values["state"] != "present":
            expert_id = event.ids["expert"]
            await routing.leave(tx, now, event.stream_id, expert_id)
            await asks.step_back(tx, now, event.stream_id, expert_id, for_good=False)
    for community_id, its in by_stream(events).items():
        if any(event.values["state"] == "present" for event in its):
            await routing.pull(tx, now, community_id)


async def hand_over_cases(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """Somebody is absent, perhaps for long: others own their cases until they are back."""
    for event in events:
        await away.hand_over_cases(tx, now, event.ids["absence"])


async def return_cases(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """They are back: so are their cases."""
    for event in events:
        await away.return_cases(tx, now, event.ids["absence"])


async def ask_nobody_who_left(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """Who has left the community is asked nothing, not even for their language."""
    for event in events:
        await asks.step_back(tx, now, event.stream_id, event.ids["expert"], for_good=True)


async def ask_for_language(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """Nobody who is here speaks the customer's language: ask those who do."""
    for event in events:
        if event.values["reason"] == "nobody_with_language":
            customer = await customers.customer(tx, event.ids["customer"])
            assert customer is not None
            await asks.ask_for_language(tx, now, event.ids["case"], customer.language)


async def let_asks_rest(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """A case is solved: nobody needs to look for an answer."""
    for event in events:
        await asks.let_rest(tx, now, event.ids["case"])


async def ask_how_it_was(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """Now and then a customer is asked."""
    for event in events:
        await surveys.ask(tx, now, event.ids["case"])


async def let_guests_go(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """Who is gone is nobody's guest. A home that somebody holds just now is told by the timer, within a second."""
    for event in events:
        if event.values.get("state") == "present":
            continue
        for crossing in await crossing_queries.running_of_guest(tx, event.ids["expert"]):
            if await hold_if_free(tx, crossing.community_id):
                await guests.leave(tx, now, crossing.id)


async def end_overflow(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """A guest serves an episode no more: it rests, or somebody at home has answered it."""
    for event in events:
        if "guest" in event.ids:
            why = event.values.get("reason") or event.values["state"]
            await crossings.end_served(tx, now, event.ids["case"], ENDED.get(why, why))


ENDED = {"waiting_customer": "home_answered"}
"""Why an overflow has ended, where the code of what happened says it of another."""


async def end_care(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """A case is over: so is special care for it."""
    for event in events:
        crossing = await crossing_queries.running_of_kind(tx, event.ids["case"], "special_care")
        if crossing is not None:
            await crossings.end(tx, now, crossing, "closed")


async def end_care_without_consent(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """Special care is by consent, for those who are vulnerable."""
    for event in events:
        erased = event.kind == "customer_erased"
        agreed = event.values.get(f"consent_{crossings.CONSENT}", True) and event.values.get(
            "vulnerable"
        )
        if erased or not agreed:
            why = "erased" if erased else "no_consent"
            await guests.end_care_of_customer(tx, now, event.ids["customer"], why)


async def move_threads(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """The thread goes with the home; open cases stay where they were opened."""
    await conversations.move_threads(
        tx, {event.ids["customer"]: event.ids["to"] for event in events}
    )


async def erase_conversations(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    """A person is erased: so is what they said."""
    for event in events:
        await erase_conversation(tx, event.ids["customer"])


async def erase_asks(tx: Tx, now: datetime, events: Sequence[Event]) -> None:
    for event in events:
        await ask_queries.erase_asks(tx, event.ids["customer"])


REACTIONS: Mapping[str, Sequence[Reaction]] = {
    "episode_needs_us": [place],
    "episode_queued": [ask_for_language],
    "time_renewed": [ask_for_language],
    "episode_waits": [end_overflow, fill],
    "episode_ended": [end_overflow, fill],
    "absence_begun": [hand_over_cases],
    "absence_changed": [hand_over_cases],
    "absence_ended": [return_cases],
    "case_resolved": [let_asks_rest, ask_how_it_was],
    "case_closed": [let_asks_rest, end_care],
    "presence_changed": [follow_presence, let_guests_go],
    "member_left": [ask_nobody_who_left, let_guests_go],
    "care_recorded": [end_care_without_consent],
    "home_changed": [move_threads],
    "customer_erased": [erase_conversations, erase_asks, end_care_without_consent],
}


# What is due, and what is then done. Each is done in the stream of its community, and looks again there.

OfCase = Callable[[Tx, datetime, str], Awaitable[None]]


def for_case(due: Callable[[Tx, datetime], Awaitable[list[tuple[str, str]]]], act: OfCase) -> Due:
    """A timer that stands in a case, its episode, a promise, an absence or an ask: (community, id) of what is due."""

    async def run(house: House, now: datetime) -> int:
        async with house.read() as tx:
            found = await due(tx, now)

        async def one(place: tuple[str, str]) -> None:
            community_id, id_ = place
            await house.act(community_id, lambda tx, at: act(tx, at, id_))

        return await one_by_one(act.__name__, found, one)

    return run


async def serve_queues(house: House, now: datetime) -> int:
    """Weights fade, shifts begin, times pass: look at every queue."""
    async with house.read() as tx:
        waiting = await routing_queries.communities_with_queue(tx)

    async def one(community_id: str) -> None:
        await house.act(community_id, lambda tx, at: routing.pull(tx, at, community_id))

    await one_by_one("serve_queue", waiting, one)
    return 0


async def overflow(house: House, now: datetime) -> int:
    """What would break its promise at home goes to the buddy. Never while a message is received: it has both streams."""
    async with house.read() as tx:
        waiting = await routing_queries.overflowing(tx)

    async def one(pair: tuple[str, str]) -> None:
        at = house.now()
        async with house.ledger.unit(*pair, now=at) as tx:
            await guests.overflow_to(tx, at, *pair)

    await one_by_one("overflow", guests.overflowing(waiting, now), one)
    return 0


async def miss_the_lost(house: House, now: datetime) -> int:
    """Whose browser has been gone for a minute is away. Not while the server itself was down."""
    async with house.read() as tx:
        lost = await community_queries.lost(tx)
    here = await keep_seats(house, {each.expert_id for each in lost})
    missed = [
        each
        for each in lost
        if each.expert_id not in here
        and max(each.away_at, each.away_at - each.lost_at + house.since) <= now
    ]

    async def one(lost: community_queries.Lost) -> None:
        await house.act(lost.community_id, lambda tx, at: communities.miss(tx, at, lost.expert_id))

    return await one_by_one("miss", missed, one)


async def change_territories(house: House, now: datetime) -> int:
    """Changes of territories whose time has come, and those that a restart has interrupted."""
    async with house.read() as tx:
        due = await territory_queries.unfinished(tx, now)
    done = await one_by_one(
        "change_territory", due, lambda change: territory.carry_out(house, change.id)
    )
    await closing.close_left(house)
    return done


async def send_mail(house: House, now: datetime) -> int:
    return await send_due(house.pool, house.settings, now)


async def forget_codes(house: House, now: datetime) -> int:
    async with transaction(house.pool) as tx:
        return await proof_queries.forget_codes(tx, now - KEPT_CODES)


async def forget_mails(house: House, now: datetime) -> int:
    return await forget_done(house.pool, now)


TIMERS: Mapping[str, Due] = {
    "wake": for_case(conversations.due_wake, resolution.wake_when_due),
    "quiet": for_case(conversations.due_quiet, resolution.quiet_when_due),
    "watch": for_case(conversations.due_watch, resolution.close_when_due),
    "promises to warn of": for_case(promise_queries.due_warning, promises.warn_when_due),
    "promises due": for_case(promise_queries.due, promises.break_when_due),
    "absences that end": for_case(absence_queries.due_end, absences.end_when_due),
    "absences that begin": for_case(absence_queries.due_begin, absences.begin_when_due),
    "cases left behind": for_case(handover_queries.left_behind, away.hand_over_cases),
    "asks": for_case(ask_queries.due, asks.go_on_when_due),
    "crossings to end": for_case(crossing_queries.due_end, guests.end_when_due),
    "guests gone": for_case(crossing_queries.without_guest, guests.leave),
    "lost": miss_the_lost,
    # After all that sets somebody free, here or as a guest elsewhere.
    "queues": serve_queues,
    "overflow": overflow,
    "territories": change_territories,
    "mail": send_mail,
    "files": forget_unsent_files,
    "codes": forget_codes,
    "mails": forget_mails,
    "figures": figures.follow,
}
