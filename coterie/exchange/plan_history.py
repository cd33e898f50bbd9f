"""A log of another system as planning needs it: contacts by half-hour, effort, who gave up waiting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from coterie.exchange.log import Log
from coterie.exchange.log_mapping import read_log_mapping
from coterie.exchange.log_order import Order, in_order
from coterie.exchange.log_usable import check_hours, usable_log
from coterie.exchange.logs import Watch
from coterie.exchange.relive import touches_of
from coterie.kit.errors import Invalid
from coterie.planning.demand.contacts import VOICE, Contacts, channel_of, check_channel
from coterie.planning.demand.handling import Handled, handled
from coterie.planning.demand.model import HALF_HOURS, Bools, Floats
from coterie.twin.relive.model import Touch

Ints = NDArray[np.int64]
SECOND_US = 1_000_000
HALF_HOUR_S, QUARTER_S = 1800, 900
LATEST = 300_000
"""So many of the newest events say how long things take: more say nothing new."""
COUNTS = "map a column that says the hour, or give counts by half-hour (plan forecast --counts)"
"""What else would do where a log says days only."""
GAVE_UP = frozenset(("abandoned", "abandon", "hung up", "hang-up", "gave up"))
"""What an event is called, in small letters, by which a customer gives up waiting."""


@dataclass(frozen=True, slots=True)
class History:
    """What a log says of demand. `unknown_channels`: words that were taken for the channel that was given, with how many contacts.

    `notes`: what a reader should know, in sentences.
    """

    contacts: Contacts
    efforts: Handled
    waits: Floats
    gave_up: Bools
    unknown_channels: dict[str, int]
    notes: Sequence[str] = ()


def read_history(
    path: Path,
    mapping: Path | None,
    zone: str | None,
    channel: str,
    watch: Watch,
    *,
    effort: bool = True,
) -> History:
    """What a log says of demand. Raises `Invalid` in words.

    `zone`: whose clock half-hours are on, and times that say no zone where the mapping doesn't either; the mapping's, or UTC.
    `channel`: what a contact counts as that names none we know. Without `effort` nobody looks how long things took.
    """
    check_channel(channel)
    how = read_log_mapping(mapping)
    clock = zone_of(zone) if zone else how.zone or ZoneInfo("UTC")
    log, notes = usable_log(path, replace(how, zone=how.zone or clock), watch)
    order = in_order(log)
    contacts, unknown = contacts_of(log, order, clock, channel)
    check_hours(path, how, openings(log, order), COUNTS)
    waits, gave_up = waits_of(log, order, contacts.of_kind(VOICE))
    worked = handled(latest(log, order) if effort else [])
    return History(contacts, worked, waits, gave_up, unknown, notes)


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(f"{name!r} is no time zone: name one such as Australia/Sydney.", "zone", "zone") from error  # fmt: skip


def contacts_of(
    log: Log, order: Order, zone: ZoneInfo, channel: str
) -> tuple[Contacts, dict[str, int]]:
    """The opening event of each case is a contact; what it doesn't say is what the case's next event says."""
    events, starts = np.array(order.events, dtype=np.int64), starts_of(order)
    opened = openings(log, order)
    half_hours = local_half_hours(opened, zone)
    first_day = int(half_hours.min()) // HALF_HOURS
    area, topic, said = (first_named(log, name, events, starts) for name in ("area", "topic", "channel"))  # fmt: skip
    channels, of_word, unknown = known_channels(log.names["channel"].names, said, channel)
    contacts = Contacts(
        (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(first_day)).date(),
        int(half_hours.max()) // HALF_HOURS - first_day + 1,
        half_hours - first_day * HALF_HOURS,
        area, topic, of_word[said],
        log.names["area"].names, log.names["topic"].names, channels,
    )  # fmt: skip
    return contacts, unknown


def openings(log: Log, order: Order) -> Ints:
    """When each case was opened, in microseconds since 1970."""
    return np.array(log.at, dtype=np.int64)[np.array(order.events, dtype=np.int64)[starts_of(order)]]  # fmt: skip


def starts_of(order: Order) -> Ints:
    """Where each case begins among the ordered events."""
    lengths = np.array(order.lengths, dtype=np.int64)[np.array(order.cases, dtype=np.int64)]
    return np.concatenate([[0], np.cumsum(lengths)[:-1]])


def first_named(log: Log, column: str, events: Ints, starts: Ints) -> Ints:
    """Of each case the first that it names there; 0 where it names none."""
    said = np.array(log.columns[column], dtype=np.int64)[events]
    far = len(said)
    places = np.where(said > 0, np.arange(far), far)
    first = np.minimum.reduceat(places, starts)
    ends = np.append(starts[1:], far)
    named = first < ends
    return np.where(named, said[np.minimum(first, far - 1)], 0)


def local_half_hours(at: Ints, zone: ZoneInfo) -> Ints:
    """Half-hours of the local clock since 1970: each quarter of an hour of the world's clock is looked up once."""
    seconds = at // SECOND_US
    world, where = np.unique(seconds // QUARTER_S, return_inverse=True)
    offsets = np.array([offset(int(each) * QUARTER_S, zone) for each in world], dtype=np.int64)
    return np.asarray((seconds + offsets[where]) // HALF_HOUR_S)


def offset(seconds: int, zone: ZoneInfo) -> int:
    """How many seconds the clock is before that of UTC then."""
    found = datetime.fromtimestamp(seconds, zone).utcoffset() or timedelta()
    return round(found.total_seconds())


def known_channels(
    words: Sequence[str], said: Ints, otherwise: str
) -> tuple[list[str], Ints, dict[str, int]]:
    """Our channels, which of them each word is, and the words that nobody knows, with how many contacts name them."""
    found = [channel_of(word, otherwise) for word in words]
    channels = sorted({channel for channel, _ in found})
    counts = np.bincount(said, minlength=len(words))
    unknown = {
        word: int(count)
        for word, (_, known), count in zip(words, found, counts, strict=False)
        if not known and count
    }
    return channels, np.array([channels.index(channel) for channel, _ in found]), unknown


def latest(log: Log, order: Order) -> list[Touch]:
    """The touches of the cases that were opened last: of some `LATEST` events."""
    if len(order.events) <= LATEST:
        return list(touches_of(log, order))
    events, starts = np.array(order.events, dtype=np.int64), starts_of(order)
    opened = openings(log, order)
    since = np.sort(np.repeat(opened, np.diff(np.append(starts, len(events)))))[-LATEST]
    newest = {case for case, at in zip(order.cases, opened, strict=True) if at >= since}
    some = [
        event
        for case, begin, end in zip(order.cases, starts, np.append(starts[1:], len(events)), strict=True)
        if case in newest
        for event in order.events[begin:end]
    ]  # fmt: skip
    part = Order(cases=[case for case in order.cases if case in newest], whose=order.whose, lengths=order.lengths)  # fmt: skip
    part.events.extend(some)
    return list(touches_of(log, part))


def waits_of(log: Log, order: Order, spoken: Bools) -> tuple[Floats, Bools]:
    """Seconds from each call to whoever came first, a person or the end of patience. Empty where the log has no such end.

    `spoken`: which cases are calls, in their order.
    """
    ending = {number for number, name in enumerate(log.names["event"].names) if name.casefold() in GAVE_UP}  # fmt: skip
    waits: list[float] = []
    ended: list[bool] = []
    if not ending:
        return np.zeros(0), np.zeros(0, dtype=bool)
    said, person, at = log.columns["event"], log.columns["agent"], log.at
    begin = 0
    for case, is_call in zip(order.cases, spoken, strict=True):
        events = order.events[begin : begin + order.lengths[case]]
        begin += order.lengths[case]
        last = next((e for e in events if said[e] in ending or person[e]), None)
        if is_call and last is not None:
            waits.append((at[last] - at[events[0]]) / SECOND_US)
            ended.append(said[last] in ending)
    return np.array(waits), np.array(ended, dtype=bool)
