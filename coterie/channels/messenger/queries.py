"""All SQL of this channel: its sites and browsers, and what the customer may see of their thread."""

from collections.abc import Sequence
from datetime import datetime

from coterie.channels.messenger.model import (
    Attachment,
    Browser,
    Face,
    Marks,
    Promised,
    Site,
    Standing,
    Turn,
)
from coterie.kit.db import Tx, execute, row, rows, value


async def site(tx: Tx, key: str) -> Site | None:
    return await row(
        tx, Site, "SELECT * FROM messenger_sites WHERE key = %s AND closed_at IS NULL", [key]
    )


async def sites(tx: Tx) -> list[Site]:
    """All sites, the closed ones last."""
    return await rows(
        tx, Site, "SELECT * FROM messenger_sites ORDER BY closed_at IS NOT NULL, lower(name), key"
    )


async def add_site(tx: Tx, site: Site) -> None:
    await execute(
        tx,
        """
        INSERT INTO messenger_sites (key, name, secret, origins, created_at)
        VALUES (%s, %s, %s, %s, %s)
        """,
        [site.key, site.name, site.secret, site.origins, site.created_at],
    )


async def change_site(tx: Tx, key: str, name: str, origins: Sequence[str]) -> bool:
    return bool(
        await execute(
            tx,
            "UPDATE messenger_sites SET name = %s, origins = %s WHERE key = %s",
            [name, list(origins), key],
        )
    )


async def close_site(tx: Tx, now: datetime, key: str) -> bool:
    return bool(
        await execute(
            tx,
            "UPDATE messenger_sites SET closed_at = %s WHERE key = %s AND closed_at IS NULL",
            [now, key],
        )
    )


async def browser(tx: Tx, site_key: str, hash_: bytes) -> Browser | None:
    """The browser with this token, who it writes as, and their thread and home where there are any."""
    return await row(
        tx,
        Browser,
        """
        SELECT b.id, b.site_key, i.customer_id, t.id AS thread_id, c.community_id, b.area, b.seen_at,
            b.proved_at, b.hash
        FROM browsers b
        LEFT JOIN identities i ON i.kind = 'messenger' AND i.value = b.id::text AND i.scope = ''
        LEFT JOIN customers c ON c.id = i.customer_id
        LEFT JOIN threads t ON t.customer_id = i.customer_id
        WHERE b.hash = %s AND b.site_key = %s
        """,
        [hash_, site_key],
    )


async def is_known(tx: Tx, hash_: bytes) -> bool:
    """Whether this is still a browser's token."""
    return bool(await value(tx, "SELECT true FROM browsers WHERE hash = %s", [hash_]))


async def add_browser(
    tx: Tx, now: datetime, browser_id: str, hash_: bytes, site_key: str, area: str | None
) -> None:
    """A new browser. An area that nobody knows is left out: it only helps to find a home."""
    await execute(
        tx,
        """
        INSERT INTO browsers (id, hash, site_key, area, created_at, seen_at)
        VALUES (%s, %s, %s, (SELECT area FROM areas WHERE area = %s), %s, %s)
        """,
        [browser_id, hash_, site_key, area, now, now],
    )


async def note_seen(tx: Tx, now: datetime, browser_id: str) -> None:
    await execute(tx, "UPDATE browsers SET seen_at = %s WHERE id = %s", [now, browser_id])


async def note_customer(
    tx: Tx, browser_id: str, customer_id: str, proved_at: datetime | None
) -> None:
    await execute(
        tx,
        """
        UPDATE browsers
        SET customer_id = %s, proved_at = coalesce(%s, proved_at)
        WHERE id = %s
        """,
        [customer_id, proved_at, browser_id],
    )


async def renew_token(tx: Tx, browser: Browser, hash_: bytes) -> bool:
    """A new token in place of the one at hand; False where another has taken its place already."""
    return bool(
        await execute(
            tx,
            "UPDATE browsers SET hash = %s WHERE id = %s AND hash = %s",
            [hash_, browser.id, browser.hash],
        )
    )


# What the customer may see of their thread. Notes are not among it.


async def marks(tx: Tx, thread_id: str) -> Marks:
    found = await row(
        tx,
        Marks,
        """
        SELECT customer_delivered AS delivered, customer_read AS read, our_read
        FROM threads
        WHERE id = %s
        """,
        [thread_id],
    )
    return found or Marks(0, 0, 0)


async def standing(tx: Tx, thread_id: str, now: datetime) -> Standing | None:
    """How the case stands that was last spoken of: who has it, until when they are there, what was promised."""
    return await row(
        tx,
        Standing,
        """
        SELECT
            c.id AS case_id, c.state AS case_state, c.owner_id, oa.name AS owner, c.watch_ends_at,
            e.state AS episode_state, w.attending_id, aa.name AS attending, gc.name AS guest_of,
            e.waiting_since, e.answer_by, e.time_given,
            (SELECT w.first_given FROM waits w WHERE w.episode_id = e.id AND w.ended_at IS NULL) AS first_given,
            coalesce(p.state, 'off') = 'present' AS present,
            (SELECT max(s.ends_at) FROM shifts s
             WHERE s.expert_id = w.id AND s.starts_at <= %(now)s AND s.ends_at > %(now)s) AS here_until,
            (SELECT min(s.starts_at) FROM shifts s
             WHERE s.expert_id = w.id AND s.starts_at > %(now)s) AS back_at,
            (c.answered_at IS NOT NULL AND c.state = 'watched' AND NOT EXISTS (
                SELECT FROM confirmations f
                JOIN resolutions r ON r.case_id = f.case_id AND r.undone_at IS NULL
                WHERE f.case_id = c.id AND f.at >= r.at)) AS asks_solved
        FROM cases c
        LEFT JOIN episodes e ON e.case_id = c.id AND e.state <> 'quiet'
        LEFT JOIN accounts oa ON oa.id = c.owner_id
        LEFT JOIN LATERAL (
            SELECT coalesce(e.attending_id, e.guest_id) AS attending_id,
                coalesce(e.attending_id, e.guest_id, c.owner_id) AS id
        ) w ON true
        LEFT JOIN accounts aa ON aa.id = w.attending_id
        LEFT JOIN memberships gm ON gm.expert_id = e.guest_id AND gm.until IS NULL
        LEFT JOIN communities gc ON gc.id = gm.community_id
        LEFT JOIN presence p ON p.expert_id = w.id
        WHERE c.thread_id = %(thread)s AND c.state <> 'closed'
        ORDER BY c.spoken_at DESC, c.id DESC
        LIMIT 1
        """,
        {"thread": thread_id, "now": now},
    )


async def faces(tx: Tx, community_id: str, first: Sequence[str], limit: int = 4) -> list[Face]:
    """A few people of a community: these first, then who is present."""
    return await rows(
        tx,
        Face,
        """
        SELECT a.id, a.name, coalesce(p.state, 'off') = 'present' AS here
        FROM memberships m
        JOIN accounts a ON a.id = m.expert_id
        LEFT JOIN presence p ON p.expert_id = m.expert_id
        WHERE m.community_id = %s AND m.until IS NULL
        ORDER BY array_position(%s::uuid[], m.expert_id), (p.state = 'present') DESC NULLS LAST, a.name, a.id
        LIMIT %s
        """,
        [community_id, list(first), limit],
    )


TURN = """
    SELECT m.id, m.number, m.kind, m.channel, m.author_id, a.name AS author, m.text, m.at,
        coalesce(
            (SELECT jsonb_agg(
                jsonb_build_object('id', f.id, 'name', f.name, 'type', f.media_type, 'size', f.size)
                ORDER BY f.at, f.id)
             FROM attachments f WHERE f.message_id = m.id), '[]'
        ) AS attachments
    FROM messages m
    LEFT JOIN accounts a ON a.id = m.author_id
    WHERE m.kind <> 'note' AND m.thread_id = %(thread)s
"""


async def turns_after(tx: Tx, thread_id: str, number: int, limit: int) -> list[Turn]:
    return await rows(
        tx,
        Turn,
        TURN + "AND m.number > %(number)s ORDER BY m.number LIMIT %(limit)s",
        {"thread": thread_id, "number": number, "limit": limit},
    )


async def turns_before(tx: Tx, thread_id: str, number: int, limit: int) -> list[Turn]:
    """The turns just before a number, in order."""
    found = await rows(
        tx,
        Turn,
        TURN + "AND m.number < %(number)s ORDER BY m.number DESC LIMIT %(limit)s",
        {"thread": thread_id, "number": number, "limit": limit},
    )
    return found[::-1]


async def turn(tx: Tx, thread_id: str, message_id: str) -> Turn | None:
    return await row(tx, Turn, TURN + "AND m.id = %(id)s", {"thread": thread_id, "id": message_id})


async def attachment(tx: Tx, thread_id: str, attachment_id: str) -> Attachment | None:
    """A file of this thread, unless it hangs on a note."""
    return await row(
        tx,
        Attachment,
        """
        SELECT f.name, f.media_type, f.bytes
        FROM attachments f
        JOIN messages m ON m.id = f.message_id
        WHERE f.id = %s AND f.thread_id = %s AND m.kind <> 'note'
        """,
        [attachment_id, thread_id],
    )


async def add_attachment(
    tx: Tx,
    now: datetime,
    attachment_id: str,
    owner_id: str,
    name: str,
    media_type: str,
    content: bytes,
) -> None:
    """A file that waits for the message that will carry it."""
    await execute(
        tx,
        """
        INSERT INTO attachments (id, owner_id, name, media_type, size, bytes, at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        [attachment_id, owner_id, name, media_type, len(content), content, now],
    )


async def unsent_files(tx: Tx, owner_id: str) -> int:
    """How many files of a browser wait for their message."""
    count: int = await value(
        tx,
        "SELECT count(*) FROM attachments WHERE owner_id = %s AND message_id IS NULL",
        [owner_id],
    )
    return count


async def forget_unsent(tx: Tx, before: datetime) -> int:
    """Drop files that never got a message."""
    return await execute(
        tx, "DELETE FROM attachments WHERE message_id IS NULL AND at < %s", [before]
    )


async def promised(tx: Tx, thread_id: str, kept_since: datetime, limit: int = 3) -> list[Promised]:
    """Promises on cases that are not over: those still to be kept, the next first; then those kept of late."""
    return await rows(
        tx,
        Promised,
        """
        SELECT p.id, a.name AS expert, p.text, p.made_at, p.due_at, p.kept_at
        FROM promises p
        JOIN cases k ON k.id = p.case_id AND k.state <> 'closed'
        JOIN accounts a ON a.id = p.expert_id
        WHERE p.thread_id = %s AND (p.kept_at IS NULL OR p.kept_at > %s)
        ORDER BY p.kept_at IS NOT NULL, p.due_at, p.id
        LIMIT %s
        """,
        [thread_id, kept_since, limit],
    )
