"""The embedded PostgreSQL: made, shared, killed, found again; as root and as a user without rights."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from coterie.kit.errors import Refused
from coterie.kit.postgres import Cluster
from coterie.kit.postgres.account import Account, server_account
from coterie.kit.postgres.cluster import OUTSIDE
from coterie.kit.postgres.folder import complaint, will_stay

AS_ROOT = os.geteuid() == 0
NOBODY = 65534

USE_IT = """
import sys
from pathlib import Path
import psycopg
from coterie.kit.postgres import Cluster
with Cluster(Path(sys.argv[1])) as cluster, psycopg.connect(cluster.url) as connection:
    print(cluster.started_here, connection.execute("SELECT pg_postmaster_start_time()").fetchone()[0])
    sys.stdout.flush()
    sys.stdin.readline()
"""


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder that its server's account can reach, which below pytest's own it can't."""
    folder = Path(tempfile.mkdtemp(prefix="coterie-cluster-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def ask(cluster: Cluster, question: str) -> object:
    with psycopg.connect(cluster.url) as connection:
        found = connection.execute(question.encode()).fetchone()
        return found[0] if found else None


def tell(cluster: Cluster, statement: str) -> None:
    with psycopg.connect(cluster.url) as connection:
        connection.execute(statement.encode())


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


def is_running(data: Path) -> bool:
    return (data / "postgres" / "postmaster.pid").exists()


def start_another(data: Path, user: int | None = None) -> "subprocess.Popen[str]":
    """Another process that uses the database until a line comes in."""
    return subprocess.Popen(
        [sys.executable, "-c", USE_IT, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        user=user,
        group=user,
    )


def first_words(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """Whether it started the server, and when that was."""
    assert process.stdout
    started, _, when = process.stdout.readline().strip().partition(" ")
    return started, when


def finish(process: "subprocess.Popen[str]") -> int:
    process.communicate("\n", timeout=60)
    return process.returncode


def test_what_was_written_is_there_after_stop_and_start(data: Path) -> None:
    with Cluster(data) as cluster:
        tell(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert not is_running(data)
    with Cluster(data) as cluster:
        assert ask(cluster, "SELECT answer FROM kept") == 42


def test_every_commit_reaches_the_disk(data: Path) -> None:
    with Cluster(data) as cluster:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert ask(cluster, f"SHOW {name}") == "on"


def test_nothing_listens_on_the_network_and_the_folder_is_private(data: Path) -> None:
    with Cluster(data) as cluster:
        assert ask(cluster, "SHOW listen_addresses") == ""
        assert (data / "postgres").stat().st_mode & 0o077 == 0
        assert cluster.socket.stat().st_mode & 0o077 == 0


def test_unicode_is_lowered_and_sorts_by_code_point(data: Path) -> None:
    with Cluster(data) as cluster:
        assert ask(cluster, "SELECT lower('ÄÉŁ')") == "äéł"
        assert ask(cluster, "SELECT 'Z' < 'a' AND 'z' < 'ä'") is True


def test_found_again_after_its_postmaster_was_killed(data: Path) -> None:
    cluster = Cluster(data)
    cluster.start()
    tell(cluster, "CREATE TABLE kept AS SELECT n FROM generate_series(1, 10000) n")
    for _ in range(3):
        os.kill(postmaster(data), signal.SIGKILL)
        again = Cluster(data)
        again.start()
        assert ask(again, "SELECT count(*) FROM kept") == 10000
        again.stop()
        assert is_running(data), "somebody else still uses it"
    cluster.stop()
    assert not is_running(data)


def test_who_watches_it_revives_it(data: Path) -> None:
    with Cluster(data) as cluster:
        assert not cluster.has_died()
        assert not cluster.revive()
        os.kill(postmaster(data), signal.SIGKILL)
        assert cluster.revive()
        assert ask(cluster, "SELECT 1") == 1


def test_a_stale_pid_file_of_another_process_is_no_hindrance(data: Path) -> None:
    with Cluster(data):
        noted = (data / "postgres" / "postmaster.pid").read_text()
    stale = data / "postgres" / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"], **server_account(data / "postgres").process) as other:
        stale.write_text(noted.replace(noted.split()[0], str(other.pid), 1))
        with Cluster(data) as cluster:
            assert ask(cluster, "SELECT 1") == 1
        assert other.poll() is None
        other.kill()


def test_two_at_once_start_one_server_and_the_last_to_leave_stops_it(data: Path) -> None:
    two = [start_another(data) for _ in range(2)]
    said = [first_words(process) for process in two]
    assert sorted(started for started, _ in said) == ["False", "True"]
    assert said[0][1] == said[1][1]
    assert finish(two[0]) == 0
    assert is_running(data)
    assert finish(two[1]) == 0
    assert not is_running(data)


def test_a_killed_owner_leaves_it_to_the_next_who_stops_it(data: Path) -> None:
    first = start_another(data)
    _, began = first_words(first)
    first.kill()
    first.communicate()
    assert is_running(data)
    second = start_another(data)
    assert first_words(second) == ("False", began)
    assert finish(second) == 0
    assert not is_running(data)


def test_a_long_path_gets_a_short_socket(data: Path) -> None:
    far = data / ("long " * 12) / ("löng" * 12)
    if AS_ROOT:
        data.chmod(0o755)
    with Cluster(far) as cluster:
        assert ask(cluster, "SELECT 1") == 1
        assert len(str(cluster.socket)) < 60
        short = cluster.socket
    assert not short.exists()


def test_an_interrupted_beginning_is_begun_anew(data: Path) -> None:
    half = data / "postgres.part"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    with Cluster(data) as cluster:
        assert ask(cluster, "SELECT 1") == 1
    assert not half.exists()


def test_a_folder_that_is_a_file_is_refused_in_words(data: Path) -> None:
    (data / "file").touch()
    with pytest.raises(Refused, match=r"data folder .* can't be used"):
        Cluster(data / "file").start()


def test_what_will_not_pass_is_said_once_and_without_waiting_for_it(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coterie.kit.postgres.cluster.RETRY_FOR", 1e9)
    with Cluster(data):
        pass
    (data / "postgres").chmod(0o500)
    with pytest.raises(Refused, match="does not start: could not create lock file") as no:
        Cluster(data).start()
    assert no.value.sentence.count("Permission denied") == 1


@pytest.mark.parametrize(
    ("said", "reason", "stays"),
    [
        ('2026 UTC [7] FATAL:  lock file "postmaster.pid" already exists', "lock file", False),
        ("FATAL:  pre-existing shared memory block (key 5, ID 0) is still in use", "pre-", False),
        ("FATAL:  could not create any Unix-domain sockets", "could not create", False),
        ("[1] LOG:  hello\n[2] FATAL:  No space left\n[3] LOG:  shut down", "No space left", True),
        ("initdb: error: could not access the directory", "could not access", True),
        ("[1] LOG:  killed", "", False),
    ],
)
def test_a_server_beside_one_that_is_ending_is_tried_again(
    said: str, reason: str, stays: bool
) -> None:
    assert complaint(said).startswith(reason)
    assert will_stay(complaint(said)) is stays


@pytest.mark.parametrize("name", ["Müller & Söhne", "日本 'quoted\" 100%", "a?b#c=d"])
def test_any_name_of_a_folder_will_do(data: Path, name: str) -> None:
    if AS_ROOT:
        data.chmod(0o755)
    with Cluster(data / name) as cluster:
        assert ask(cluster, "SELECT 1") == 1


@pytest.mark.skipif(not AS_ROOT, reason="only root can become somebody else")
def test_as_root_it_runs_as_nobody(data: Path) -> None:
    with Cluster(data):
        assert Path(f"/proc/{postmaster(data)}").stat().st_uid == NOBODY


@pytest.mark.skipif(not AS_ROOT, reason="a user reaches what is below it")
def test_as_root_below_a_folder_closed_to_others_it_lies_outside(data: Path) -> None:
    closed = data / "closed"
    closed.mkdir(mode=0o700)
    with Cluster(closed / "data") as cluster:
        assert ask(cluster, "SELECT 1") == 1
        home = (closed / "data" / "postgres").resolve()
    assert home.parent == OUTSIDE
    assert closed.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(home)


@pytest.mark.skipif(not AS_ROOT, reason="only root can become somebody else")
def test_an_ordinary_user_has_a_server_of_their_own(data: Path) -> None:
    if not Account(NOBODY, NOBODY).may_pass(Path(sys.executable).resolve().parent):
        pytest.skip("this Python lies below a folder closed to others")
    os.chown(data, NOBODY, NOBODY)
    process = start_another(data, user=NOBODY)
    assert first_words(process)[0] == "True"
    assert Path(f"/proc/{postmaster(data)}").stat().st_uid == NOBODY
    with Cluster(data) as ours:
        assert not ours.started_here, "root attaches to what the user started"
    assert finish(process) == 0
    assert not is_running(data)
