"""All SQL of the slice that writes, one typed function a statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from coterie.communities.model import Area, Shift
from coterie.kit.db import Tx, execute, value


async def add_region(tx: Tx, id: str, name: str) -> bool:
    """False where the name is taken."""
    return bool(
        await execute(
            tx,
            """
            INSERT INTO regions (id, name)
            VALUES (%s, %s)
            ON CONFLICT DO NOTHING
            """,
            [id, name],
        )
    )


async def add_site(tx: Tx, id: str, region_id: str, name: str, zone: str) -> bool:
    """False where the name is taken."""
    return bool(
        await execute(
            tx,
            """
            INSERT INTO sites (id, region_id, name, zone)
            VALUES (%s, %s, %s, %s)
            ON CONFLICT DO NOTHING
            """,
            [id, region_id, name, zone],
        )
    )


async def add_community(tx: Tx, now: datetime, id: str, given: Mapping[str, Any]) -> bool:
    """False where the name is taken, or another community is the catch-all."""
    return bool(
        await execute(
            tx,
            """
            INSERT INTO communities (id, region_id, site_id, name, hue, zone, languages, settings,
                buddy_id, catch_all, created_at)
            VALUES (%(id)s, %(region_id)s, %(site_id)s, %(name)s, %(hue)s, %(zone)s, %(languages)s,
                %(settings)s, %(buddy_id)s, %(catch_all)s, %(now)s)
            ON CONFLICT DO NOTHING
            """,
            {**given, "id": id, "now": now},
        )
    )


async def update_community(tx: Tx, community_id: str, given: Mapping[str, Any]) -> int:
    """Write what a community is called and where it is; its new settings version."""
    version: int = await value(
        tx,
        """
        UPDATE communities
        SET region_id = %(region_id)s, site_id = %(site_id)s, name = %(name)s, hue = %(hue)s,
            zone = %(zone)s, languages = %(languages)s, buddy_id = %(buddy_id)s,
            settings_version = settings_version + 1
        WHERE id = %(id)s
        RETURNING settings_version
        """,
        {**given, "id": community_id},
    )
    return version


async def set_closed(tx: Tx, community_id: str, at: datetime | None) -> None:
    """Closed since then; None opens it again."""
    await execute(tx, "UPDATE communities SET closed_at = %s WHERE id = %s", [at, community_id])


async def update_settings(tx: Tx, community_id: str, settings: dict[str, Any]) -> int:
    """Write what differs from the defaults; the new version."""
    version: int = await value(
        tx,
        """
        UPDATE communities
        SET settings = %s, settings_version = settings_version + 1
        WHERE id = %s
        RETURNING settings_version
        """,
        [settings, community_id],
    )
    return version


async def move_catch_all(tx: Tx, community_id: str) -> None:
    await execute(tx, "UPDATE communities SET catch_all = false WHERE catch_all")
    await execute(tx, "UPDATE communities SET catch_all = true WHERE id = %s", [community_id])


async def put_areas(tx: Tx, areas: Sequence[Area]) -> None:
    """Add areas; of those that are there, what is given anew replaces what was known."""
    await execute(
        tx,
        """
        INSERT INTO areas (area, name, lat, lon, customers, contacts)
        SELECT *
        FROM unnest(%s::text[], %s::text[], %s::float8[], %s::float8[], %s::int[], %s::int[])
        ON CONFLICT (area) DO UPDATE
        SET name = coalesce(nullif(excluded.name, ''), areas.name),
            lat = coalesce(excluded.lat, areas.lat),
            lon = coalesce(excluded.lon, areas.lon),
            customers = coalesce(excluded.customers, areas.customers),
            contacts = coalesce(excluded.contacts, areas.contacts)
        """,
        [
            [each.area for each in areas],
            [each.name for each in areas],
            [each.lat for each in areas],
            [each.lon for each in areas],
            [each.customers for each in areas],
            [each.contacts for each in areas],
        ],
    )


async def hold_areas(tx: Tx, areas: Sequence[str]) -> dict[str, str | None]:
    """Lock these areas in order; each that is known, with the community that it belongs to now."""
    found = await tx.execute(
        """
        SELECT a.area, t.community_id
        FROM areas a
        LEFT JOIN territories t ON t.area = a.area AND t.until IS NULL
        WHERE a.area = ANY(%s)
        ORDER BY a.area
        FOR UPDATE OF a
        """,
        [list(areas)],
    )
    return dict(await found.fetchall())


async def end_holdings(tx: Tx, now: datetime, areas: Sequence[str]) -> None:
    await execute(
        tx,
        """
        UPDATE territories
        SET until = %s
        WHERE area = ANY(%s) AND until IS NULL
        """,
        [now, list(areas)],
    )


async def begin_holdings(tx: Tx, now: datetime, areas: Sequence[str], community_id: str) -> None:
    await execute(
        tx,
        """
        INSERT INTO territories (area, community_id, since)
        SELECT area, %s, %s
        FROM unnest(%s::text[]) AS area
        ON CONFLICT (area, since) DO UPDATE
        SET community_id = excluded.community_id, until = NULL
        """,
        [community_id, now, list(areas)],
    )


async def put_expert(tx: Tx, now: datetime, id: str, given: Mapping[str, Any]) -> bool:
    """An expert's record, made or renewed. False where the reference belongs to somebody else."""
    return bool(
        await execute(
            tx,
            """
            INSERT INTO experts (id, ref, languages, seats, capacity, created_at)
            SELECT %(id)s, %(ref)s::text, %(languages)s, %(seats)s, %(capacity)s, %(now)s
            WHERE NOT EXISTS (SELECT FROM experts WHERE ref = %(ref)s::text AND id <> %(id)s)
            ON CONFLICT (id) DO UPDATE
            SET ref = coalesce(excluded.ref, experts.ref), languages = excluded.languages,
                seats = excluded.seats, capacity = excluded.capacity
            """,
            {**given, "id": id, "now": now},
        )
    )


async def put_skills(tx: Tx, expert_id: str, skills: Mapping[str, int]) -> None:
    """These skills and no others."""
    await execute(tx, "DELETE FROM skills WHERE expert_id = %s", [expert_id])
    await execute(
        tx,
        """
        INSERT INTO skills (expert_id, skill, level)
        SELECT %s, skill, level
        FROM unnest(%s::text[], %s::int[]) AS s (skill, level)
        """,
        [expert_id, list(skills), list(skills.values())],
    )


async def begin_membership(
    tx: Tx, now: datetime, community_id: str, expert_id: str, role: str
) -> None:
    """A new membership, or the former one of the same community taken up again."""
    await execute(
        tx,
        """
        INSERT INTO memberships (community_id, expert_id, role, since)
        VALUES (%s, %s, %s, %s)
        ON CONFLICT (community_id, expert_id) DO UPDATE
        SET role = excluded.role, since = excluded.since, until = NULL
        """,
        [community_id, expert_id, role, now],
    )


async def end_membership(tx: Tx, now: datetime, community_id: str, expert_id: str) -> None:
    """End it, and have the database say at once whether it may end."""
    await execute(
        tx,
        """
        UPDATE memberships
        SET until = greatest(since, %s)
        WHERE community_id = %s AND expert_id = %s AND until IS NULL
        """,
        [now, community_id, expert_id],
    )
    await execute(tx, "SET CONSTRAINTS membership_owns_nothing IMMEDIATE")
    await execute(tx, "SET CONSTRAINTS membership_owns_nothing DEFERRED")


async def change_role(tx: Tx, community_id: str, expert_id: str, role: str) -> None:
    await execute(
        tx,
        """
        UPDATE memberships
        SET role = %s
        WHERE community_id = %s AND expert_id = %s AND until IS NULL
        """,
        [role, community_id, expert_id],
    )


async def put_presence(tx: Tx, now: datetime, expert_id: str, state: str) -> bool:
    """Write a new state. False where it was the same, and only the loss of a browser was forgotten."""
    before: str | None = await value(
        tx, "SELECT state FROM presence WHERE expert_id = %s FOR UPDATE", [expert_id]
    )
    await execute(
        tx,
        """
        INSERT INTO presence (expert_id, state, since, began_at)
        VALUES (%(expert)s, %(state)s, %(now)s, CASE WHEN %(state)s <> 'off' THEN %(now)s END)
        ON CONFLICT (expert_id) DO UPDATE
        SET lost_at = NULL, state = excluded.state,
            since = CASE WHEN presence.state = excluded.state THEN presence.since ELSE excluded.since END,
            began_at = CASE WHEN excluded.state <> 'off' THEN coalesce(presence.began_at, excluded.began_at) END
        """,
        {"expert": expert_id, "state": state, "now": now},
    )
    return (before or "off") != state


async def note_lost(tx: Tx, expert_id: str, at: datetime) -> None:
    """Their last browser went away at this time."""
    await execute(
        tx,
        """
        UPDATE presence
        SET seated = false, lost_at = CASE WHEN state = 'present' THEN %s END
        WHERE expert_id = %s
        """,
        [at, expert_id],
    )


async def lose_everybody(tx: Tx, at: datetime) -> None:
    """The server begins: nobody's browser is here yet. Who comes back in time is found again."""
    await execute(
        tx,
        """
        UPDATE presence
        SET lost_at = %s
        WHERE seated AND state = 'present' AND lost_at IS NULL
        """,
        [at],
    )


async def is_lost(tx: Tx, expert_id: str) -> bool:
    """Whether somebody present has no browser any more."""
    found = await value(
        tx,
        """
        SELECT true
        FROM presence
        WHERE expert_id = %s AND state = 'present' AND lost_at IS NOT NULL
        """,
        [expert_id],
    )
    return bool(found)


async def replace_shifts(tx: Tx, now: datetime, expert_id: str, shifts: Sequence[Shift]) -> None:
    """These shifts in place of all that had not ended."""
    await execute(tx, "DELETE FROM shifts WHERE expert_id = %s AND ends_at > %s", [expert_id, now])
    await execute(
        tx,
        """
        INSERT INTO shifts (id, expert_id, starts_at, ends_at)
        SELECT id, %s, starts_at, ends_at
        FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS s (id, starts_at, ends_at)
        """,
        [
            expert_id,
            [each.id for each in shifts],
            [each.starts_at for each in shifts],
            [each.ends_at for each in shifts],
        ],
    )
