"""The append-only log: facts without persons, numbered by the stream that they happened in.

A stream's row is its lock and its counter. Whoever holds it numbers its events without gaps and commits them in
that order; so a reader of one stream never skips any. The order of all streams is by era and transaction, read only
below the oldest transaction still running.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import AsyncCursor
from psycopg.types.json import Json

from coterie.kit.db import Tx, execute, rows

Values = Mapping[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log. `ids` name objects; `values` hold codes and numbers, never text or identities."""

    stream_id: str
    number: int
    at: datetime
    kind: str
    ids: dict[str, str]
    values: dict[str, Any]


@dataclass(slots=True)
class Record:
    """What one transaction has emitted so far, and the last number of each stream that it holds."""

    heads: dict[str, int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    asked: AsyncCursor[Any] | None = None
    seen: int = 0
    settle: "Callable[[], Awaitable[None]] | None" = None


_records: WeakKeyDictionary[Tx, Record] = WeakKeyDictionary()


def emit(
    tx: Tx,
    stream_id: str,
    kind: str,
    at: datetime,
    ids: Mapping[str, str | None],
    **values: str | float | bool | None,
) -> None:
    """Add a fact to this transaction. Ids that are None are left out. The stream must be held by the transaction."""
    record = _records[tx]
    number = record.heads[stream_id] + 1
    record.heads[stream_id] = number
    known = {name: id_ for name, id_ in ids.items() if id_ is not None}
    record.events.append(Event(stream_id, number, at, kind, known, values))


async def settle(tx: Tx) -> None:
    """Let the reactions to what was emitted so far happen now, for a verb whose answer depends on them."""
    react = _records[tx].settle
    if react is not None:
        await react()


def emitted(tx: Tx) -> Sequence[Event]:
    """What this transaction has emitted so far: how those below learn what those above did in it."""
    return _records[tx].events


def begin(tx: Tx) -> Record:
    """Start recording on a connection whose transaction has just begun."""
    record = _records[tx] = Record()
    return record


async def hold(tx: Tx, stream_ids: Sequence[str]) -> None:
    """Lock these streams in order of id, so that two transactions never wait for each other."""
    await ask_to_hold(tx, stream_ids)
    await held(tx)


async def ask_to_hold(tx: Tx, stream_ids: Sequence[str]) -> None:
    """Send the wish to hold these streams. In a pipeline, what is asked after it is answered under the lock."""
    record = _records[tx]
    wanted = sorted(set(stream_ids) - record.heads.keys())
    if wanted:
        record.asked = await tx.execute(
            """
            SELECT id, last_number
            FROM streams
            WHERE id = ANY(%s::uuid[])
            ORDER BY id
            FOR UPDATE
            """,
            [wanted],
        )


async def hold_all(tx: Tx) -> None:
    """Lock every stream, for a verb that may concern any of them."""
    found = await tx.execute("SELECT id FROM streams")
    await hold(tx, [id_ for (id_,) in await found.fetchall()])


async def held(tx: Tx) -> None:
    """Wait until what was asked for is held; needed before the first `emit`."""
    record = _records[tx]
    asked, record.asked = record.asked, None
    if asked is not None:
        record.heads.update(await asked.fetchall())


async def hold_if_free(tx: Tx, stream_id: str) -> bool:
    """Hold one more stream, unless somebody else does just now: whoever holds one already must not wait for another."""
    record = _records[tx]
    if stream_id in record.heads:
        return True
    asked = await tx.execute(
        "SELECT id, last_number FROM streams WHERE id = %s FOR UPDATE SKIP LOCKED", [stream_id]
    )
    record.heads.update(await asked.fetchall())
    return stream_id in record.heads


async def open_stream(tx: Tx, stream_id: str) -> None:
    """Begin a new stream, held by this transaction."""
    await execute(tx, "INSERT INTO streams (id) VALUES (%s)", [stream_id])
    _records[tx].heads[stream_id] = 0


async def write(tx: Tx, record: Record) -> None:
    """Write what was emitted and the streams' new last numbers: one statement, however many events.

    Who held one stream while they waited for another may have an older transaction than the last event there. Their
    events then take that one's, so that the order of all keeps the order of each. It only ever goes up: a reader
    below the oldest running transaction can't see them too early.
    """
    if not record.events:
        return
    befores: dict[str, int] = {}
    for event in record.events:
        befores.setdefault(event.stream_id, event.number - 1)
    await tx.execute(
        """
        WITH head AS (
            SELECT b.id, b.after, era.number AS era,
                greatest(pg_current_xact_id(), p.transaction) AS transaction
            FROM (SELECT max(number) AS number FROM eras) era
            CROSS JOIN json_to_recordset(%s) AS b (id uuid, before bigint, after bigint)
            LEFT JOIN LATERAL (
                SELECT l.transaction
                FROM events l
                WHERE l.stream_id = b.id AND l.number = b.before AND l.era = era.number
                LIMIT 1
            ) p ON true
        ), numbered AS (
            UPDATE streams s
            SET last_number = head.after
            FROM head
            WHERE s.id = head.id
        )
        INSERT INTO events (stream_id, number, era, transaction, at, kind, ids, values)
        SELECT e.stream_id, e.number, head.era, head.transaction, e.at, e.kind, e.ids, e.values
        FROM json_to_recordset(%s)
            AS e (stream_id uuid, number bigint, at timestamptz, kind text, ids jsonb, values jsonb)
        JOIN head ON head.id = e.stream_id
        """,
        [
            Json(
                [
                    {"id": id_, "before": before, "after": record.heads[id_]}
                    for id_, before in befores.items()
                ]
            ),
            Json([as_json(event) for event in record.events]),
        ],
    )


def as_json(event: Event) -> dict[str, Any]:
    return {
        "stream_id": event.stream_id,
        "number": event.number,
        "at": event.at.isoformat(),
        "kind": event.kind,
        "ids": event.ids,
        "values": event.values,
    }


async def begin_era(tx: Tx, now: datetime) -> None:
    """Begin a new era where this cluster has none: transaction ids of another cluster mean nothing here."""
    await execute(
        tx,
        """
        INSERT INTO eras (number, cluster, began_at)
        SELECT coalesce(max(number), 0) + 1, (SELECT system_identifier::text FROM pg_control_system()), %s
        FROM eras
        HAVING coalesce((array_agg(cluster ORDER BY number DESC))[1], '')
            <> (SELECT system_identifier::text FROM pg_control_system())
        """,
        [now],
    )


async def after(tx: Tx, stream_id: str, number: int, limit: int = 1000) -> list[Event]:
    """The events of one stream after a number, in order."""
    return await rows(
        tx,
        Event,
        """
        SELECT stream_id, number, at, kind, ids, values
        FROM events
        WHERE stream_id = %s AND number > %s
        ORDER BY number
        LIMIT %s
        """,
        [stream_id, number, limit],
    )


@dataclass(frozen=True, slots=True)
class Placed(Event):
    """An event with its place in the order of all streams."""

    era: int
    transaction: int


async def after_in_all(
    tx: Tx, era: int, transaction: int, stream_id: str, number: int, limit: int = 1000
) -> list[Placed]:
    """The events of all streams after a place, in the order of all, below the oldest running transaction."""
    return await rows(
        tx,
        Placed,
        """
        SELECT stream_id, number, at, kind, ids, values, era, transaction::text::bigint AS transaction
        FROM events
        WHERE (era, transaction, stream_id, number) > (%s::smallint, %s::text::xid8, %s::uuid, %s::bigint)
          AND (era < (SELECT max(number) FROM eras)
               OR transaction < pg_snapshot_xmin(pg_current_snapshot()))
        ORDER BY era, transaction, stream_id, number
        LIMIT %s
        """,
        [era, str(transaction), stream_id, number, limit],
    )
