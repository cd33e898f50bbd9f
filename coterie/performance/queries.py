"""All SQL of figures: the lives to read, the answers they gave, the sums of days."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from coterie.kit.db import Tx, execute, row, rows, value
from coterie.performance.folds import GROUPS
from coterie.performance.scorecard import BY_NAME

FIGURES = list(BY_NAME)

# How far the log has been read


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the order of all, and the customer up to whom a walk has come."""

    version: int
    era: int
    transaction: int
    stream_id: str
    number: int
    walked: str | None


async def mark(tx: Tx) -> Mark | None:
    """Taken for this transaction. None where somebody else has it just now."""
    return await row(
        tx,
        Mark,
        """
        SELECT version, era, transaction::text::bigint AS transaction, stream_id, number, walked
        FROM figures_read
        FOR UPDATE SKIP LOCKED
        """,
    )


async def is_due(tx: Tx, now: datetime) -> bool:
    """Whether the log is to be read on."""
    return bool(await value(tx, "SELECT due_at <= %s FROM figures_read", [now]))


async def rest_until(tx: Tx, at: datetime) -> None:
    await execute(tx, "UPDATE figures_read SET due_at = %s", [at])


async def begin_walk(tx: Tx, version: int) -> None:
    """Everything anew: what happens from now on is read from here, what has happened by walking over customers."""
    await tx.execute("TRUNCATE figure_answers, figure_days, figure_months, figure_months_due")
    await execute(
        tx,
        """
        UPDATE figures_read
        SET version = %s, era = (SELECT max(number) FROM eras), transaction = pg_snapshot_xmin(pg_current_snapshot()),
            stream_id = %s, number = 0, walked = %s
        """,
        [version, NOBODY, NOBODY],
    )


NOBODY = "00000000-0000-0000-0000-000000000000"
"""Before the first."""


async def save_mark(tx: Tx, mark: Mark) -> None:
    await execute(
        tx,
        """
        UPDATE figures_read
        SET era = %s, transaction = %s::text::xid8, stream_id = %s, number = %s, walked = %s
        """,
        [mark.era, str(mark.transaction), mark.stream_id, mark.number, mark.walked],
    )


async def all_read(tx: Tx) -> bool:
    """Whether nothing has happened after the mark."""
    return bool(
        await value(
            tx,
            """
            SELECT NOT EXISTS (
                SELECT FROM events e, figures_read f
                WHERE (e.era, e.transaction, e.stream_id, e.number) > (f.era, f.transaction, f.stream_id, f.number))
            """,
        )
    )


async def being_made(tx: Tx, version: int) -> bool:
    """Whether everything is being made anew from the log just now, so that figures are not whole."""
    return bool(
        await value(tx, "SELECT version <> %s OR walked IS NOT NULL FROM figures_read", [version])
    )


async def zones(tx: Tx) -> dict[str, str]:
    """The zone of each community, also of those that are closed."""
    found = await tx.execute("SELECT id, zone FROM communities")
    return dict(await found.fetchall())


async def persons(tx: Tx, customer_ids: Sequence[str]) -> list[str]:
    """Whose lives these are: where two records are one person, the one that stands for both."""
    found = await tx.execute(
        "SELECT DISTINCT coalesce(merged_id, id) FROM customers WHERE id = ANY(%s::uuid[])",
        [list(customer_ids)],
    )
    return [id_ for (id_,) in await found.fetchall()]


async def persons_after(tx: Tx, customer_id: str, limit: int) -> list[str]:
    """The next on a walk over all customers."""
    found = await tx.execute(
        "SELECT id FROM customers WHERE id > %s AND merged_id IS NULL ORDER BY id LIMIT %s",
        [customer_id, limit],
    )
    return [id_ for (id_,) in await found.fetchall()]


@dataclass(frozen=True, slots=True)
class Lived:
    """One person's events as JSON: [stream_id, at, kind, ids, values], in the order of the log."""

    person_id: str
    events: str


async def lives(tx: Tx, person_ids: Sequence[str], kinds: Sequence[str]) -> list[Lived]:
    """What these persons have been through. Who has been through nothing is left out."""
    return await rows(
        tx,
        Lived,
        """
        SELECT p.person_id,
            json_agg(json_build_array(e.stream_id, e.at, e.kind, e.ids, e.values)
                ORDER BY e.era, e.transaction, e.stream_id, e.number)::text AS events
        FROM (
            SELECT id AS customer_id, id AS person_id FROM unnest(%(persons)s::uuid[]) AS id
            UNION ALL
            SELECT id, merged_id FROM customers WHERE merged_id = ANY(%(persons)s::uuid[])
        ) p
        JOIN events e ON (e.ids ->> 'customer')::uuid = p.customer_id AND e.ids ? 'customer'
        WHERE e.kind = ANY(%(kinds)s)
        GROUP BY p.person_id
        """,
        {"persons": list(person_ids), "kinds": list(kinds)},
    )


# What they answered


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it is stored."""

    customer_id: str
    figure: str
    record_id: str
    community_id: str
    case_id: str
    at: datetime
    day: date
    value: float


async def kept(tx: Tx, customer_ids: Sequence[str]) -> list[Kept]:
    return await rows(
        tx, Kept, "SELECT * FROM figure_answers WHERE customer_id = ANY(%s::uuid[])", [list(customer_ids)]
    )  # fmt: skip


async def drop(tx: Tx, gone: Sequence[Kept]) -> None:
    await tx.execute(
        """
        DELETE FROM figure_answers a
        USING unnest(%s::uuid[], %s::text[], %s::uuid[]) AS g (customer_id, figure, record_id)
        WHERE (a.customer_id, a.figure, a.record_id) = (g.customer_id, g.figure, g.record_id)
        """,
        [
            [each.customer_id for each in gone],
            [each.figure for each in gone],
            [each.record_id for each in gone],
        ],
    )


async def keep(tx: Tx, new: Sequence[Kept]) -> None:
    async with tx.cursor() as cursor:
        sql = "COPY figure_answers (customer_id, figure, record_id, community_id, case_id, at, day, value) FROM STDIN"  # fmt: skip
        async with cursor.copy(sql) as copy:
            for each in new:
                await copy.write_row(
                    (each.customer_id, each.figure, each.record_id, each.community_id, each.case_id, each.at,
                     each.day, each.value)
                )  # fmt: skip


async def sum_up(tx: Tx, days: Sequence[tuple[str, date]]) -> None:
    """Make the sums of these days of communities anew from the answers."""
    given = {
        "communities": [community_id for community_id, _ in days],
        "days": [day for _, day in days],
        "figures": FIGURES,
        "groups": GROUPS,
    }
    await tx.execute(
        """
        DELETE FROM figure_days f
        USING unnest(%(communities)s::uuid[], %(days)s::date[]) AS d (community_id, day)
        WHERE f.community_id = d.community_id AND f.figure = ANY(%(figures)s) AND f.day = d.day
        """,
        given,
    )
    await tx.execute(
        """
        INSERT INTO figure_days (community_id, figure, day, groups, numbers, sums)
        SELECT community_id, figure, day, array_agg(place), array_agg(number), array_agg(sum)
        FROM (
            SELECT a.community_id, a.figure, a.day,
                ('x' || right(a.customer_id::text, 2))::bit(8)::int %% %(groups)s AS place,
                count(*) AS number, sum(a.value) AS sum
            FROM unnest(%(communities)s::uuid[], %(days)s::date[]) AS d (community_id, day)
            JOIN figure_answers a
                ON a.community_id = d.community_id AND a.figure = ANY(%(figures)s) AND a.day = d.day
            GROUP BY 1, 2, 3, 4
        ) s
        GROUP BY community_id, figure, day
        """,
        given,
    )
    await tx.execute(
        """
        WITH months AS (
            SELECT DISTINCT d.community_id, date_trunc('month', d.day)::date AS month
            FROM unnest(%(communities)s::uuid[], %(days)s::date[]) AS d (community_id, day)
        ), gone AS (
            DELETE FROM figure_months f
            USING months m
            WHERE f.community_id = m.community_id AND f.figure = ANY(%(figures)s) AND f.month = m.month
        )
        INSERT INTO figure_months_due (month, community_id)
        SELECT month, community_id FROM months
        ON CONFLICT DO NOTHING
        """,
        given,
    )


async def sum_up_all(tx: Tx) -> None:
    """Make the sums of all days from all answers, where there are none yet."""
    await tx.execute(
        """
        INSERT INTO figure_days (community_id, figure, day, groups, numbers, sums)
        SELECT community_id, figure, day, array_agg(place), array_agg(number), array_agg(sum)
        FROM (
            SELECT community_id, figure, day, ('x' || right(customer_id::text, 2))::bit(8)::int %% %s AS place,
                count(*) AS number, sum(value) AS sum
            FROM figure_answers
            GROUP BY 1, 2, 3, 4
        ) s
        GROUP BY community_id, figure, day
        """,
        [GROUPS],
    )
    await tx.execute(
        """
        INSERT INTO figure_months_due
        SELECT DISTINCT date_trunc('month', day)::date, community_id FROM figure_days
        ON CONFLICT DO NOTHING
        """
    )


async def add_up_month(tx: Tx, before: date) -> bool:
    """Add up one month that is over before that day and waits for it; False where none does."""
    found = await tx.execute(
        """
        WITH due AS (
            DELETE FROM figure_months_due
            WHERE (month, community_id) = (
                SELECT month, community_id
                FROM figure_months_due
                WHERE month < date_trunc('month', %s::date)::date
                ORDER BY month, community_id
                LIMIT 1)
            RETURNING month, community_id
        ), added AS (
            INSERT INTO figure_months (community_id, figure, month, groups, numbers, sums)
            SELECT community_id, figure, month, array_agg(place), array_agg(number), array_agg(sum)
            FROM (
                SELECT f.community_id, f.figure, d.month, g.place, sum(g.number) AS number, sum(g.sum) AS sum
                FROM due d
                JOIN figure_days f ON f.community_id = d.community_id AND f.figure = ANY(%s)
                    AND f.day >= d.month AND f.day < d.month + interval '1 month'
                CROSS JOIN unnest(f.groups, f.numbers, f.sums) AS g (place, number, sum)
                GROUP BY f.community_id, f.figure, d.month, g.place
            ) s
            GROUP BY community_id, figure, month
        )
        SELECT count(*) FROM due
        """,
        [before, FIGURES],
    )
    [(number,)] = await found.fetchall()
    return bool(number)


# What a scorecard asks


@dataclass(frozen=True, slots=True)
class Sum:
    """What a group of customers adds to a figure over some days."""

    figure: str
    number: int
    sum: float


@dataclass(frozen=True, slots=True)
class Ordered:
    """Every answer to a figure over some days, from the least on."""

    figure: str
    values: list[float]


async def ordered(
    tx: Tx, community_ids: Sequence[str], figures: Sequence[str], since: date, until: date
) -> list[Ordered]:
    """For figures that sums don't tell; both ends are included. Figures that nobody answered are left out."""
    return await rows(
        tx,
        Ordered,
        """
        SELECT figure, array_agg(value ORDER BY value) AS values
        FROM figure_answers
        WHERE community_id = ANY(%s::uuid[]) AND figure = ANY(%s) AND day BETWEEN %s AND %s
        GROUP BY figure
        """,
        [list(community_ids), list(figures), since, until],
    )


async def not_above(
    tx: Tx, community_ids: Sequence[str], figure: str, since: date, until: date, value: float
) -> list[Sum]:
    """By group of customers: how many answers, and how many of them are not above a value."""
    return await rows(
        tx,
        Sum,
        """
        SELECT figure, count(*) AS number, count(*) FILTER (WHERE value <= %s)::double precision AS sum
        FROM figure_answers
        WHERE community_id = ANY(%s::uuid[]) AND figure = %s AND day BETWEEN %s AND %s
        GROUP BY figure, ('x' || right(customer_id::text, 2))::bit(8)::int %% %s
        """,
        [value, list(community_ids), figure, since, until, GROUPS],
    )


async def days(tx: Tx, medians: Sequence[str]) -> AsyncIterator[Sequence[Any]]:
    """Each figure of each community and day: community id and name, day, figure, n, value (a median of these, else a mean)."""
    async with tx.cursor(name="figures_by_day") as cursor:
        cursor.itersize = 10_000
        await cursor.execute(
            """
            SELECT a.community_id, y.name, a.day, a.figure, count(*),
                CASE WHEN a.figure = ANY(%s) THEN percentile_cont(0.5) WITHIN GROUP (ORDER BY a.value)
                    ELSE avg(a.value) END
            FROM figure_answers a
            JOIN communities y ON y.id = a.community_id
            GROUP BY a.community_id, y.name, a.figure, a.day
            ORDER BY lower(y.name), a.community_id, a.day, a.figure
            """,
            [list(medians)],
        )
        async for row in cursor:
            yield row
