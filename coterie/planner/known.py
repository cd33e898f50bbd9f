"""What Coterie knows of areas, as drawing territories wants it: places, neighbours, customers and contacts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from coterie.kit.db import Tx, row, rows
from coterie.kit.errors import Refused

YEAR = timedelta(days=365)
MOST_AREAS = 20_000


@dataclass(frozen=True, slots=True)
class KnownArea:
    """An area with who lives there and how many contacts they had in the last year."""

    area: str
    name: str
    lat: float | None
    lon: float | None
    customers: int
    contacts: float
    region: str


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is to plan with: counted here, and told by the file of areas."""

    areas: int
    placed: int
    pairs: int
    customers: int
    told: int


async def extent(tx: Tx) -> Extent:
    found = await row(
        tx,
        Extent,
        """
        SELECT count(*) AS areas,
            count(*) FILTER (WHERE lat IS NOT NULL AND lon IS NOT NULL) AS placed,
            (SELECT count(*) FROM adjacency) AS pairs,
            (SELECT count(*) FROM customers
             WHERE area IS NOT NULL AND merged_id IS NULL AND erased_at IS NULL) AS customers,
            coalesce(sum(customers), 0)::bigint AS told
        FROM areas
        """,
    )
    assert found is not None
    return found


async def counted(tx: Tx, now: datetime) -> list[KnownArea]:
    """Customers who live there now, and the episodes of the last year that were theirs."""
    return await rows(
        tx,
        KnownArea,
        """
        SELECT a.area, a.name, a.lat, a.lon, coalesce(c.customers, 0) AS customers,
            coalesce(e.contacts, 0)::float8 AS contacts, coalesce(r.name, '') AS region
        FROM areas a
        LEFT JOIN (
            SELECT area, count(*) AS customers
            FROM customers
            WHERE merged_id IS NULL AND erased_at IS NULL
            GROUP BY area
        ) c ON c.area = a.area
        LEFT JOIN (
            SELECT u.area, count(*) AS contacts
            FROM episodes e
            JOIN threads t ON t.id = e.thread_id
            JOIN customers u ON u.id = t.customer_id
            WHERE e.opened_at >= %s
            GROUP BY u.area
        ) e ON e.area = a.area
        LEFT JOIN territories h ON h.area = a.area AND h.until IS NULL
        LEFT JOIN communities m ON m.id = h.community_id
        LEFT JOIN regions r ON r.id = m.region_id
        ORDER BY a.area
        """,
        [now - YEAR],
    )


async def told(tx: Tx) -> list[KnownArea]:
    """As the file of areas said, by which these were imported."""
    return await rows(
        tx,
        KnownArea,
        """
        SELECT a.area, a.name, a.lat, a.lon, coalesce(a.customers, 0) AS customers,
            coalesce(a.contacts, 0)::float8 AS contacts, coalesce(r.name, '') AS region
        FROM areas a
        LEFT JOIN territories h ON h.area = a.area AND h.until IS NULL
        LEFT JOIN communities m ON m.id = h.community_id
        LEFT JOIN regions r ON r.id = m.region_id
        ORDER BY a.area
        """,
    )


async def pairs(tx: Tx) -> list[list[str]]:
    found = await tx.execute("SELECT a, b FROM adjacency ORDER BY a, b")
    return [[a, b] for a, b in await found.fetchall()]


async def material(tx: Tx, now: datetime, *, counting: bool) -> dict[str, Any]:
    """Everything that the process apart needs for drawing. Raises `Refused` where there is nothing to draw with."""
    areas = await (counted(tx, now) if counting else told(tx))
    if not areas:
        raise Refused("There are no areas yet. Import them first: coterie import areas FILE.", "no_areas")  # fmt: skip
    if len(areas) > MOST_AREAS:
        raise Refused(f"{len(areas):,} areas are more than the {MOST_AREAS:,} that a page plans with. Use coterie plan territories.", "too_many_areas")  # fmt: skip
    if not any(each.customers for each in areas):
        raise Refused("No customer lives in any of the areas. Import customers, or choose the numbers that the file of areas told.", "no_customers")  # fmt: skip
    fields = KnownArea.__slots__
    return {
        "areas": [{name: getattr(each, name) for name in fields} for each in areas],
        "pairs": await pairs(tx),
    }
