"""All SQL of the slice that reads, one typed function a statement. What writes is in `records.py`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from psycopg import AsyncCursor

from coterie.communities.model import (
    Area,
    Community,
    Expert,
    Holding,
    Membership,
    Region,
    Shift,
    Site,
)
from coterie.communities.settings import settings_of
from coterie.kit.access.viewer import Standing
from coterie.kit.db import Tx, ask, row, rows, value

COMMUNITY = """
    SELECT id, region_id, site_id, name, hue, zone, languages, settings::text AS stored_settings,
        settings_version, buddy_id, catch_all, created_at, closed_at
    FROM communities
"""

EXPERT = """
    SELECT e.id, e.ref, a.name, a.email, e.languages, e.seats, e.capacity,
        coalesce(
            (SELECT jsonb_object_agg(s.skill, s.level) FROM skills s WHERE s.expert_id = e.id), '{}'
        ) AS skills,
        m.community_id, m.role, coalesce(p.state, 'off') AS presence, p.since AS present_since
    FROM experts e
    JOIN accounts a ON a.id = e.id
    LEFT JOIN memberships m ON m.expert_id = e.id AND m.until IS NULL
    LEFT JOIN presence p ON p.expert_id = e.id
"""


async def regions(tx: Tx) -> list[Region]:
    return await rows(tx, Region, "SELECT id, name FROM regions ORDER BY name")


async def sites(tx: Tx) -> list[Site]:
    return await rows(tx, Site, "SELECT id, region_id, name, zone FROM sites ORDER BY name")


async def communities(tx: Tx) -> list[Community]:
    """Every community that is not closed, by name."""
    return await rows(tx, Community, COMMUNITY + "WHERE closed_at IS NULL ORDER BY lower(name)")


async def community(tx: Tx, community_id: str) -> Community | None:
    return await (await ask_community(tx, community_id)).fetchone()


async def ask_community(tx: Tx, community_id: str) -> AsyncCursor[Community]:
    return await ask(tx, Community, COMMUNITY + "WHERE id = %s", [community_id])


async def community_named(tx: Tx, name: str) -> Community | None:
    return await row(tx, Community, COMMUNITY + "WHERE lower(name) = lower(%s)", [name])


async def catch_all(tx: Tx) -> Community | None:
    """The community that takes whoever no rule gives a home."""
    return await row(tx, Community, COMMUNITY + "WHERE catch_all")


async def expert(tx: Tx, expert_id: str) -> Expert | None:
    return await row(tx, Expert, EXPERT + "WHERE e.id = %s", [expert_id])


async def experts_of(tx: Tx, community_id: str) -> list[Expert]:
    """Who belongs to a community now: managers, coaches, experts, each by name."""
    return await rows(
        tx,
        Expert,
        EXPERT
        + """
        WHERE m.community_id = %s
        ORDER BY array_position('{manager,coach,expert}', m.role), lower(a.name), e.id
        """,
        [community_id],
    )


async def expert_id_of_ref(tx: Tx, ref: str) -> str | None:
    found: str | None = await value(tx, "SELECT id FROM experts WHERE ref = %s", [ref])
    return found


async def standing(tx: Tx, account_id: str) -> Standing:
    """What an account is beyond its role: for the gate."""
    found = await tx.execute(
        """
        SELECT e.id, m.community_id
        FROM experts e
        LEFT JOIN memberships m ON m.expert_id = e.id AND m.until IS NULL
        WHERE e.id = %s
        """,
        [account_id],
    )
    first = await found.fetchone()
    if first is None:
        return Standing()
    return Standing(first[0], frozenset({first[1]}) if first[1] else frozenset())


async def memberships_of(tx: Tx, expert_id: str) -> list[Membership]:
    """Every community they ever belonged to, the latest first."""
    return await rows(
        tx,
        Membership,
        """
        SELECT community_id, expert_id, role, since, until
        FROM memberships
        WHERE expert_id = %s
        ORDER BY since DESC
        """,
        [expert_id],
    )


async def membership(tx: Tx, expert_id: str) -> Membership | None:
    """Where they belong now."""
    return await row(
        tx,
        Membership,
        """
        SELECT community_id, expert_id, role, since, until
        FROM memberships
        WHERE expert_id = %s AND until IS NULL
        """,
        [expert_id],
    )


async def experts_elsewhere(tx: Tx, community_id: str, limit: int) -> list[tuple[str, str]]:
    """Members of other communities: id, and name with community, by community and name."""
    cursor = await tx.execute(
        """
        SELECT m.expert_id, a.name || ', ' || k.name
        FROM memberships m
        JOIN accounts a ON a.id = m.expert_id
        JOIN communities k ON k.id = m.community_id
        WHERE m.until IS NULL AND m.community_id <> %s
        ORDER BY lower(k.name), lower(a.name), m.expert_id
        LIMIT %s
        """,
        [community_id, limit],
    )
    return list(await cursor.fetchall())


async def names(tx: Tx, expert_ids: Sequence[str]) -> dict[str, str]:
    """What these people are called."""
    cursor = await tx.execute(
        "SELECT id, name FROM accounts WHERE id = ANY(%s::uuid[])", [list(expert_ids)]
    )
    return dict(await cursor.fetchall())


async def is_member(tx: Tx, community_id: str, expert_id: str) -> bool:
    """Whether somebody belongs to a community now."""
    found = await value(
        tx,
        """
        SELECT true
        FROM memberships
        WHERE community_id = %s AND expert_id = %s AND until IS NULL
        """,
        [community_id, expert_id],
    )
    return bool(found)


async def shifts_of(
    tx: Tx, expert_ids: Sequence[str], after: datetime, before: datetime
) -> list[Shift]:
    """Shifts that touch this time, in order."""
    return await rows(
        tx,
        Shift,
        """
        SELECT id, expert_id, starts_at, ends_at
        FROM shifts
        WHERE expert_id = ANY(%s::uuid[]) AND ends_at > %s AND starts_at < %s
        ORDER BY starts_at, expert_id
        """,
        [list(expert_ids), after, before],
    )


async def shifts_ahead(tx: Tx, expert_id: str, now: datetime) -> list[Shift]:
    """Somebody's shifts that have not ended, in order."""
    return await rows(
        tx,
        Shift,
        """
        SELECT id, expert_id, starts_at, ends_at
        FROM shifts
        WHERE expert_id = %s AND ends_at > %s
        ORDER BY starts_at
        """,
        [expert_id, now],
    )


class Lost(NamedTuple):
    """A present expert whose last browser went away, and after how long that counts."""

    expert_id: str
    community_id: str
    lost_at: datetime
    stored_settings: str

    @property
    def away_at(self) -> datetime:
        return self.lost_at + timedelta(seconds=settings_of(self.stored_settings).away_after_lost_s)


async def lost(tx: Tx, limit: int = 200) -> list[Lost]:
    cursor = await tx.execute(
        """
        SELECT p.expert_id, m.community_id, p.lost_at, k.settings::text
        FROM presence p
        JOIN memberships m ON m.expert_id = p.expert_id AND m.until IS NULL
        JOIN communities k ON k.id = m.community_id
        WHERE p.lost_at IS NOT NULL AND p.state = 'present'
        ORDER BY p.lost_at
        LIMIT %s
        """,
        [limit],
    )
    return [Lost(*found) for found in await cursor.fetchall()]


async def area(tx: Tx, area: str) -> Area | None:
    return await row(
        tx,
        Area,
        """
        SELECT area, name, lat, lon, customers, contacts
        FROM areas
        WHERE area = %s
        """,
        [area],
    )


async def community_of_area(tx: Tx, area: str) -> str | None:
    """Whose territory an area is in now; None where it is in nobody's."""
    found: str | None = await value(
        tx, "SELECT community_id FROM territories WHERE area = %s AND until IS NULL", [area]
    )
    return found


async def territory(tx: Tx, community_id: str) -> list[Area]:
    """The areas that a community serves now."""
    return await rows(
        tx,
        Area,
        """
        SELECT a.area, a.name, a.lat, a.lon, a.customers, a.contacts
        FROM territories t
        JOIN areas a ON a.area = t.area
        WHERE t.community_id = %s AND t.until IS NULL
        ORDER BY a.area
        """,
        [community_id],
    )


async def holdings_of(tx: Tx, area: str) -> list[Holding]:
    """To whom an area has belonged, the latest first."""
    return await rows(
        tx,
        Holding,
        """
        SELECT area, community_id, since, until
        FROM territories
        WHERE area = %s
        ORDER BY since DESC
        """,
        [area],
    )


class HeldArea(NamedTuple):
    """An area with the community that serves it now."""

    area: str
    name: str
    community_id: str | None


async def held_areas(tx: Tx, after: str, limit: int) -> list[HeldArea]:
    """Areas in order, from behind this one on."""
    return await rows(
        tx,
        HeldArea,
        """
        SELECT a.area, a.name, t.community_id
        FROM areas a
        LEFT JOIN territories t ON t.area = a.area AND t.until IS NULL
        WHERE a.area > %s
        ORDER BY a.area
        LIMIT %s
        """,
        [after, limit],
    )
