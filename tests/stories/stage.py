"""A stage for stories: the real server on a real port, a world of people behind it, browsers in front of it."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from playwright.async_api import (
    Browser,
    BrowserContext,
    Error,
    Locator,
    Page,
    Route,
    async_playwright,
    expect,
)

from coterie.app import build
from coterie.kit.access import sessions
from coterie.kit.settings import Settings
from coterie.serve import bound, configured
from tests.ports import free_port
from tests.world import Expert, World, made_world

CHROMIUM = "/usr/bin/chromium"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = Path(__file__).parents[2] / ".pictures"
NO_ANSWER = "TypeError: Failed to fetch"
"""What htmx says of it."""
PATIENCE_MS = 30_000
"""How long a story waits for what must come. Machines differ; what it took is printed where somebody asks."""

expect.set_options(timeout=PATIENCE_MS)


@dataclass(eq=False)
class Server:
    """The server of a story; it can be stopped and started again on its port."""

    settings: Settings
    port: int = field(default_factory=free_port)
    running: uvicorn.Server | None = None
    thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.running = uvicorn.Server(configured(build(self.settings), self.settings))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        until = time.monotonic() + 60
        while not self.running.started and time.monotonic() < until:
            time.sleep(0.02)
        assert self.running.started

    def serve(self) -> None:
        assert self.running is not None
        with bound("127.0.0.1", self.port) as door:
            self.running.run([door])

    def stop(self) -> None:
        if self.running and self.thread:
            self.running.should_exit = True
            self.thread.join(20)
            assert not self.thread.is_alive()


@dataclass(eq=False)
class Stage:
    world: World
    server: Server
    browser: Browser
    trouble: list[str] = field(default_factory=list)

    async def desk(self, expert: Expert, **how: Any) -> Page:
        """The workspace of an expert in a browser of their own, signed in."""
        context = await self.context(**how)
        await self.sign_in(context, expert)
        page = await self.page(context)
        await page.goto(f"{self.server.url}/workspace")
        return page

    async def context(self, **how: Any) -> BrowserContext:
        given = {
            "viewport": {"width": 1440, "height": 900},
            "timezone_id": "Australia/Sydney",
            **how,
        }
        context = await self.browser.new_context(**given)
        context.set_default_timeout(PATIENCE_MS)
        return context

    async def sign_in(self, context: BrowserContext, expert: Expert) -> None:
        async with self.world.house.read() as tx:
            secret = await sessions.begin_session(tx, datetime.now(UTC), expert.id)
        await context.add_cookies([{"name": "coterie", "value": secret, "url": self.server.url}])

    async def page(self, context: BrowserContext) -> Page:
        page = await context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("console", lambda message: self.hear(message.type, message.text))
        return page

    def hear(self, kind: str, text: str) -> None:
        """Errors of scripts and of the policy are trouble; a request that failed while the server was down is not."""
        if (
            kind == "error"
            and not text.startswith("Failed to load resource")
            and NO_ANSWER not in text
        ):
            self.trouble.append(text)


@dataclass(eq=False)
class Gate:
    """Holds what the first request of a kind gets back until it goes on. `before`: the request itself; `refuses`: no answer.

    One that reaches no server, since that is down, is not the first.
    """

    method: str = "GET"
    before: bool = False
    refuses: bool = False
    taken: bool = False
    seen: asyncio.Event = field(default_factory=asyncio.Event)
    opens: asyncio.Event = field(default_factory=asyncio.Event)
    passed: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, route: Route) -> None:
        if route.request.method != self.method or self.taken:
            await route.fallback()
            return
        self.taken = True
        try:
            answer = None if self.before or self.refuses else await route.fetch()
        except Error:
            self.taken = False
            await route.abort()
            return
        self.seen.set()
        await self.opens.wait()
        if self.refuses:
            await route.abort()
        elif answer:
            await route.fulfill(response=answer)
        else:
            await route.continue_()
        self.passed.set()

    async def held(self) -> None:
        await asyncio.wait_for(self.seen.wait(), 30)

    async def goes_on(self) -> None:
        self.opens.set()
        await asyncio.wait_for(self.passed.wait(), 30)


async def hold(
    page: Page, address: str, method: str = "GET", before: bool = False, refuses: bool = False
) -> Gate:
    """Hold the next request to this address, or what it gets back."""
    made = Gate(method, before, refuses)
    await page.route(address, made)
    return made


@asynccontextmanager
async def staged(database: str) -> AsyncIterator[Stage]:
    settings = Settings(Path("/nonexistent"), "http://127.0.0.1", "secret", database_url=database)
    async with made_world(database, at=datetime.now(UTC)) as world:
        with served(settings) as server:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
                stage = Stage(world, server, browser)
                yield stage
                await browser.close()
                assert stage.trouble == []


@contextmanager
def served(settings: Settings) -> Iterator[Server]:
    server = Server(settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()


async def picture(page: Page, name: str) -> None:
    """Keep how a screen looks, for a person to judge."""
    PICTURES.mkdir(exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png")


# Colours that are still on their way have no contrast of their own. What goes on for ever is not waited for.
SETTLED = """
    Promise.all(document.getAnimations()
        .filter(each => each.effect.getComputedTiming().endTime < Infinity)
        .map(each => each.finished.catch(() => null)))
        .then(() => null)
"""


async def hindrances(page: Page) -> list[str]:
    """What axe finds, as sentences. Its source is evaluated in the page: the policy lets no script in."""
    await page.evaluate(SETTLED)
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {violation['help']} at {[node['target'] for node in violation['nodes']][:4]}"
        for violation in found["violations"]
    ]


async def until(true: Callable[[], Any], *, within: float = PATIENCE_MS / 1000) -> None:
    """Wait until it is so."""
    end = time.monotonic() + within
    while not await true():
        assert time.monotonic() < end, "it did not become so in time"
        await asyncio.sleep(0.05)


def row(page: Page, name: str) -> Locator:
    return page.locator(".list .row", has_text=name)


async def point_anew(place: Locator) -> None:
    """A pointer that lies still for long points at nothing: move it by a pixel."""
    for x in (10, 11):
        await place.hover(position={"x": x, "y": 10})
