"""The command as a person and a program meet it: exit status, one clear line, one JSON document."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port

Done = subprocess.CompletedProcess[str]
COTERIE = [sys.executable, "-m", "coterie"]


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder that the database's account can reach, also where we are root."""
    folder = Path(tempfile.mkdtemp(prefix="coterie-data-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def coterie(*arguments: str | Path, **environment: str) -> Done:
    own = {key: value for key, value in os.environ.items() if not key.startswith("COTERIE_")}
    return subprocess.run(
        [*COTERIE, *arguments],
        env=own | environment,
        capture_output=True,
        text=True,
        timeout=600,  # a first run compiles
        check=False,
    )


def failed(done: Done) -> str:
    """The one line that a failed command leaves on standard error."""
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("coterie: ")
    return line


def document(done: Done) -> dict[str, object]:
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_help_names_every_command_and_loads_none() -> None:
    question = (
        "import sys; from coterie.cli import app, add_elsewhere; add_elsewhere([]);"
        "print(*sorted({'fastapi', 'uvicorn', 'psycopg', 'starlette', 'polars'} & set(sys.modules)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", question], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == ""
    said = coterie("--help").stdout
    for name in ("serve", "migrate", "doctor", "backup", "restore", "import", "export", "replay"):
        assert name in said


@pytest.mark.parametrize(
    "arguments", [["dance"], ["backup"], ["serve", "--port", "99999"], ["migrate", "--loud"]]
)
def test_wrong_use_is_status_2(arguments: list[str]) -> None:
    done = coterie(*arguments)
    assert done.returncode == 2
    assert "Usage" in done.stderr


def test_migrate_says_what_it_did_and_stops_what_it_started(data: Path) -> None:
    first, again = (document(coterie("migrate", "--data", data, "--json")) for _ in range(2))
    assert "0001_kit" in str(first["applied"])
    assert again == {"applied": []}
    assert not (data / "postgres" / "postmaster.pid").exists()


def test_what_was_backed_up_is_restored_elsewhere(data: Path) -> None:
    here, there, file = data / "here", data / "there", data / "everything"
    document(coterie("migrate", "--data", here, "--json"))
    assert document(coterie("backup", file, "--data", here, "--json"))["bytes"]
    document(coterie("restore", file, "--data", there, "--json"))
    assert document(coterie("migrate", "--data", there, "--json")) == {"applied": []}
    assert "not empty" in failed(coterie("restore", file, "--data", there))


def test_doctor_finds_a_sound_house_well(data: Path) -> None:
    coterie("migrate", "--data", data)
    found = document(coterie("doctor", "--data", data, "--port", str(free_port()), "--json"))
    assert found["ok"] is True


def test_doctor_makes_no_database(data: Path) -> None:
    coterie("doctor", "--data", data, "--port", str(free_port()))
    assert not (data / "postgres").exists()


def test_doctor_names_what_is_wrong_and_what_to_do(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = coterie(
            "doctor",
            f"--data={data}",
            f"--port={taken.getsockname()[1]}",
            "--json",
            COTERIE_SMTP_HOST="127.0.0.1",
            COTERIE_SMTP_PORT=str(free_port()),
        )
    assert done.returncode == 1
    wrong = {check["name"]: check for check in json.loads(done.stdout)["checks"] if not check["ok"]}
    assert set(wrong) == {"port", "mail"}
    assert all(check["advice"] for check in wrong.values())
    assert "port, mail" in done.stderr


def test_doctor_sees_missing_migrations(empty_database: str, data: Path) -> None:
    done = coterie(
        "doctor", f"--data={data}", f"--port={free_port()}", COTERIE_DATABASE_URL=empty_database
    )
    assert done.returncode == 1
    assert "Run `coterie migrate`" in done.stdout


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"COTERIE_DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "can't be reached"),
        ({"COTERIE_DATABASE_URL": "mysql://host"}, "no address of a database"),
        ({"COTERIE_PUBLIC_URL": "here"}, "must begin with http"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(
    data: Path, environment: dict[str, str], sentence: str
) -> None:
    assert sentence in failed(coterie("migrate", "--data", data, **environment))


def test_a_password_is_in_no_message(data: Path) -> None:
    url = "postgresql://me:hush-hush@127.0.0.1:1/x"
    assert "hush" not in failed(coterie("migrate", "--data", data, COTERIE_DATABASE_URL=url))


RECORDED = (
    '{"thread":"1","id":"1","from":"a","kind":"customer","at":"2026-11-24T09:00:00Z","text":"Hi"}\n'
)


@pytest.mark.parametrize(
    ("url", "token", "says"),
    [
        ("nonsense", "x", "is no address of a server"),
        ("ftp://127.0.0.1", "x", "is no address of a server"),
        ("http://[", "x", "is no address of a server"),
        ("http://127.0.0.1:9", "k\xe4se", "is no token"),
        ("http://127.0.0.1:9", "two words", "is no token"),
        ("http://127.0.0.1:9", "", "is no token"),
    ],
)
def test_a_replay_to_nowhere_says_so_at_once(
    tmp_path: Path, url: str, token: str, says: str
) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(RECORDED)
    assert says in failed(coterie("replay", path, "--url", url, "--token", token))


def test_a_file_that_can_not_be_read_is_one_line(tmp_path: Path) -> None:
    """Whatever the system says no with: here a name that is too long for it."""
    assert "too long" in failed(
        coterie("replay", "x" * 300, "--url", "http://127.0.0.1:9", "--token", "x")
    )
