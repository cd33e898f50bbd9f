"""django-helpdesk behind gunicorn: a message comes in over its API, a member of staff reads it."""

import asyncio
import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.peers.postgres import Database, database
from coterie.bench.http import Connection, Response
from coterie.bench.load import Pair
from coterie.bench.serving import free_port, serving

PACKAGES = ["django-helpdesk==2.6.1", "gunicorn==27.0.1", "psycopg[binary,pool]==3.3.9"]
SITE = Path(__file__).parent / "desk"
MESSAGES_PER_TICKET = 10
WSGI = "django.core.wsgi:get_wsgi_application()"
WORKERS, THREADS = 2, 4


class Person:
    """Somebody who is signed in, on a connection of their own."""

    def __init__(self, port: int, name: str) -> None:
        self.connection, self.name = Connection("127.0.0.1", port), name
        self.cookies: dict[str, str] = {}

    async def sign_in(self) -> None:
        """Through the login form, as a browser does."""
        await self.get("/login/")
        form = {"username": self.name, "password": self.name}
        answer = await self._request(
            "POST", "/login/", "application/x-www-form-urlencoded", urlencode(form)
        )
        assert answer.status == 302, f"{self.name} could not sign in: {answer.status}"

    async def get(self, path: str) -> bytes:
        """A page."""
        answer = await self._request("GET", path)
        assert answer.status == 200, f"{path} answered {answer.status}"
        return answer.body

    async def post(self, path: str, **values: object) -> int:
        """Create something through the API; returns its id."""
        answer = await self._request("POST", path, "application/json", json.dumps(values))
        assert answer.status == 201, f"{path} answered {answer.status}: {answer.body!r}"
        created: int = json.loads(answer.body)["id"]
        return created

    async def _request(
        self, method: str, path: str, kind: str = "", body: str | None = None
    ) -> Response:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = f"Cookie: {cookies}\r\n" if cookies else ""
        if body is not None:
            headers += f"Content-Type: {kind}\r\nX-CSRFToken: {self.cookies['csrftoken']}\r\n"
        answer = await self.connection.request(
            method, path, headers, None if body is None else body.encode()
        )
        self._remember(answer)
        return answer

    def _remember(self, answer: Response) -> None:
        for line in answer.headers.get(b"set-cookie", []):
            if found := re.match(r"([^=]+)=([^;]*)", line.decode()):
                self.cookies[found[1]] = found[2]


class Couple:
    """A customer's own connection to the API, and the member of staff who reads their tickets.

    The reader looks once, when the message is there: polling at its best. What they fetch is
    the page, as a person sees it; `plain` couples fetch only the message, as JSON.
    """

    def __init__(self, writer: Person, reader: Person, *, plain: bool) -> None:
        self.writer, self.reader, self.plain, self.numbers = writer, reader, plain, count()
        self.ticket = 0

    async def exchange(self) -> None:
        """Write a message, every tenth a new ticket; read it."""
        number = next(self.numbers)
        text = f"marker {number}: my bill is wrong, can you help?"
        if number % MESSAGES_PER_TICKET == 0:
            self.ticket, message = await self._open(text), None
        else:
            message = await self._follow_up(text)
        seen = await self.reader.get(self._where(message))
        assert text.encode() in seen, f"{text} is not where the reader looked"

    def _where(self, message: int | None) -> str:
        # A ticket alone costs the API a walk over all tickets; its page does not.
        if self.plain and message is not None:
            return f"/api/followups/{message}/"
        return f"/tickets/{self.ticket}/"

    async def _open(self, text: str) -> int:
        return await self.writer.post(
            "/api/tickets/",
            queue=1,
            title="My bill",
            description=text,
            submitter_email="customer@example.org",
            priority=3,
        )

    async def _follow_up(self, text: str) -> int:
        return await self.writer.post(
            "/api/followups/", ticket=self.ticket, title="Message", comment=text, public=True
        )

    def close(self) -> None:
        """Close both connections."""
        self.writer.connection.close()
        self.reader.connection.close()


class Helpdesk:
    """A running desk."""

    def __init__(self, port: int, roots: Sequence[int], *, plain: bool = False) -> None:
        self.port, self.roots, self.plain = port, roots, plain

    @property
    def name(self) -> str:
        """Which of the two ways to read is measured."""
        return "django-helpdesk, read as JSON" if self.plain else "django-helpdesk"

    async def pairs(self, number: int) -> Sequence[Pair]:
        """That many couples, signed in. One account writes for all customers."""
        return [
            Couple(await self._person(0), await self._person(1 + n), plain=self.plain)
            for n in range(number)
        ]

    async def rest(self) -> None:
        """Nothing to tidy up."""

    async def _person(self, number: int) -> Person:
        person = Person(self.port, f"u{number}")
        await person.sign_in()
        return person


@asynccontextmanager
async def running(folder: Path, environment: Path, people: int) -> AsyncIterator[Helpdesk]:
    """Run a desk of our own in `folder`, its packages in a virtual environment that is kept."""
    python = await asyncio.to_thread(_installed, environment)
    async with database(folder, "desk") as store:
        variables, port = _variables(store), free_port()
        await asyncio.to_thread(_fill, python, variables, people)
        async with serving(
            _command(python, port), port, log=folder / "gunicorn.log", env=variables
        ) as pid:
            yield Helpdesk(port, [pid, store.pid])


def _installed(environment: Path) -> Path:
    python = environment / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
    return python


def _variables(store: Database) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "desk_settings",
        "PYTHONPATH": str(SITE),
        "DESK_SECRET": secrets.token_hex(),
        "DESK_DATABASE_PORT": str(store.port),
    }


def _fill(python: Path, variables: dict[str, str], people: int) -> None:
    for command in (["-m", "django", "migrate", "-v", "0"], [SITE / "desk_people.py", str(people)]):
        subprocess.run([python, *command], env=variables, check=True)


def _command(python: Path, port: int) -> list[str | Path]:
    threads = ["--worker-class", "gthread", "--threads", str(THREADS), "--keep-alive", "75"]
    listen = ["-b", f"127.0.0.1:{port}", "-w", str(WORKERS), "--log-level", "error"]
    return [python, "-m", "gunicorn", *listen, *threads, WSGI]
