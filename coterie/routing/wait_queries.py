"""All SQL of waits: who is ahead, when somebody is planned, how waits went, how many times were kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import AsyncCursor

from coterie.communities.staffed import Span
from coterie.kit.db import Tx, ask, execute, row, rows
from coterie.routing.honest import DAYS, RECENT, Place, Wait
from coterie.routing.model import Need


@dataclass(frozen=True, slots=True)
class Line:
    """Who waits before one need: how many of its seat, and the last time given to one of its family and language."""

    ahead: int
    last_given: datetime | None


async def ask_line(tx: Tx, need: Need, family: str) -> AsyncCursor[Line]:
    return await ask(
        tx,
        Line,
        """
        SELECT count(*) FILTER (WHERE (e.channel = 'voice') = (%(family)s = 'voice')) AS ahead,
            max(e.time_given) FILTER (WHERE w.family = %(family)s AND w.language = %(language)s) AS last_given
        FROM waits w
        JOIN episodes e ON e.id = w.episode_id AND e.state = 'queued'
        WHERE w.community_id = %(community)s AND w.ended_at IS NULL
          AND (e.waiting_since, e.id) < (%(since)s::timestamptz, %(episode)s::uuid)
        """,
        {
            "family": family,
            "language": need.language,
            "community": need.community_id,
            "since": need.waiting_since,
            "episode": need.episode_id,
        },
    )


async def ask_recent(
    tx: Tx, now: datetime, community_id: str, family: str, limit: int = RECENT
) -> AsyncCursor[Wait]:
    """How the last waits of a channel family went, or have gone so far where their time has passed; the last first."""
    return await ask(
        tx,
        Wait,
        """
        SELECT began, ahead, positions, seconds, kept, ended_at IS NOT NULL AS over
        FROM waits
        WHERE community_id = %s AND family = %s AND at > %s AND seconds IS NOT NULL
        ORDER BY at DESC
        LIMIT %s
        """,
        [community_id, family, now - timedelta(days=DAYS), limit],
    )


async def planned(
    tx: Tx, community_id: str, seat: str, language: str, since: datetime, until: datetime
) -> list[Span]:
    """When somebody with this seat and language is planned, in order and apart. Nobody is while they are absent."""
    cursor = await tx.execute(
        """
        SELECT lower(span), upper(span)
        FROM unnest((
            SELECT range_agg(free)
            FROM (
                SELECT unnest(
                    tstzmultirange(tstzrange(h.starts_at, h.ends_at)) - coalesce(b.spans, '{}')
                ) AS free
                FROM memberships m
                JOIN experts x ON x.id = m.expert_id
                JOIN shifts h ON h.expert_id = m.expert_id
                LEFT JOIN LATERAL (
                    SELECT range_agg(tstzrange(a.starts_at, a.ends_at)) AS spans
                    FROM absences a
                    WHERE a.expert_id = m.expert_id AND a.ended_at IS NULL AND a.cancelled_at IS NULL
                ) b ON true
                WHERE m.community_id = %(community)s AND m.until IS NULL
                  AND %(seat)s = ANY(x.seats) AND (%(language)s = '' OR %(language)s = ANY(x.languages))
                  AND h.ends_at > %(since)s AND h.starts_at < %(until)s
            ) f
        )) AS span
        ORDER BY 1
        """,
        {
            "community": community_id,
            "seat": seat,
            "language": language,
            "since": since,
            "until": until,
        },
    )
    return await cursor.fetchall()


async def add_wait(
    tx: Tx, now: datetime, need: Need, family: str, place: Place, first_given: datetime
) -> None:
    await execute(
        tx,
        """
        INSERT INTO waits (episode_id, at, community_id, family, language, began, ahead, positions, first_given)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            need.episode_id, now, need.community_id, family, need.language, place.began, place.ahead,
            place.positions, first_given,
        ],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Over:
    """A wait that is over: answered at a time, or ended without an answer."""

    episode_id: str
    case_id: str
    customer_id: str
    at: datetime
    family: str
    language: str
    ahead: int
    first_given: datetime
    answered_at: datetime | None


async def over(tx: Tx, community_id: str) -> list[Over]:
    """Waits still kept as running whose episode has been answered since, or needs nobody any more."""
    return await rows(
        tx,
        Over,
        """
        SELECT w.episode_id, e.case_id, k.customer_id, w.at, w.family, w.language, w.ahead, w.first_given,
            CASE WHEN e.turn_at >= w.at THEN e.turn_at END AS answered_at
        FROM waits w
        JOIN episodes e ON e.id = w.episode_id
        JOIN cases k ON k.id = e.case_id
        WHERE w.community_id = %s AND w.ended_at IS NULL
          AND (e.state NOT IN ('queued', 'attended') OR e.waiting_since > w.at)
        ORDER BY w.at, w.episode_id
        """,
        [community_id],
    )


async def note_so_far(tx: Tx, episode_id: str, seconds: float) -> None:
    """The first time of this wait has passed, and it goes on."""
    await execute(
        tx,
        "UPDATE waits SET seconds = %s, kept = false WHERE episode_id = %s AND ended_at IS NULL",
        [seconds, episode_id],
    )


async def end_wait(tx: Tx, now: datetime, episode_id: str, seconds: float, *, kept: bool) -> None:
    await execute(
        tx,
        """
        UPDATE waits
        SET seconds = %s, kept = %s, ended_at = %s
        WHERE episode_id = %s AND ended_at IS NULL
        """,
        [seconds, kept, now, episode_id],
    )


async def drop_wait(tx: Tx, episode_id: str) -> None:
    """It ended in time and without an answer: it tells nothing about times."""
    await execute(tx, "DELETE FROM waits WHERE episode_id = %s AND ended_at IS NULL", [episode_id])


@dataclass(frozen=True, slots=True)
class Busy:
    """Whether anybody stands in the queue, and whether any wait is still kept as running."""

    queue: bool
    waits: bool


async def busy(tx: Tx, community_id: str) -> Busy:
    found = await row(
        tx,
        Busy,
        """
        SELECT
            EXISTS (SELECT FROM episodes WHERE community_id = %(community)s AND state = 'queued') AS queue,
            EXISTS (SELECT FROM waits WHERE community_id = %(community)s AND ended_at IS NULL) AS waits
        """,
        {"community": community_id},
    )
    assert found is not None
    return found


SHOWN = timedelta(days=7)
"""So far back the share of times kept is counted."""
FEWEST_SHOWN = 20
HONEST = 0.85, 0.97
"""A share below means that customers are told too little, one above that they are told too much."""


@dataclass(frozen=True, slots=True)
class TimesKept:
    """How many of the times given of late were kept, in a community."""

    community_id: str
    kept: int
    n: int

    @property
    def share(self) -> float:
        return self.kept / self.n

    @property
    def shown(self) -> bool:
        """Fewer tell nothing."""
        return self.n >= FEWEST_SHOWN

    @property
    def honest(self) -> bool:
        return HONEST[0] <= self.share <= HONEST[1]


async def times_kept(tx: Tx, since: datetime, only: Sequence[str] | None = None) -> list[TimesKept]:
    """Of the waits that ended, or whose time passed, since then; communities without any are left out."""
    return await rows(
        tx,
        TimesKept,
        """
        SELECT community_id, count(*) FILTER (WHERE kept) AS kept, count(*) AS n
        FROM waits
        WHERE (ended_at > %(since)s OR (ended_at IS NULL AND kept IS NOT NULL))
          AND (%(only)s::uuid[] IS NULL OR community_id = ANY(%(only)s::uuid[]))
        GROUP BY community_id
        """,
        {"since": since, "only": None if only is None else list(only)},
    )
