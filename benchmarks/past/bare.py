"""Bulk loading's old rule: take the constraints and indexes away, load, and build them again over what is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

CONSTRAINTS: LiteralString = """
    SELECT
        format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
        format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
            pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype = ANY(%s::"char"[])
    ORDER BY oid
"""
INDEXES: LiteralString = """
    SELECT format('DROP INDEX %I', c.relname), pg_get_indexdef(c.oid)
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid)
    ORDER BY c.oid
"""
TRIGGERS: LiteralString = """
    SELECT DISTINCT
        format('ALTER TABLE %s DISABLE TRIGGER USER', tgrelid::regclass),
        format('ALTER TABLE %s ENABLE TRIGGER USER', tgrelid::regclass)
    FROM pg_trigger
    WHERE NOT tgisinternal
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What takes something away, and what brings it back."""

    away: str
    back: str


@contextmanager
def laid_bare(connection: Connection) -> Iterator[None]:
    """While this lasts no table has keys, indexes or triggers. Built again, keys are checked row by row."""
    foreign = _found(connection, CONSTRAINTS, [["f"]])
    keys = _found(connection, CONSTRAINTS, [["p", "u"]])
    indexes, triggers = _found(connection, INDEXES), _found(connection, TRIGGERS)
    everything = [*foreign, *keys, *indexes, *triggers]
    for each in everything:
        connection.execute(each.away.encode())
    yield
    for each in [*keys, *indexes, *foreign, *triggers]:
        connection.execute(each.back.encode())


def _found(
    connection: Connection, query: LiteralString, params: list[list[str]] | None = None
) -> list[Taken]:
    return [Taken(*row) for row in connection.execute(query, params)]
