"""`coterie demo` from an empty folder: made, lively, found again."""

import json
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ports import free_port

ROLES = {"admin", "planner", "manager", "coach", "expert", "specialist"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the database's account can reach, also where we are root."""
    made = Path(tempfile.mkdtemp(prefix="coterie-demo-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@contextmanager
def running(folder: Path, port: int, pace: int) -> Iterator[httpx.Client]:
    started = subprocess.Popen(
        [sys.executable, "-m", "coterie", "demo", "--port", str(port), "--data", folder, "--pace", str(pace)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30
        ) as client:
            until_ready(client, started)
            yield client
    finally:
        started.terminate()
        _, said = started.communicate(timeout=60)
    assert "Traceback" not in said


def until_ready(client: httpx.Client, started: "subprocess.Popen[str]") -> None:
    begun = time.monotonic()
    while time.monotonic() < begun + 240:
        assert started.poll() is None, started.communicate()
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError("the demo was not ready in time")


def test_from_an_empty_folder_and_found_again(folder: Path) -> None:
    port = free_port()
    with running(folder, port, pace=8) as client:
        demo = json.loads((folder / "demo.json").read_text())
        check_accounts(client, demo, port)
        check_pages(client, demo)
        check_life(client, demo)
    with running(folder, port, pace=0) as client:
        again = json.loads((folder / "demo.json").read_text())
        assert again["accounts"] == demo["accounts"]
        check_silence(client, again)


def check_accounts(client: httpx.Client, demo: dict[str, Any], port: int) -> None:
    assert demo["url"] == f"http://127.0.0.1:{port}"
    assert (len(demo["accounts"]), {each["role"] for each in demo["accounts"]}) == (39, ROLES)
    for account in demo["accounts"]:
        found = client.get("/api/v1/communities", headers=bearer(account))
        seen = [each["id"] for each in found.json()["items"]]
        if account["community_id"]:
            assert seen == [account["community_id"]]
            assert account["expert_id"] == account["id"]
        elif account["role"] in ("admin", "planner"):
            assert len(seen) == 3


def bearer(account: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {account['token']}"}


def check_pages(client: httpx.Client, demo: dict[str, Any]) -> None:
    assert demo["accounts"][0]["password"] in client.get("/demo").text
    assert demo["messenger"]["key"] in client.get("/demo/host").text
    with smtplib.SMTP("127.0.0.1", demo["mail"]) as smtp:
        smtp.sendmail("a@x.org", ["b@x.org"], "Subject: A code\r\n\r\n123456\r\n")
    [mail] = client.get("/demo/mail.json").json()["items"]
    assert (mail["to"], mail["subject"], mail["text"].strip()) == ("b@x.org", "A code", "123456")
    assert "123456" in client.get("/demo/mail").text


def check_life(client: httpx.Client, demo: dict[str, Any]) -> None:
    """Customers write, experts answer."""
    log = Log(client, demo)
    begun, wanted, until = (
        datetime.now(UTC),
        {"message_received", "reply_sent"},
        time.monotonic() + 90,
    )
    while wanted and time.monotonic() < until:
        wanted -= log.kinds_since(begun)
        time.sleep(1)
    assert not wanted


def check_silence(client: httpx.Client, demo: dict[str, Any]) -> None:
    begun = datetime.now(UTC)
    time.sleep(4)
    assert not Log(client, demo).kinds_since(begun) & {"message_received", "reply_sent"}


class Log:
    """The public log of events, read on from the page where the last look ended."""

    def __init__(self, client: httpx.Client, demo: dict[str, Any]) -> None:
        self.client = client
        self.headers = bearer(next(each for each in demo["accounts"] if each["role"] == "admin"))
        self.after: str | None = None

    def kinds_since(self, at: datetime) -> set[str]:
        found: set[str] = set()
        while True:
            query: dict[str, Any] = {"limit": 500} | ({"after": self.after} if self.after else {})
            page = self.client.get("/api/v1/events", params=query, headers=self.headers).json()
            new = [e for e in page["items"] if datetime.fromisoformat(e["at"]) > at]
            found |= {event["kind"] for event in new}
            self.after = page["next"]
            if len(page["items"]) < 500:
                return found
