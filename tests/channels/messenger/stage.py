"""A stage for stories: a real server, a customer's site on another port, a mail server, and experts who act.

The experts act from the test's own process, as if another worker of the server did it.
"""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from coterie.channels.messenger.model import Site
from coterie.channels.messenger.sites import open_site
from coterie.house import opened_house
from coterie.kit.access import sessions
from coterie.kit.settings import Settings
from tests.mail_sink import MailSink, mail_sink
from tests.ports import free_port
from tests.stories.stage import ARGS, CHROMIUM, PATIENCE_MS
from tests.world import Community, Expert, World

STRICT = (
    "default-src 'none'; script-src {ours}; connect-src {ours}; style-src 'none'; "
    "require-trusted-types-for 'script'"
)
PAGE = """<!DOCTYPE html><html lang="en-AU"><head><meta name="viewport" content="width=device-width">
<title>Wattle Telecom</title>
<script src="{ours}/messenger.js" data-site="{key}"{more} async></script></head>
<body><h1>Wattle Telecom</h1><a href="#plans">Plans</a></body></html>"""


COTERIE = Path(sys.executable).with_name("coterie")


class Now(list[datetime]):
    """A clock that runs."""

    def __getitem__(self, _: object) -> datetime:  # type: ignore[override]
        return datetime.now(UTC)


class Server:
    """`coterie serve` as a process of its own, which can be killed and started again."""

    def __init__(self, database: str, data: Path, mail_port: int, port: int | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "COTERIE_DATABASE_URL": database,
            "COTERIE_DATA": str(data),
            "COTERIE_PUBLIC_URL": self.url,
            "COTERIE_SMTP_HOST": "127.0.0.1",
            "COTERIE_SMTP_PORT": str(mail_port),
            "COTERIE_SMTP_FROM": "Wattle Telecom <care@wattle.example>",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(COTERIE), "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=self.environment)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        for _ in range(600):
            assert self.process is not None and self.process.poll() is None, "the server ended"
            try:
                with urlopen(f"{self.url}/readyz", timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server was not ready in time")

    def stop(self, *, kill: bool = False) -> None:
        if self.process is not None:
            self.process.kill() if kill else self.process.terminate()
            self.process.wait(20)
            self.process = None


@dataclass
class Stage:
    """`host` is the address of a site that may embed the messenger; `stranger` of one that may not."""

    world: World
    server: Server
    site: Site
    mail: MailSink
    riverina: Community
    priya: Expert
    host: str
    stranger: str

    @property
    def page(self) -> str:
        return f"{self.server.url}/m/{self.site.key}"

    async def desk(self, browser: Browser, expert: Expert) -> Page:
        """The workspace of an expert in a browser of their own."""
        async with self.world.house.read() as tx:
            secret = await sessions.begin_session(tx, self.world.now, expert.id)
        context = await browser.new_context(viewport={"width": 1440, "height": 900})
        await context.add_cookies([{"name": "coterie", "value": secret, "url": self.server.url}])
        page = await context.new_page()
        await page.goto(f"{self.server.url}/workspace")
        return page

    async def code_sent_to(self, address: str) -> str:
        """The code in the newest mail to this address."""
        for _ in range(600):
            for mail in reversed(self.mail.mails):
                if mail["To"] == address:
                    return str(mail["Subject"]).split()[0]
            await asyncio.sleep(0.05)
        raise AssertionError(f"no mail came to {address}")


@asynccontextmanager
async def set_stage(database: str, data: Path) -> AsyncIterator[Stage]:
    settings = Settings(data, "http://127.0.0.1", "secret", database_url=database)
    with mail_sink() as mail:
        server = Server(database, data, mail.port)
        with foreign_site() as host, foreign_site() as stranger:
            async with opened_house(settings, ticking=False) as house:
                world = World(house, Now())
                riverina = await world.community("Riverina", ["2650"])
                priya = await riverina.expert("Priya Nair", capacity=100)
                for name in ("Mei Kwan", "Tom Walker", "Asha Rao"):
                    await riverina.expert(name, present=False)
                async with house.ledger.unit(now=world.now) as tx:
                    site = await open_site(tx, world.now, "Wattle Telecom", [host.url])
                for each in (host, stranger):
                    each.show(server.url, site.key)
                await asyncio.to_thread(server.start)
                try:
                    yield Stage(world, server, site, mail, riverina, priya, host.url, stranger.url)
                finally:
                    await asyncio.to_thread(server.stop)


class ForeignSite:
    """A site of somebody else, with a strict policy that lets our origin in and nothing more."""

    def __init__(self) -> None:
        self.page = self.policy = ""
        site = self

        class Pages(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the name that http.server calls
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                self.wfile.write(site.page.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def show(self, ours: str, key: str, more: str = "") -> None:
        self.page = PAGE.format(ours=ours, key=key, more=more)
        self.policy = STRICT.format(ours=ours)


@contextmanager
def foreign_site() -> Iterator[ForeignSite]:
    site = ForeignSite()
    thread = threading.Thread(target=site.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()
        thread.join()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        await browser.close()


@dataclass
class Visitor:
    """A customer in a browser of their own; what they see is what a test asks for."""

    page: Page
    said: list[str]

    @property
    def messenger(self) -> Locator:
        return self.page.locator("coterie-messenger")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message to")

    async def opens(self) -> None:
        await self.page.get_by_role("button", name="Write to Wattle Telecom").click()
        await expect(self.box).to_be_focused()

    async def writes(self, text: str) -> None:
        await self.box.fill(text)
        await self.box.press("Enter")

    async def reads(self, text: str) -> None:
        await expect(self.log.get_by_text(text, exact=True)).to_have_count(1)

    async def has(self, texts: list[str]) -> None:
        """The conversation comes to be exactly this."""
        await expect(self.log.locator(".bubble")).to_have_text(texts)

    async def turns(self) -> list[str]:
        return await self.log.locator(".bubble").all_inner_texts()


async def visitor(browser: Browser, url: str, **more: Any) -> Visitor:
    """Somebody new, with a browser of their own, on this page."""
    given = {
        "viewport": {"width": 1440, "height": 900},
        "locale": "en-AU",
        "timezone_id": "Australia/Sydney",
        **more,
    }
    return await visits(await browser.new_context(**given), url)


async def visits(context: BrowserContext, url: str) -> Visitor:
    """The page in a browser that is opened already."""
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(f"ERROR {error}"))
    await page.goto(url)
    return Visitor(page, said)
