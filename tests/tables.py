"""What the tables of a database hold, to compare two of them."""

import hashlib

import psycopg
from psycopg import sql


def hashes(url: str) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a hash over all of them in order. An empty table has a hash, too."""
    with psycopg.connect(url) as connection:
        connection.execute("SET TimeZone TO 'UTC'")
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        return {name: hash_of(connection, name) for (name,) in names}


def hash_of(connection: psycopg.Connection, table: str) -> tuple[int, str]:
    query = sql.SQL('SELECT t::text FROM {} t ORDER BY t::text COLLATE "C"').format(
        sql.Identifier(table)
    )
    digest, count = hashlib.sha256(), 0
    with connection.cursor() as cursor:
        for (row,) in cursor.stream(query):
            digest.update(row.encode() + b"\0")
            count += 1
    return count, digest.hexdigest()
