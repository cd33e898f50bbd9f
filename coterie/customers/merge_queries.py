"""All SQL of merged customers: whose record is part of whom, and what was whose before."""

from collections.abc import Sequence
from datetime import datetime

from coterie.customers.model import Address, Merge
from coterie.kit.db import Tx, execute, row, rows, value

MERGE = "SELECT id, customer_id, other_id, member_ids, took, at, by_id, undone_at FROM merges "


async def merge(tx: Tx, merge_id: str) -> Merge | None:
    return await row(tx, Merge, MERGE + "WHERE id = %s", [merge_id])


async def standing(tx: Tx, customer_id: str) -> list[Merge]:
    """What is merged into a customer now, the latest first."""
    return await rows(
        tx,
        Merge,
        MERGE + "WHERE customer_id = %s AND undone_at IS NULL ORDER BY at DESC, id DESC",
        [customer_id],
    )


async def add_merge(tx: Tx, new: Merge) -> None:
    await execute(
        tx,
        """
        INSERT INTO merges (id, customer_id, other_id, member_ids, took, at, by_id)
        VALUES (%s, %s, %s, %s::uuid[], %s, %s, %s)
        """,
        [new.id, new.customer_id, new.other_id, new.member_ids, new.took, new.at, new.by_id],
    )


async def note_undone(tx: Tx, now: datetime, merge_id: str, by: str | None) -> None:
    await execute(
        tx, "UPDATE merges SET undone_at = %s, undone_by = %s WHERE id = %s", [now, by, merge_id]
    )


async def lead_to(tx: Tx, member_ids: Sequence[str], customer_id: str | None) -> None:
    """These records are part of that customer, or of nobody."""
    await execute(
        tx,
        "UPDATE customers SET merged_id = %s WHERE id = ANY(%s::uuid[])",
        [customer_id, list(member_ids)],
    )


async def take_over(tx: Tx, customer_id: str, other_id: str, took: Sequence[str]) -> None:
    """What the survivor had not and the other had."""
    await execute(
        tx,
        """
        UPDATE customers s
        SET name = CASE WHEN 'name' = ANY(%(took)s) THEN o.name ELSE s.name END,
            area = CASE WHEN 'area' = ANY(%(took)s) THEN o.area ELSE s.area END,
            language = CASE WHEN 'language' = ANY(%(took)s) THEN o.language ELSE s.language END,
            segment = CASE WHEN 'segment' = ANY(%(took)s) THEN o.segment ELSE s.segment END,
            vulnerable = CASE WHEN 'vulnerable' = ANY(%(took)s) THEN o.vulnerable ELSE s.vulnerable END,
            household_id = CASE WHEN 'household' = ANY(%(took)s) THEN o.household_id ELSE s.household_id END,
            pin_id = CASE WHEN 'pin' = ANY(%(took)s) THEN o.pin_id ELSE s.pin_id END,
            pin_why = CASE WHEN 'pin' = ANY(%(took)s) THEN o.pin_why ELSE s.pin_why END,
            consent = o.consent || s.consent
        FROM customers o
        WHERE s.id = %(id)s AND o.id = %(other)s
        """,
        {"took": list(took), "id": customer_id, "other": other_id},
    )


async def hand_back(tx: Tx, customer_id: str, other_id: str, took: Sequence[str]) -> None:
    """The same undone, where it has not been changed since."""
    await execute(
        tx,
        """
        UPDATE customers s
        SET name = CASE WHEN 'name' = ANY(%(took)s) AND s.name = o.name THEN '' ELSE s.name END,
            area = CASE WHEN 'area' = ANY(%(took)s) AND s.area = o.area THEN NULL ELSE s.area END,
            language = CASE
                WHEN 'language' = ANY(%(took)s) AND s.language = o.language THEN '' ELSE s.language END,
            segment = CASE
                WHEN 'segment' = ANY(%(took)s) AND s.segment = o.segment THEN '' ELSE s.segment END,
            vulnerable = s.vulnerable AND NOT 'vulnerable' = ANY(%(took)s),
            household_id = CASE
                WHEN 'household' = ANY(%(took)s) AND s.household_id = o.household_id THEN NULL
                ELSE s.household_id END,
            pin_id = CASE
                WHEN 'pin' = ANY(%(took)s) AND (s.pin_id, s.pin_why) = (o.pin_id, o.pin_why) THEN NULL
                ELSE s.pin_id END,
            pin_why = CASE
                WHEN 'pin' = ANY(%(took)s) AND (s.pin_id, s.pin_why) = (o.pin_id, o.pin_why) THEN NULL
                ELSE s.pin_why END,
            consent = s.consent - ARRAY(
                SELECT substr(t, 9)
                FROM unnest(%(took)s::text[]) t
                WHERE t LIKE 'consent.%%' AND s.consent -> substr(t, 9) = o.consent -> substr(t, 9))
        FROM customers o
        WHERE s.id = %(id)s AND o.id = %(other)s
        """,
        {"took": list(took), "id": customer_id, "other": other_id},
    )


async def join_identities(tx: Tx, customer_id: str, other_id: str) -> None:
    """Every address of both leads to the survivor; whose it was stays known."""
    await execute(
        tx,
        """
        UPDATE identities
        SET customer_id = %(id)s, record_id = coalesce(record_id, customer_id)
        WHERE customer_id IN (%(id)s, %(other)s)
        """,
        {"id": customer_id, "other": other_id},
    )
    await execute(
        tx,
        "UPDATE browsers SET customer_id = %s WHERE customer_id = %s",
        [customer_id, other_id],
    )


async def part_identities(
    tx: Tx, customer_id: str, other_id: str, member_ids: Sequence[str]
) -> None:
    """The addresses of these records lead to the other again, and so do the browsers that are known by one."""
    await execute(
        tx,
        """
        UPDATE identities
        SET customer_id = %s
        WHERE customer_id = %s AND record_id = ANY(%s::uuid[])
        """,
        [other_id, customer_id, list(member_ids)],
    )
    await execute(
        tx,
        """
        UPDATE browsers b
        SET customer_id = i.customer_id
        FROM identities i
        WHERE i.kind = 'messenger' AND i.value = b.id::text AND i.scope = ''
          AND i.customer_id = %s AND b.customer_id = %s
        """,
        [other_id, customer_id],
    )


async def same_record(tx: Tx, address: Address, as_: Address) -> None:
    """An address belongs to the record of another address of the same customer."""
    await execute(
        tx,
        """
        UPDATE identities i
        SET record_id = o.record_id
        FROM identities o
        WHERE (i.value, i.kind, i.scope) = (%s, %s, %s)
          AND (o.value, o.kind, o.scope) = (%s, %s, %s)
          AND o.customer_id = i.customer_id
          AND o.record_id IS DISTINCT FROM i.record_id
        """,
        [address.value, address.kind, address.scope, as_.value, as_.kind, as_.scope],
    )


async def unproved_browser(tx: Tx, customer_ids: Sequence[str]) -> bool:
    """Whether a browser writes as one of these customers that has proved nothing."""
    found = await value(
        tx,
        """
        SELECT true
        FROM identities i
        JOIN browsers b ON b.id::text = i.value
        WHERE i.kind = 'messenger' AND i.scope = '' AND i.customer_id = ANY(%s::uuid[])
          AND b.proved_at IS NULL
        LIMIT 1
        """,
        [list(customer_ids)],
    )
    return bool(found)
