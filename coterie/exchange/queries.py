"""All SQL of import and export. A file of customers is staged in a temporary table, checked there and read in chunks."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coterie.communities.model import Area
from coterie.customers.model import Choice
from coterie.exchange.rules import CustomerRow
from coterie.kit.db import Tx, execute, rows


@dataclass(frozen=True, slots=True)
class Staged:
    """A row that may go in; `customer_id` is whom it changes, None where it is somebody new."""

    line: int
    ref: str
    name: str
    email: str
    phone: str
    area: str
    household: str
    segment: str
    language: str
    vulnerable: bool
    customer_id: str | None


@dataclass(frozen=True, slots=True)
class Clash:
    """A row that can't go in for what stands elsewhere: in an earlier line, or in the database."""

    line: int
    kind: str
    given: str
    other: str


async def open_stage(tx: Tx) -> None:
    await tx.execute(
        """
        CREATE TEMPORARY TABLE incoming (
            line bigint NOT NULL,
            ref text NOT NULL,
            name text NOT NULL,
            email text NOT NULL,
            phone text NOT NULL,
            area text NOT NULL,
            household text NOT NULL,
            segment text NOT NULL,
            language text NOT NULL,
            vulnerable boolean NOT NULL,
            customer_id uuid,
            state text
        ) ON COMMIT DROP
        """
    )


async def stage(tx: Tx, found: Sequence[CustomerRow]) -> None:
    async with (
        tx.cursor() as cursor,
        cursor.copy(
            """
        COPY incoming (line, ref, name, email, phone, area, household, segment, language, vulnerable)
        FROM STDIN
        """
        ) as copy,
    ):
        for row in found:
            await copy.write_row((
                row.line, row.ref, row.name, row.email, row.phone,
                row.area, row.household, row.segment, row.language, row.vulnerable,
            ))  # fmt: skip


async def match(tx: Tx) -> None:
    """Find whom each row means: by ref, else somebody without a ref who is known by one of its addresses."""
    await tx.execute("CREATE INDEX ON incoming (line)")
    await tx.execute("ANALYZE incoming")
    await tx.execute(
        """
        UPDATE incoming i
        SET customer_id = c.id
        FROM customers c
        WHERE c.ref = i.ref
        """
    )
    await tx.execute(
        """
        UPDATE incoming i
        SET customer_id = x.customer_id
        FROM identities x
        JOIN customers c ON c.id = x.customer_id
        WHERE i.customer_id IS NULL AND c.ref IS NULL AND c.erased_at IS NULL AND x.scope = ''
            AND (x.kind, x.value) IN (('ref', i.ref), ('email', i.email), ('phone', i.phone))
        """
    )


async def clashes(tx: Tx) -> list[Clash]:
    """What refuses a row: an area nobody knows, a ref or address used twice or by somebody else, a merged record."""
    return await rows(
        tx,
        Clash,
        """
        SELECT line, 'area' AS kind, area AS given, coalesce((
            SELECT a.area
            FROM areas a
            WHERE ltrim(a.area, '0') = ltrim(i.area, '0')
            LIMIT 1
        ), '') AS other
        FROM incoming i
        WHERE area <> '' AND NOT EXISTS (SELECT FROM areas a WHERE a.area = i.area)
        UNION ALL
        SELECT line, 'line of ref', ref, first::text
        FROM (SELECT line, ref, min(line) OVER (PARTITION BY ref) AS first FROM incoming) i
        WHERE line > first
        UNION ALL
        SELECT line, 'line of email', email, first::text
        FROM (SELECT line, email, min(line) OVER (PARTITION BY email) AS first FROM incoming) i
        WHERE line > first AND email <> ''
        UNION ALL
        SELECT line, 'line of phone', phone, first::text
        FROM (SELECT line, phone, min(line) OVER (PARTITION BY phone) AS first FROM incoming) i
        WHERE line > first AND phone <> ''
        UNION ALL
        SELECT i.line, 'owner of ' || x.kind, x.value, coalesce(c.ref, '')
        FROM incoming i
        JOIN identities x
            ON x.scope = '' AND (
                (x.kind = 'email' AND x.value = i.email) OR (x.kind = 'phone' AND x.value = i.phone)
            )
        JOIN customers c ON c.id = x.customer_id
        WHERE x.customer_id IS DISTINCT FROM i.customer_id
            AND NOT EXISTS (SELECT FROM customers m WHERE m.id = i.customer_id AND m.merged_id IS NOT NULL)
        UNION ALL
        SELECT i.line, 'merged', i.ref, coalesce(s.ref, '')
        FROM incoming i
        JOIN customers m ON m.id = i.customer_id
        JOIN customers s ON s.id = m.merged_id
        ORDER BY line
        """,
    )


async def drop_lines(tx: Tx, lines: Sequence[int]) -> None:
    await execute(tx, "DELETE FROM incoming WHERE line = ANY(%s)", [list(lines)])


async def judge(tx: Tx, columns: Sequence[str]) -> dict[str, int]:
    """Say of each row whether it is new, changes something, or finds all as it is; how many of each.

    Only columns that the file has count: what it doesn't speak of stays.
    """
    await tx.execute(
        """
        UPDATE incoming i
        SET state = CASE
            WHEN i.customer_id IS NULL THEN 'new'
            WHEN EXISTS (
                SELECT
                FROM customers c
                LEFT JOIN households h ON h.id = c.household_id
                WHERE c.id = i.customer_id
                    AND c.ref IS NOT DISTINCT FROM i.ref
                    AND (c.name = i.name OR NOT 'name' = ANY(%(columns)s))
                    AND (coalesce(c.area, '') = i.area OR NOT 'area' = ANY(%(columns)s))
                    AND (coalesce(h.ref, '') = i.household OR NOT 'household' = ANY(%(columns)s))
                    AND (c.segment = i.segment OR NOT 'segment' = ANY(%(columns)s))
                    AND (c.language = i.language OR NOT 'language' = ANY(%(columns)s))
                    AND (c.vulnerable = i.vulnerable OR NOT 'vulnerable' = ANY(%(columns)s))
            )
            AND (i.email = '' OR EXISTS (
                SELECT FROM identities x WHERE x.value = i.email AND x.kind = 'email' AND x.scope = ''
            ))
            AND (i.phone = '' OR EXISTS (
                SELECT FROM identities x WHERE x.value = i.phone AND x.kind = 'phone' AND x.scope = ''
            ))
            THEN 'same'
            ELSE 'changed'
        END
        """,
        {"columns": list(columns)},
    )
    cursor = await tx.execute("SELECT state, count(*) FROM incoming GROUP BY state")
    return dict(await cursor.fetchall())


async def staged_after(tx: Tx, line: int, limit: int) -> list[Staged]:
    """The next rows that change anything, in the order of the file."""
    return await rows(
        tx,
        Staged,
        """
        SELECT line, ref, name, email, phone, area, household, segment, language, vulnerable, customer_id
        FROM incoming
        WHERE line > %s AND state <> 'same'
        ORDER BY line
        LIMIT %s
        """,
        [line, limit],
    )


async def households(tx: Tx, refs: Sequence[str], new_ids: Sequence[str]) -> dict[str, str]:
    """The household of each ref, made where there is none."""
    await tx.execute(
        """
        INSERT INTO households (id, ref)
        SELECT n.id, n.ref
        FROM unnest(%s::uuid[], %s::text[]) AS n (id, ref)
        ON CONFLICT DO NOTHING
        """,
        [list(new_ids), list(refs)],
    )
    cursor = await tx.execute("SELECT ref, id FROM households WHERE ref = ANY(%s)", [list(refs)])
    return dict(await cursor.fetchall())


async def add_customers(
    tx: Tx, now: datetime, placed: Sequence[tuple[str, Staged, str | None, Choice]]
) -> None:
    """Store new customers: (id, row, household, home as their own area gives it)."""
    found = [row for _, row, _, _ in placed]
    await tx.execute(
        """
        INSERT INTO customers
            (id, ref, name, area, household_id, segment, language, vulnerable, community_id, created_at)
        SELECT n.id, n.ref, n.name, nullif(n.area, ''), n.household_id, n.segment, n.language,
            n.vulnerable, n.community_id, %s
        FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::text[],
            %s::boolean[], %s::uuid[])
            AS n (id, ref, name, area, household_id, segment, language, vulnerable, community_id)
        """,
        [
            now,
            [id_ for id_, _, _, _ in placed],
            [row.ref for row in found],
            [row.name for row in found],
            [row.area for row in found],
            [household for _, _, household, _ in placed],
            [row.segment for row in found],
            [row.language for row in found],
            [row.vulnerable for row in found],
            [home.community_id for _, _, _, home in placed],
        ],
    )


async def change_customer(
    tx: Tx, row: Staged, household_id: str | None, columns: Sequence[str]
) -> None:
    """Write what the file says of somebody known; what it has no column for stays."""
    await execute(
        tx,
        """
        UPDATE customers
        SET ref = %(ref)s,
            name = CASE WHEN 'name' = ANY(%(columns)s) THEN %(name)s ELSE name END,
            area = CASE WHEN 'area' = ANY(%(columns)s) THEN nullif(%(area)s, '') ELSE area END,
            household_id =
                CASE WHEN 'household' = ANY(%(columns)s) THEN %(household)s::uuid ELSE household_id END,
            segment = CASE WHEN 'segment' = ANY(%(columns)s) THEN %(segment)s ELSE segment END,
            language = CASE WHEN 'language' = ANY(%(columns)s) THEN %(language)s ELSE language END,
            vulnerable =
                CASE WHEN 'vulnerable' = ANY(%(columns)s) THEN %(vulnerable)s ELSE vulnerable END
        WHERE id = %(id)s
        """,
        {
            "id": row.customer_id,
            "ref": row.ref,
            "name": row.name,
            "area": row.area,
            "household": household_id,
            "segment": row.segment,
            "language": row.language,
            "vulnerable": row.vulnerable,
            "columns": list(columns),
        },
    )


async def add_identities(tx: Tx, now: datetime, known: Sequence[tuple[str, str, str]]) -> None:
    """Proved addresses, (customer, kind, value): they come from the operator's own records."""
    await tx.execute(
        """
        INSERT INTO identities (kind, value, scope, customer_id, since)
        SELECT n.kind, n.value, '', n.customer_id, %s
        FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS n (customer_id, kind, value)
        ON CONFLICT DO NOTHING
        """,
        [now, [c for c, _, _ in known], [k for _, k, _ in known], [v for _, _, v in known]],
    )


async def add_homes(tx: Tx, now: datetime, homes: Sequence[tuple[str, Choice]]) -> None:
    """The first home of new customers, and on the customer the community where it is."""
    await tx.execute(
        """
        INSERT INTO homes (customer_id, since, community_id, reason, detail)
        SELECT n.id, %s, n.community_id, n.reason, n.detail
        FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[]) AS n (id, community_id, reason, detail)
        """,
        [
            now,
            [id_ for id_, _ in homes],
            [home.community_id for _, home in homes],
            [home.reason for _, home in homes],
            [home.detail for _, home in homes],
        ],
    )


async def move_home(tx: Tx, moved: Sequence[tuple[str, Choice]]) -> None:
    """Correct the community of customers whose household decides, before anybody has seen them."""
    await tx.execute(
        """
        UPDATE customers c
        SET community_id = n.community_id
        FROM unnest(%s::uuid[], %s::uuid[]) AS n (id, community_id)
        WHERE c.id = n.id
        """,
        [[id_ for id_, _ in moved], [home.community_id for _, home in moved]],
    )


async def areas(tx: Tx) -> dict[str, Area]:
    """Every area that is known."""
    found = await rows(tx, Area, "SELECT area, name, lat, lon, customers, contacts FROM areas")
    return {area.area: area for area in found}


async def pairs(tx: Tx) -> set[tuple[str, str]]:
    cursor = await tx.execute("SELECT a, b FROM adjacency")
    return set(await cursor.fetchall())


async def add_pairs(tx: Tx, found: Sequence[tuple[str, str]]) -> None:
    await tx.execute(
        """
        INSERT INTO adjacency (a, b)
        SELECT *
        FROM unnest(%s::text[], %s::text[])
        ON CONFLICT DO NOTHING
        """,
        [[a for a, _ in found], [b for _, b in found]],
    )


async def stream_ids(tx: Tx) -> list[str]:
    """Every community, each of which is a stream."""
    cursor = await tx.execute("SELECT id FROM communities ORDER BY id")
    return [id_ for (id_,) in await cursor.fetchall()]


async def exported_customers(tx: Tx) -> AsyncIterator[Sequence[Any]]:
    """Every customer who was not erased, in the columns of the import and where their home is."""
    async with tx.cursor(name="exported_customers") as cursor:
        cursor.itersize = 10_000
        await cursor.execute(
            """
            SELECT
                c.id::text,
                coalesce(c.ref, ''),
                c.name,
                coalesce((SELECT min(i.value) FROM identities i
                    WHERE i.customer_id = c.id AND i.kind = 'email' AND i.scope = ''), ''),
                coalesce((SELECT min(i.value) FROM identities i
                    WHERE i.customer_id = c.id AND i.kind = 'phone' AND i.scope = ''), ''),
                coalesce(c.area, ''),
                coalesce(h.ref, h.id::text, ''),
                c.segment,
                c.language,
                CASE WHEN c.vulnerable THEN 'yes' ELSE 'no' END,
                m.name,
                c.community_id::text,
                c.created_at
            FROM customers c
            JOIN communities m ON m.id = c.community_id
            LEFT JOIN households h ON h.id = c.household_id
            WHERE c.erased_at IS NULL AND c.merged_id IS NULL
            ORDER BY c.id
            """
        )
        async for row in cursor:
            yield row


async def exported_events(tx: Tx) -> AsyncIterator[Sequence[Any]]:
    """Every event in the order of all streams."""
    async with tx.cursor(name="exported_events") as cursor:
        cursor.itersize = 10_000
        await cursor.execute(
            """
            SELECT stream_id::text, number, at, kind, ids::text, values::text
            FROM events
            ORDER BY era, transaction, stream_id, number
            """
        )
        async for row in cursor:
            yield row
