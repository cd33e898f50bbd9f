"""The schema of a database as text that is the same on every server version, to compare and to document.

As a program it writes down the schema that the migrations give: `python -m coterie.kit.schema FILE`.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from coterie.kit.errors import Refused
from coterie.kit.migrations import migrate
from coterie.kit.postgres import Cluster, program

HEADER = """\
-- The schema that the migrations give. Written by `make schema`; a test keeps the two together.
"""

NOISE = re.compile(
    r"--|SET |SELECT pg_catalog\.set_config|\\(un)?restrict |ALTER TABLE .* SET \(pg_attver=\d+\);"
)


def document(file: Path) -> None:
    """Write the schema of a database that was made for it."""
    with tempfile.TemporaryDirectory() as folder, Cluster(Path(folder)) as cluster:
        asyncio.run(migrate(cluster.url, datetime.now(UTC)))
        file.write_text(dump_schema(cluster.url))


def dump_schema(url: str) -> str:
    """Tables, constraints, indexes and functions, without settings, owners and remarks on the dump."""
    done = subprocess.run(
        [program("pg_dump"), "--schema-only", "--no-owner", "--no-privileges", url],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refused(f"The schema can't be read: {done.stderr.strip()}")
    return HEADER + normalised(done.stdout)


def normalised(dump: str) -> str:
    """Leave out what depends on the versions of server and pg_dump. Comments in functions go too."""
    lines = [line.rstrip() for line in dump.splitlines() if not NOISE.match(line)]
    return re.sub(r"\n{2,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


if __name__ == "__main__":
    document(Path(sys.argv[1]))
