"""An operator's own PostgreSQL, the oldest at hand, with a password and without a superuser's rights.

That is Debian's 15 where it is installed (`scripts/find-postgres`), else the 16 that comes with the package.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from coterie.kit.backup import back_up, restore
from coterie.kit.errors import Refused
from coterie.kit.postgres.account import Account, server_account
from coterie.kit.postgres.programs import shipped
from coterie.kit.schema import dump_schema
from tests.lived import live_a_day
from tests.ports import free_port
from tests.tables import hashes
from tests.world import made_world

DOCUMENTED = Path(__file__).parents[1] / "docs" / "reference" / "schema.sql"
PLACES = (Path("/usr/lib/postgresql/15/bin"), shipped().parent / "pginstall" / "bin")


@pytest.fixture(scope="module")
def oldest() -> Iterator[int]:
    """The port of the server, on which `postgres` may do everything."""
    folder = Path(tempfile.mkdtemp(prefix="coterie-oldest-"))
    account = server_account(folder / "none")
    programs = next((place for place in PLACES if usable(place, account)), None)
    if programs is None:
        pytest.skip("no PostgreSQL 15 or 16 that an ordinary user may run")
    account.own(folder)
    begin(programs, folder, account)
    port = free_port()
    options = ["-p", str(port), "-k", str(folder), "-c", "listen_addresses=127.0.0.1"]
    server = subprocess.Popen(
        [programs / "postgres", "-D", folder / "data", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **account.process,
    )
    try:
        wait_for(port, server)
        with psycopg.connect(root(port), autocommit=True) as admin:
            admin.execute("CREATE ROLE coterie LOGIN PASSWORD 'hush:@/%'")
        yield port
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


def usable(programs: Path, account: Account) -> bool:
    return (programs / "postgres").exists() and account.may_pass(programs)


def begin(programs: Path, folder: Path, account: Account) -> None:
    secret = folder / "password"
    secret.write_text("all-powerful")
    account.own(secret)
    choices = ["-U", "postgres", "--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8"]
    subprocess.run(
        [programs / "initdb", "-D", folder / "data", "--locale=C.UTF-8", "--no-sync", *choices],
        check=True,
        capture_output=True,
        **account.process,
    )


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(root(port)).close()
        except psycopg.OperationalError:
            assert server.poll() is None
            assert time.monotonic() < give_up
            time.sleep(0.05)
        else:
            return


def address(port: int, database: str, user: str = "coterie", password: str = "hush:@/%") -> str:
    quoted = "".join(f"%{byte:02x}" for byte in password.encode())
    return f"postgresql://{user}:{quoted}@127.0.0.1:{port}/{database}"


def root(port: int, database: str = "postgres") -> str:
    return address(port, database, "postgres", "all-powerful")


def made_as_documented(port: int, name: str) -> str:
    """A database as docs/how-to/use-your-own-postgresql.md makes it: its owner is nobody special."""
    with psycopg.connect(root(port), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        admin.execute(
            f"CREATE DATABASE {name} OWNER coterie ENCODING 'UTF8' LOCALE 'C.UTF-8'"
            " TEMPLATE template0".encode()
        )
    return address(port, name)


@pytest.fixture
def here(oldest: int) -> str:
    return made_as_documented(oldest, "here")


@pytest.fixture
def there(oldest: int) -> str:
    return made_as_documented(oldest, "there")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "house.backup"


def coterie(url: str, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    own = {key: value for key, value in os.environ.items() if not key.startswith("COTERIE_")}
    return subprocess.run(
        [sys.executable, "-m", "coterie", *arguments],
        env=own | {"COTERIE_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_migrations_give_the_documented_schema_and_doctor_is_content(
    here: str, tmp_path: Path
) -> None:
    migrated = coterie(here, "migrate", "--data", tmp_path)
    assert migrated.returncode == 0, migrated.stderr
    assert dump_schema(here) == DOCUMENTED.read_text()
    examined = coterie(here, "doctor", "--data", tmp_path, "--port", str(free_port()))
    assert examined.returncode == 0, examined.stdout
    assert "PostgreSQL 1" in examined.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.key"]


async def test_a_day_is_lived_backed_up_and_restored_here_and_on_the_newest(
    here: str, there: str, empty_database: str, file: Path, tmp_path: Path
) -> None:
    assert coterie(here, "migrate", "--data", tmp_path).returncode == 0
    async with made_world(here) as world:
        await live_a_day(world)
    back_up(here, file)
    for elsewhere in (there, empty_database):
        restore(elsewhere, file)
        assert hashes(elsewhere) == hashes(here)
        assert dump_schema(elsewhere) == DOCUMENTED.read_text()


def test_a_backup_of_the_newest_is_restored_into_the_oldest(
    database: str, there: str, file: Path
) -> None:
    back_up(database, file)
    restore(there, file)
    restore(there, file, replace=True)
    assert hashes(there) == hashes(database)


def test_whoever_else_is_connected_is_seen_without_a_superusers_eyes(
    oldest: int, database: str, there: str, file: Path
) -> None:
    back_up(database, file)
    with (
        psycopg.connect(root(oldest, "there")),
        pytest.raises(Refused, match="Stop the server"),
    ):
        restore(there, file)
