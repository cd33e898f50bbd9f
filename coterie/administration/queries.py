"""All SQL of the administration: what its pages list, counted and named as people see it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from coterie.kit.db import Tx, row, rows


@dataclass(frozen=True, slots=True)
class Overview:
    """How much there is, and what asks for attention. Many customers are estimated, not counted."""

    communities: int
    people: int
    present: int
    customers: int
    areas: int
    areas_without_home: int
    without_password: int


async def overview(tx: Tx) -> Overview:
    found = await row(
        tx,
        Overview,
        """
        SELECT
            (SELECT count(*) FROM communities WHERE closed_at IS NULL) AS communities,
            (SELECT count(*) FROM accounts WHERE closed_at IS NULL) AS people,
            (SELECT count(*) FROM presence WHERE state = 'present') AS present,
            (SELECT CASE
                WHEN reltuples > 100000 THEN reltuples::bigint
                ELSE (SELECT count(*) FROM (SELECT FROM customers LIMIT 200000) few)
             END FROM pg_class WHERE oid = 'customers'::regclass) AS customers,
            (SELECT count(*) FROM areas) AS areas,
            (SELECT count(*) FROM areas a
             WHERE NOT EXISTS (
                SELECT FROM territories t WHERE t.area = a.area AND t.until IS NULL
             )) AS areas_without_home,
            (SELECT count(*) FROM accounts WHERE password_hash IS NULL AND closed_at IS NULL)
                AS without_password
        """,
    )
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class CommunityLine:
    """A community as a list shows it."""

    id: str
    name: str
    hue: int
    region: str
    site: str | None
    zone: str
    catch_all: bool
    experts: int
    coaches: int
    managers: int
    present: int
    areas: int


async def community_lines(tx: Tx, only: list[str] | None = None) -> list[CommunityLine]:
    """Every community with its make-up, or these only."""
    return await rows(
        tx,
        CommunityLine,
        """
        SELECT c.id, c.name, c.hue, r.name AS region, s.name AS site, c.zone, c.catch_all,
            count(m.expert_id) FILTER (WHERE m.role = 'expert') AS experts,
            count(m.expert_id) FILTER (WHERE m.role = 'coach') AS coaches,
            count(m.expert_id) FILTER (WHERE m.role = 'manager') AS managers,
            count(p.expert_id) FILTER (WHERE p.state = 'present') AS present,
            (SELECT count(*) FROM territories t WHERE t.community_id = c.id AND t.until IS NULL)
                AS areas
        FROM communities c
        JOIN regions r ON r.id = c.region_id
        LEFT JOIN sites s ON s.id = c.site_id
        LEFT JOIN memberships m ON m.community_id = c.id AND m.until IS NULL
        LEFT JOIN presence p ON p.expert_id = m.expert_id
        WHERE c.closed_at IS NULL AND (%(only)s::uuid[] IS NULL OR c.id = ANY(%(only)s::uuid[]))
        GROUP BY c.id, r.name, s.name
        ORDER BY r.name, lower(c.name)
        """,
        {"only": only},
    )


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody with an account, as a list shows them."""

    id: str
    name: str
    email: str
    role: str
    community_id: str | None
    community: str | None
    hue: int | None
    presence: str | None
    invited: bool
    closed: bool
    place: str
    """Where they stand in the list, to page on from."""


async def people(
    tx: Tx,
    *,
    words: str = "",
    role: str = "",
    community_id: str | None = None,
    only: list[str] | None = None,
    after: str = "",
    limit: int = 50,
) -> list[PersonLine]:
    """Who has an account, by name; `only` narrows to the members of these communities, `after` pages on."""
    return await rows(
        tx,
        PersonLine,
        """
        SELECT a.id, a.name, a.email, a.role, c.id AS community_id, c.name AS community, c.hue,
            p.state AS presence, a.password_hash IS NULL AS invited, a.closed_at IS NOT NULL AS closed,
            lower(a.name) || ' ' || a.id AS place
        FROM accounts a
        LEFT JOIN memberships m ON m.expert_id = a.id AND m.until IS NULL
        LEFT JOIN communities c ON c.id = m.community_id
        LEFT JOIN presence p ON p.expert_id = a.id
        WHERE (%(words)s = '' OR strpos(lower(a.name), lower(%(words)s)) > 0
               OR strpos(lower(a.email), lower(%(words)s)) > 0)
          AND (%(role)s = '' OR a.role = %(role)s)
          AND (%(community)s::uuid IS NULL OR m.community_id = %(community)s)
          AND (%(only)s::uuid[] IS NULL OR m.community_id = ANY(%(only)s::uuid[]))
          AND lower(a.name) || ' ' || a.id > %(after)s
        ORDER BY place
        LIMIT %(limit)s
        """,
        {
            "words": words,
            "role": role,
            "community": community_id,
            "only": only,
            "after": after,
            "limit": limit,
        },
    )


@dataclass(frozen=True, slots=True)
class OwnedCase:
    """A case that keeps its owner in the community."""

    id: str
    customer: str
    title: str
    state: str
    since: datetime


async def owned_cases(tx: Tx, expert_id: str) -> list[OwnedCase]:
    """What somebody owns that is open or in watch, the longest owned first."""
    return await rows(
        tx,
        OwnedCase,
        """
        SELECT c.id, k.name AS customer, coalesce(nullif(c.title, ''), c.topic) AS title, c.state,
            c.owned_at AS since
        FROM cases c
        JOIN customers k ON k.id = c.customer_id
        WHERE c.owner_id = %s AND c.state <> 'closed'
        ORDER BY c.owned_at
        """,
        [expert_id],
    )


async def known_skills(tx: Tx) -> list[str]:
    found = await tx.execute("SELECT DISTINCT skill FROM skills ORDER BY skill")
    return [each[0] for each in await found.fetchall()]


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area with the community that it belongs to."""

    area: str
    name: str
    customers: int
    community_id: str | None
    community: str | None
    hue: int | None
    since: datetime | None


async def areas(
    tx: Tx, *, words: str = "", holder: str = "", after: str = "", limit: int = 100
) -> list[AreaLine]:
    """Areas by their code. `holder` is a community, or `none` for areas in nobody's territory."""
    return await rows(
        tx,
        AreaLine,
        """
        SELECT a.area, a.name, t.community_id, c.name AS community, c.hue, t.since,
            (SELECT count(*) FROM customers k WHERE k.area = a.area AND k.merged_id IS NULL) AS customers
        FROM areas a
        LEFT JOIN territories t ON t.area = a.area AND t.until IS NULL
        LEFT JOIN communities c ON c.id = t.community_id
        WHERE (%(words)s = '' OR starts_with(lower(a.area), lower(%(words)s))
               OR strpos(lower(a.name), lower(%(words)s)) > 0)
          AND (%(holder)s = '' OR t.community_id::text = %(holder)s
               OR %(holder)s = 'none' AND t.community_id IS NULL)
          AND a.area > %(after)s
        ORDER BY a.area
        LIMIT %(limit)s
        """,
        {"words": words, "holder": holder, "after": after, "limit": limit},
    )


async def areas_called(tx: Tx, codes: list[str]) -> dict[str, str]:
    """Those of these areas that exist, by their code in small letters."""
    found = await tx.execute(
        "SELECT lower(area), area FROM areas WHERE lower(area) = ANY(%s)",
        [[code.lower() for code in codes]],
    )
    return dict(await found.fetchall())


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line of the audit, with names as they are today."""

    id: int
    at: datetime
    by_id: str | None
    by: str | None
    verb: str
    object: str
    object_id: str
    name: str | None
    change: dict[str, Any]


async def audit_lines(
    tx: Tx,
    *,
    by: str = "",
    object: str = "",
    since: date | None = None,
    until: date | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[AuditLine]:
    """The audit, the latest first. `by` matches a name or an address."""
    return await rows(
        tx,
        AuditLine,
        """
        SELECT l.id, l.at, l.account_id AS by_id, a.name AS by, l.verb, l.object, l.object_id,
            coalesce(o.name, c.name, l.change ->> 'name') AS name, l.change
        FROM audit l
        LEFT JOIN accounts a ON a.id = l.account_id
        LEFT JOIN accounts o ON l.object IN ('account', 'expert') AND o.id::text = l.object_id
        LEFT JOIN communities c
            ON l.object IN ('community', 'territory') AND c.id::text = l.object_id
        WHERE (%(by)s = '' OR strpos(lower(a.name), lower(%(by)s)) > 0
               OR lower(a.email) = lower(%(by)s))
          AND (%(object)s = '' OR l.object = %(object)s)
          AND (%(since)s::date IS NULL OR l.at >= %(since)s::date)
          AND (%(until)s::date IS NULL OR l.at < %(until)s::date + 1)
          AND (%(before)s::bigint IS NULL OR l.id < %(before)s)
        ORDER BY l.id DESC
        LIMIT %(limit)s
        """,
        {
            "by": by,
            "object": object,
            "since": since,
            "until": until,
            "before": before,
            "limit": limit,
        },
    )


async def accounts_of_tokens(tx: Tx) -> dict[str, tuple[str, str]]:
    """Name and role of whoever holds a token."""
    found = await tx.execute(
        "SELECT id, name, role FROM accounts WHERE id IN (SELECT account_id FROM tokens)"
    )
    return {each[0]: (each[1], each[2]) for each in await found.fetchall()}


async def owned_by_the_absent(tx: Tx, community_id: str) -> dict[str, int]:
    """How many cases stay with whom, though they are absent for long: nobody could take them."""
    found = await tx.execute(
        """
        SELECT a.expert_id, count(*)
        FROM absences a
        JOIN cases k ON k.community_id = a.community_id AND k.owner_id = a.expert_id AND k.state <> 'closed'
        WHERE a.community_id = %s AND a.begun_at IS NOT NULL AND a.ended_at IS NULL AND a.hands_over
        GROUP BY a.expert_id
        """,
        [community_id],
    )
    return dict(await found.fetchall())
