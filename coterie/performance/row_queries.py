"""SQL of what stands behind a figure: the customers, worst served first; its sums by week, and by community."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from coterie.kit.db import Tx, rows


@dataclass(frozen=True, slots=True)
class Served:
    """What one customer answered to a figure over some days.

    `last_...` is their last bad answer, or their last where none was bad. `opens`: their thread is the community's to
    read; else neither name nor title is told, since they are at home elsewhere now.
    """

    place: int
    customer_id: str
    name: str
    opens: bool
    n: int
    bad: int
    last_value: float
    last_at: datetime
    case_id: str
    thread_id: str | None
    title: str
    customers: int
    """How many customers answered at all."""
    badly: int
    """How many of them badly."""


async def served(
    tx: Tx,
    community_id: str,
    figure: str,
    since: date,
    until: date,
    *,
    bar: float,
    low_is_good: bool,
    by_value: bool,
    limit: int,
    offset: int = 0,
) -> list[Served]:
    """The customers behind a figure, worst served first; both days are included.

    An answer is bad beyond `bar`: below it, or above it where low is good. Most bad answers first, or with `by_value` the
    worst answer; then whose fewer answers these are of; then the latest. The order is total.
    """
    return await rows(
        tx,
        Served,
        """
        WITH served AS (
            SELECT customer_id, count(*) AS n,
                count(*) FILTER (WHERE value * %(sign)s > %(bar)s * %(sign)s) AS bad,
                max(value * %(sign)s) AS badness,
                max(day) FILTER (WHERE value * %(sign)s > %(bar)s * %(sign)s) AS lately
            FROM figure_answers
            WHERE community_id = %(community)s AND figure = %(figure)s
              AND day BETWEEN %(since)s AND %(until)s
            GROUP BY customer_id
        ), page AS (
            SELECT customer_id, n, bad,
                count(*) OVER () AS customers,
                count(*) FILTER (WHERE bad > 0) OVER () AS badly,
                row_number() OVER (
                    ORDER BY CASE WHEN %(by_value)s THEN badness ELSE bad END DESC, bad DESC, n,
                        lately DESC NULLS LAST, customer_id
                ) AS place
            FROM served
            ORDER BY place
            LIMIT %(limit)s OFFSET %(offset)s
        )
        SELECT p.place, p.customer_id, p.n, p.bad, p.customers, p.badly,
            l.value AS last_value, l.at AS last_at, l.case_id,
            CASE WHEN o.opens THEN c.name ELSE '' END AS name,
            CASE WHEN o.opens THEN coalesce(nullif(k.title, ''), k.topic) ELSE '' END AS title,
            o.opens, k.thread_id
        FROM page p
        CROSS JOIN LATERAL (
            SELECT a.value, a.at, a.case_id
            FROM figure_answers a
            WHERE a.customer_id = p.customer_id AND a.figure = %(figure)s
              AND a.community_id = %(community)s AND a.day BETWEEN %(since)s AND %(until)s
            ORDER BY a.value * %(sign)s > %(bar)s * %(sign)s DESC, a.at DESC, a.record_id
            LIMIT 1
        ) l
        LEFT JOIN customers c ON c.id = p.customer_id
        LEFT JOIN cases k ON k.id = l.case_id
        LEFT JOIN threads t ON t.id = k.thread_id
        CROSS JOIN LATERAL (
            SELECT t.id IS NOT NULL AND (
                t.community_id = %(community)s
                OR EXISTS (
                    SELECT FROM cases r
                    WHERE r.thread_id = t.id AND r.community_id = %(community)s AND r.state <> 'closed')
            ) AS opens
        ) o
        ORDER BY p.place
        """,
        {
            "community": community_id,
            "figure": figure,
            "since": since,
            "until": until,
            "bar": bar,
            "sign": 1.0 if low_is_good else -1.0,
            "by_value": by_value,
            "limit": limit,
            "offset": offset,
        },
    )


@dataclass(frozen=True, slots=True)
class WeekSum:
    """What a group of customers adds to a figure in a week, which begins on a Monday."""

    figure: str
    week: date
    number: int
    sum: float


async def sums_by_week(
    tx: Tx, community_ids: Sequence[str], figures: Sequence[str], since: date, until: date
) -> list[WeekSum]:
    return await rows(
        tx,
        WeekSum,
        """
        SELECT f.figure, date_trunc('week', f.day::timestamp)::date AS week,
            sum(g.number) AS number, sum(g.sum) AS sum
        FROM figure_days f, unnest(f.groups, f.numbers, f.sums) AS g (place, number, sum)
        WHERE f.community_id = ANY(%s::uuid[]) AND f.figure = ANY(%s) AND f.day BETWEEN %s AND %s
        GROUP BY f.figure, week, g.place
        """,
        [list(community_ids), list(figures), since, until],
    )


@dataclass(frozen=True, slots=True)
class WeekValues:
    """What one customer answers to a figure in a week."""

    figure: str
    week: date
    values: list[float]


async def values_by_week(
    tx: Tx, community_ids: Sequence[str], figures: Sequence[str], since: date, until: date
) -> list[WeekValues]:
    """For figures that sums don't tell."""
    return await rows(
        tx,
        WeekValues,
        """
        SELECT figure, date_trunc('week', day::timestamp)::date AS week, array_agg(value) AS values
        FROM figure_answers
        WHERE community_id = ANY(%s::uuid[]) AND figure = ANY(%s) AND day BETWEEN %s AND %s
        GROUP BY figure, week, customer_id
        """,
        [list(community_ids), list(figures), since, until],
    )


@dataclass(frozen=True, slots=True)
class CommunitySum:
    """What a group of a community's customers adds to a figure."""

    community_id: str
    figure: str
    number: int
    sum: float


async def sums_by_community(
    tx: Tx, spans: Sequence[tuple[str, date, date]], figures: Sequence[str]
) -> list[CommunitySum]:
    """Of each community over its own days: (community, first, last)."""
    return await rows(
        tx,
        CommunitySum,
        """
        WITH spans AS (
            SELECT * FROM unnest(%s::uuid[], %s::date[], %s::date[]) AS s (community_id, since, until)
        ), months AS (
            SELECT f.*
            FROM spans s
            JOIN figure_months f ON f.community_id = s.community_id AND f.figure = ANY(%s)
                AND f.month >= s.since AND f.month + interval '1 month' <= s.until + 1
        ), parts AS (
            SELECT community_id, figure, groups, numbers, sums FROM months
            UNION ALL
            SELECT f.community_id, f.figure, f.groups, f.numbers, f.sums
            FROM spans s
            JOIN figure_days f ON f.community_id = s.community_id AND f.figure = ANY(%s)
                AND f.day BETWEEN s.since AND s.until
            WHERE NOT EXISTS (
                SELECT FROM months m
                WHERE m.community_id = f.community_id AND m.figure = f.figure
                  AND m.month = date_trunc('month', f.day)::date)
        )
        SELECT p.community_id, p.figure, sum(g.number) AS number, sum(g.sum) AS sum
        FROM parts p, unnest(p.groups, p.numbers, p.sums) AS g (place, number, sum)
        GROUP BY p.community_id, p.figure, g.place
        """,
        [
            [community_id for community_id, _, _ in spans],
            [since for _, since, _ in spans],
            [until for _, _, until in spans],
            list(figures),
            list(figures),
        ],
    )
