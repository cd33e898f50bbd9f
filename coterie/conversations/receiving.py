"""What customers write, many at once: one community's messages of the last few milliseconds become one transaction.

Each item goes through the same steps as if it were alone: was its key seen before, who wrote it, which case is it
about, what does that do to the episode. An item that the model refuses has its refusal as its answer; the others go on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from coterie.communities import queries as communities
from coterie.communities.model import Community
from coterie.conversations import queries, receiving_queries, resolution_queries, rules
from coterie.conversations.model import Case, Elsewhere, Episode, Incoming, Message, Receipt, Thread
from coterie.conversations.receipts import (
    Placement,
    placements,
    read_receipt,
    receipt_of,
    written_receipt,
)
from coterie.customers import actions as customers
from coterie.customers.model import Choice, Newcomer
from coterie.kit.db import Asked, Tx
from coterie.kit.errors import Invalid, Refused
from coterie.kit.events import emit, emitted, held, settle
from coterie.kit.ids import new_id


class Addressed(NamedTuple):
    """An incoming item, the community whose stream was taken for it, and whether its writer seemed unknown."""

    community_id: str
    incoming: Incoming
    stranger: bool = False


Answer: TypeAlias = Receipt | Refused | Elsewhere


async def receive_many(tx: Tx, now: datetime, addressed: Sequence[Addressed]) -> list[Answer]:
    """Take in these messages of one community, whose stream the transaction has asked to hold."""
    batch = Batch(addressed[0].community_id, [each.incoming for each in addressed])
    known = await receiving_queries.known_keys(tx, batch.wanted)
    writers = await receiving_queries.lock_writers(tx, batch.wanted)
    living = await receiving_queries.living(tx, batch.wanted)
    community = await communities.ask_community(tx, batch.community_id)
    guessed = [place for place, each in enumerate(addressed) if each.stranger]
    strangers = await ask_strangers(tx, batch, guessed) if guessed else None
    await held(tx)
    batch.community = await community.fetchone()
    recall(batch, await known.fetchall())
    await meet(tx, now, batch, await writers.fetchall(), strangers)
    await join(tx, now, batch, await living.fetchall())
    await write(tx, now, batch)
    await settle(tx)
    await answer(tx, now, batch, placements(emitted(tx)))
    return [batch.answers[place] for place in range(len(addressed))]


@dataclass(slots=True)
class Batch:
    """What is known so far: answers by place, and the rows that change."""

    community_id: str
    wanted: list[Incoming]
    answers: dict[int, Answer] = field(default_factory=dict)
    twins: dict[int, int] = field(default_factory=dict)
    """Items whose key came before in this very batch: place -> place of the first."""
    threads: dict[str, Thread] = field(default_factory=dict)
    of_place: dict[int, str] = field(default_factory=dict)
    """place -> thread id"""
    records: dict[int, str | None] = field(default_factory=dict)
    """place -> whose address it came by, where the customer is of several records"""
    cases: dict[str, Case] = field(default_factory=dict)
    episodes: dict[str, Episode] = field(default_factory=dict)
    """case id -> its live episode"""
    new_threads: list[Thread] = field(default_factory=list)
    new_cases: list[Case] = field(default_factory=list)
    reopened: list[Case] = field(default_factory=list)
    changed: dict[str, Episode] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    community: Community | None = None

    def open_places(self) -> list[int]:
        return [
            place
            for place in range(len(self.wanted))
            if place not in self.answers and place not in self.twins
        ]


# 1. Was it received before?


def recall(batch: Batch, known: Sequence[Any]) -> None:
    """Answer what was received before: the same answer for the same body, a refusal for another."""
    kept = {(owner_id, key): (bytes(body), answer) for owner_id, key, body, answer in known}
    first: dict[tuple[str, str], int] = {}
    for place, incoming in enumerate(batch.wanted):
        name = (incoming.key_owner, incoming.key)
        body, answer = kept.get(name, (incoming.body, None))
        twin = first.setdefault(name, place)
        if body != incoming.body or batch.wanted[twin].body != incoming.body:
            batch.answers[place] = other_body()
        elif answer is not None:
            batch.answers[place] = read_receipt(answer)
        elif twin != place:
            batch.twins[place] = twin


def other_body() -> Refused:
    return Refused("This idempotency key was used for another request.", "key_reused")


# 2. Who wrote it?


class Strangers(NamedTuple):
    """Places of a batch whose writers may have no thread yet, and what is asked about them."""

    places: Sequence[int]
    without_thread: Asked
    homes: customers.AskedHomes


async def ask_strangers(tx: Tx, batch: Batch, places: Sequence[int]) -> Strangers:
    wanted = [batch.wanted[place] for place in places]
    return Strangers(
        places,
        await receiving_queries.writers_without_thread(tx, wanted),
        await customers.ask_homes(tx, [newcomer(each) for each in wanted]),
    )


async def meet(
    tx: Tx, now: datetime, batch: Batch, found: Sequence[Any], asked: Strangers | None
) -> None:
    """Take each writer and their thread, locked; give those we have not met a home and a thread."""
    take_writers(batch, range(len(batch.wanted)), found)
    for place in threadless(batch):
        if batch.wanted[place].quote_id:
            batch.answers[place] = unknown_quote()
    missing = threadless(batch)
    if missing:
        if asked is None or not set(missing) <= set(asked.places):
            asked = await ask_strangers(tx, batch, missing)
        known = await asked.without_thread.fetchall()
        take_writers(
            batch, asked.places, [each for each in known if asked.places[each[0]] in missing]
        )
        homes = dict(zip(asked.places, await customers.read_homes(asked.homes), strict=True))
        unknown = [place for place in missing if place not in batch.of_place]
        await register(tx, now, batch, {place: homes[place] for place in unknown})
    if batch.new_threads:
        await queries.add_threads(tx, now, batch.new_threads)


def threadless(batch: Batch) -> list[int]:
    """Who has no thread yet; so there is nothing that they could quote."""
    return [place for place in batch.open_places() if place not in batch.of_place]


def take_writers(batch: Batch, places: Sequence[int], found: Sequence[Any]) -> None:
    by_customer: dict[str, str] = {t.customer_id: t.id for t in batch.new_threads}
    for writer in (receiving_queries.Writer(*each) for each in found):
        thread_id = writer.thread_id or by_customer.get(writer.customer_id)
        if thread_id is None:
            thread_id = open_thread(batch, writer.customer_id, writer.home_id)
            by_customer[writer.customer_id] = thread_id
        elif thread_id not in batch.threads:
            batch.threads[thread_id] = Thread(
                thread_id, writer.customer_id, writer.home_id, writer.last_number
            )
        batch.of_place[places[writer.place]] = thread_id
        batch.records[places[writer.place]] = writer.record_id


def open_thread(batch: Batch, customer_id: str, home_id: str) -> str:
    thread = Thread(new_id(), customer_id, home_id, 0)
    batch.threads[thread.id] = thread
    batch.new_threads.append(thread)
    return thread.id


async def register(
    tx: Tx, now: datetime, batch: Batch, homes: Mapping[int, Choice | Refused]
) -> None:
    """Meet newcomers. One whose home is another community is asked there."""
    ours: dict[Any, list[int]] = {}
    welcome = []
    for place, home in homes.items():
        who = newcomer(batch.wanted[place])
        if isinstance(home, Refused):
            batch.answers[place] = home
        elif home.community_id != batch.community_id:
            batch.answers[place] = Elsewhere(home.community_id)
        else:
            if who.address not in ours:
                welcome.append((who, home))
            ours.setdefault(who.address, []).append(place)
    if welcome:
        ids = await customers.register_many(tx, now, welcome)
        for (who, home), customer_id in zip(welcome, ids, strict=True):
            thread_id = open_thread(batch, customer_id, home.community_id)
            batch.of_place.update(dict.fromkeys(ours[who.address], thread_id))


def newcomer(incoming: Incoming) -> Newcomer:
    return Newcomer(
        incoming.address, incoming.name[:200], incoming.area, language=incoming.language
    )


# 3. Which case is it about, and what does it do to the episode?


async def join(tx: Tx, now: datetime, batch: Batch, found: Sequence[Any]) -> None:
    """Give each message its case and episode, in the order of arrival."""
    for case, episode in map(receiving_queries.read_living, found):
        batch.cases[case.id] = case
        if episode:
            batch.episodes[case.id] = episode
    places = [place for place in batch.open_places() if place in batch.of_place]
    quotes = await quoted_cases(tx, [batch.wanted[place] for place in places])
    for place in places:
        join_one(now, batch, place, quotes)


async def quoted_cases(tx: Tx, wanted: Sequence[Incoming]) -> dict[str, tuple[str, str]]:
    ids = [each.quote_id for each in wanted if each.quote_id]
    return await queries.cases_quoted(tx, ids) if ids else {}


def join_one(now: datetime, batch: Batch, place: int, quotes: dict[str, tuple[str, str]]) -> None:
    incoming, thread = batch.wanted[place], batch.threads[batch.of_place[place]]
    quote = quotes.get(incoming.quote_id or "")
    if incoming.quote_id and (quote is None or quote[0] != thread.id):
        batch.answers[place] = unknown_quote()
        return
    theirs = [case for case in batch.cases.values() if case.thread_id == thread.id]
    case = rules.which_case(theirs, quote[1] if quote else None)
    stream = case.community_id if case else thread.community_id
    if stream != batch.community_id:
        batch.answers[place] = Elsewhere(stream)
        return
    case = case or open_case(now, batch, thread, incoming)
    episode = turn(now, batch, case, incoming)
    take_message(now, batch, place, thread, case, episode)


def unknown_quote() -> Invalid:
    return Invalid(
        "The quoted message is not in this conversation.", "unknown_quote", field="quote"
    )


def open_case(now: datetime, batch: Batch, thread: Thread, incoming: Incoming) -> Case:
    case = Case(
        id=new_id(),
        thread_id=thread.id,
        customer_id=thread.customer_id,
        community_id=batch.community_id,
        topic=incoming.topic,
        title=rules.title_of(incoming.text),
        state="open",
        opened_at=now,
        spoken_at=now,
    )
    batch.cases[case.id] = case
    batch.new_cases.append(case)
    return case


def turn(now: datetime, batch: Batch, case: Case, incoming: Incoming) -> Episode:
    """The case's live episode after the customer's turn: attended or queued stays, whatever rests needs us again."""
    if case.state == "watched":
        case.state, case.watch_ends_at = "open", None
        batch.reopened.append(case)
    case.spoken_at = now
    episode = batch.episodes.get(case.id)
    if episode is not None and episode.needs_us:
        return episode
    if episode is None:
        episode = new_episode(now, case, incoming)
    community = batch.community
    assert community is not None
    promise = rules.answer_by(
        community.settings,
        community.clock,
        episode.channel,
        first=case.answered_at is None,
        now=now,
    )
    episode = batch.episodes[case.id] = batch.changed[episode.id] = rules.needing_us(
        episode, promise, now
    )
    return episode


def new_episode(now: datetime, case: Case, incoming: Incoming) -> Episode:
    return Episode(
        id=new_id(),
        case_id=case.id,
        thread_id=case.thread_id,
        community_id=case.community_id,
        channel=incoming.channel,
        state="queued",
        opened_at=now,
    )


def take_message(
    now: datetime, batch: Batch, place: int, thread: Thread, case: Case, episode: Episode
) -> None:
    incoming = batch.wanted[place]
    thread.last_number += 1
    batch.messages[place] = Message(
        id=new_id(),
        thread_id=thread.id,
        number=thread.last_number,
        community_id=batch.community_id,
        case_id=case.id,
        episode_id=episode.id,
        kind="customer",
        channel=incoming.channel,
        author_id=None,
        text=incoming.text,
        quote_id=incoming.quote_id,
        sent_at=incoming.sent_at,
        at=now,
        record_id=batch.records.get(place),
    )


# 4. Write it, say what happened, answer


async def write(tx: Tx, now: datetime, batch: Batch) -> None:
    messages = list(batch.messages.values())
    if not messages:
        return
    for case in batch.new_cases:
        await queries.add_case(tx, case)
    for case in batch.reopened:
        await queries.save_case(tx, case)
        await resolution_queries.undo_resolution(tx, now, case.id, "customer")
    for episode in batch.changed.values():
        await queries.save_episode(tx, episode)
    await receiving_queries.add_said(tx, now, messages)
    await claim(tx, batch)
    tell(tx, now, batch)


async def claim(tx: Tx, batch: Batch) -> None:
    """Tie uploads to their messages; a missing one fails the message, which then fails alone."""
    for place, message in batch.messages.items():
        incoming = batch.wanted[place]
        wanted = incoming.attachment_ids
        if wanted and len(wanted) != await queries.claim_attachments(
            tx, incoming.key_owner, wanted, message.id, message.thread_id
        ):
            raise Invalid(
                "An attachment is not there any more: add it again.", "unknown_attachment"
            )


def tell(tx: Tx, now: datetime, batch: Batch) -> None:
    """Emit in the order of cause: cases, reopenings, messages, and then which episodes need somebody."""
    stream = batch.community_id
    for case in batch.new_cases:
        emit(tx, stream, "case_opened", now, case_ids(case))
    for case in batch.reopened:
        emit(tx, stream, "case_reopened", now, case_ids(case), by="customer")
    for message in batch.messages.values():
        case = batch.cases[message.case_id]
        ids = {**case_ids(case), "episode": message.episode_id, "message": message.id}
        ids["expert"] = batch.episodes[case.id].answering_id
        emit(
            tx, stream, "message_received", now, ids, number=message.number, channel=message.channel
        )
    for episode in batch.changed.values():
        ids = {**case_ids(batch.cases[episode.case_id]), "episode": episode.id}
        new = episode.opened_at == now
        emit(tx, stream, "episode_needs_us", now, ids, channel=episode.channel, new=new)


def case_ids(case: Case) -> dict[str, str | None]:
    """The ids that every event of a case carries."""
    return {
        "thread": case.thread_id,
        "customer": case.customer_id,
        "case": case.id,
        "owner": case.owner_id,
    }


async def answer(tx: Tx, now: datetime, batch: Batch, placed: Mapping[str, Placement]) -> None:
    """Receipts for what was taken in, kept under their keys; twins get the receipt of the first."""
    kept = []
    for place, message in batch.messages.items():
        case = batch.cases[message.case_id]
        receipt = receipt_of(message, case, batch.episodes[case.id], placed)
        batch.answers[place] = receipt
        kept.append((batch.wanted[place], written_receipt(receipt)))
    if kept:
        await receiving_queries.add_keys(tx, now, kept)
    for place, first in batch.twins.items():
        batch.answers[place] = batch.answers[first]
