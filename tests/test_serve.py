"""The server's processes: they come up, outlive their database, share a port, and leave nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]
import pytest

Server = subprocess.Popen[str]


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="coterie-serve-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@pytest.fixture
def started(data: Path, port: int) -> Iterator[Callable[..., Server]]:
    running: list[Server] = []

    def start(*more: str) -> Server:
        own = {key: value for key, value in os.environ.items() if not key.startswith("COTERIE_")}
        server = subprocess.Popen(
            [sys.executable, "-m", "coterie", "serve", f"--data={data}", f"--port={port}", *more],
            env=own,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(server)
        return server

    yield start
    for server in running:
        if server.poll() is None:
            server.terminate()
        server.communicate(timeout=30)


NEEDED_LATER = {
    "aiosmtplib",
    "altair",
    "dask",
    "holidays",
    "icalendar",
    "numba",
    "numpy",
    "ortools",
    "polars",
    "pymetis",
    "rich.progress",
    "typst",
    "vl_convert",
    "coterie.board.charts",
    "coterie.exchange",
    "coterie.kit.compiling",
    "coterie.kit.smtp",
    "coterie.planner.apart",
    "coterie.planning.demand",
    "coterie.planning.headcount",
    "coterie.planning.report.typeset",
    "coterie.planning.rosters",
    "coterie.planning.territories.draw",
    "coterie.routing.sandbox.apart",
    "coterie.routing.sandbox.model",
    "coterie.twin.running",
    "coterie.twin.world",
}


def test_a_server_that_starts_loads_nothing_that_only_commands_plans_or_mails_need() -> None:
    code = (
        "import sys; from pathlib import Path; from coterie import cli, serve;"
        "from coterie.kit.settings import Settings;"
        "serve.build(Settings(Path('/nonexistent'), 'http://127.0.0.1', 'secret'));"
        f"print(*sorted({NEEDED_LATER!r} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == ""


@pytest.mark.parametrize("name", sorted(NEEDED_LATER))
def test_what_is_needed_later_is_there(name: str) -> None:
    assert find_spec(name)


def is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def eventually(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_it_in_order_the_database_last(
    started: Callable[..., Server], data: Path, port: int, number: signal.Signals
) -> None:
    server = started()
    eventually(lambda: is_ready(port))
    server.send_signal(number)
    assert server.wait(timeout=30) == 0
    assert not (data / "postgres" / "postmaster.pid").exists()


def test_it_outlives_its_database(started: Callable[..., Server], data: Path, port: int) -> None:
    server = started()
    eventually(lambda: is_ready(port))
    killed = postmaster(data)
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: is_ready(port) and postmaster(data) != killed)
    assert server.poll() is None


def test_killed_it_is_found_again(started: Callable[..., Server], data: Path, port: int) -> None:
    first = started()
    eventually(lambda: is_ready(port))
    database = postmaster(data)
    first.kill()
    first.wait()
    second = started()
    eventually(lambda: is_ready(port))
    assert postmaster(data) == database, "it goes on with the database that was left running"
    second.terminate()
    assert second.wait(timeout=30) == 0
    assert not (data / "postgres" / "postmaster.pid").exists(), "and stops it as its last user"


def test_several_processes_share_one_port_and_one_database(
    started: Callable[..., Server], data: Path, port: int
) -> None:
    server = started("--workers=2")
    eventually(lambda: is_ready(port))
    eventually(lambda: len(workers(server)) == 2)
    server.terminate()
    assert server.wait(timeout=30) == 0
    assert not (data / "postgres" / "postmaster.pid").exists()


def test_workers_do_not_outlive_the_first_process(
    started: Callable[..., Server], port: int
) -> None:
    server = started("--workers=2")
    eventually(lambda: is_ready(port))
    orphans = workers(server)
    server.kill()
    server.wait()
    eventually(lambda: not any(is_at_work(orphan) for orphan in orphans))
    started()
    eventually(lambda: is_ready(port))


def workers(server: Server) -> list[psutil.Process]:
    children = psutil.Process(server.pid).children()
    return [
        child for child in children if is_at_work(child) and "spawn_main" in command_line(child)
    ]


def command_line(process: psutil.Process) -> str:
    with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):  # it may end while we look
        return " ".join(process.cmdline())
    return ""


def is_at_work(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


def test_a_taken_port_is_said_before_anything_starts(
    started: Callable[..., Server], data: Path, port: int
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        server = started()
        _, said = server.communicate(timeout=30)
    assert server.returncode == 1
    assert said == f"coterie: Port {port} of 127.0.0.1 can't be used: Address already in use.\n"
    assert not (data / "postgres").exists()
