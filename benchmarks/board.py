"""What the board and a figure's customers cost with a year of 400,000 episodes in one community, against what was asked.

The rows are those of `benchmarks.past`; the figures are then made from its log by the server's own way. Pages are asked in
this process, so that it is the server's time alone; of each the median counts.
"""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import httpx
import uvloop
from starlette.applications import Starlette

from benchmarks.loaded import prepare
from benchmarks.past import Past
from benchmarks.past.load import MESSAGES_PER_CASE
from benchmarks.report import Ratio, Report
from coterie.app import build
from coterie.house import opened_house
from coterie.kit.access.sessions import begin_session
from coterie.kit.db import transaction
from coterie.kit.house import House
from coterie.kit.postgres import opened
from coterie.kit.settings import Settings, read_settings
from coterie.performance.actions import read_more

YEAR = timedelta(days=365)
BOARD_MS, ROWS_MS = 150.0, 100.0
ASKED_DAYS = "days=28"
"""What was asked is asked of the span that a board opens with; a whole year stands beside it."""
PAGES = (
    ("board, 28 days", "/board/{id}?days=28", BOARD_MS),
    ("board, a year", "/board/{id}?days=365", BOARD_MS),
    ("what of the board goes on by itself", "/board/{id}/now?days=28", BOARD_MS),
    ("a figure's customers, 28 days", "/board/{id}/figures/service_level?days=28", ROWS_MS),
    ("a figure's customers, a year", "/board/{id}/figures/service_level?days=365", ROWS_MS),
    ("all communities", "/board/operation?days=28", BOARD_MS),
)
EXPERT = "SELECT m.community_id, m.expert_id FROM memberships m ORDER BY m.community_id, m.expert_id LIMIT 1"


TENTH = """
    INSERT INTO figure_answers (customer_id, figure, record_id, community_id, case_id, at, day, value)
    SELECT customer_id, %s, record_id, community_id, case_id, at, day, 3600 * random()
    FROM figure_answers
    WHERE figure = 'home_rate' AND hashtext(record_id::text) %% 10 = 0
"""
"""The loaded cases have neither promises nor asks: every tenth gets an answer to the figures that are medians."""


async def run(choice: Namespace) -> Report:
    """Load the year, make its figures, ask for the pages."""
    past = Past(choice.customers, choice.episodes * MESSAGES_PER_CASE, YEAR / choice.episodes)
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        prepared = await prepare(Path(folder) / "year", 1, past)
        print(prepared.fact, file=sys.stderr)
        with opened(read_settings({}, data=prepared.folder)) as settings:
            made = await make_figures(settings)
            print(made, file=sys.stderr)
            times = await ask_for_pages(settings, choice.times)
    ratios = [
        Ratio(
            what, f"{choice.episodes:,} episodes", "what was asked", "ms", times[what], asked,
            most=1.0 if ASKED_DAYS in path else None,
        )
        for what, path, asked in PAGES
    ]  # fmt: skip
    return Report("board", ratios, facts=[prepared.fact, made])


async def make_figures(settings: Settings) -> str:
    """From the whole log, and from the clock how fast."""
    async with opened_house(settings, ticking=False) as house:
        start = perf_counter()
        while await read_more(house, house.now()):
            pass
        took = perf_counter() - start
        async with house.read() as tx:
            [(events, answers)] = await (
                await tx.execute(
                    "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM figure_answers)"
                )
            ).fetchall()
        async with transaction(house.pool) as tx:
            for figure in ("promise_median_h", "help_median_s"):
                await tx.execute(TENTH, [figure])
        await analyze(house)
    return f"{answers:,} answers from {events:,} events in {took:.0f} s: {events / took:,.0f} events a second."


async def analyze(house: House) -> None:
    """As autovacuum would have by then."""
    async with house.read() as tx:
        await tx.execute("VACUUM (ANALYZE) figure_answers, figure_days")


async def ask_for_pages(settings: Settings, times: int) -> dict[str, float]:
    """Milliseconds of each page, the median of so many."""
    app = build(settings)
    inner: Any = app
    while not isinstance(inner, Starlette):
        inner = inner.app
    async with inner.router.lifespan_context(inner):
        house: House = inner.state.house
        async with transaction(house.pool) as tx:
            [(community_id, expert_id)] = await (await tx.execute(EXPERT)).fetchall()
            await tx.execute(
                "UPDATE memberships SET role = 'manager' WHERE expert_id = %s", [expert_id]
            )
            await tx.execute("UPDATE accounts SET role = 'manager' WHERE id = %s", [expert_id])
            [(admin_id,)] = await (
                await tx.execute("SELECT id FROM accounts WHERE role = 'admin'")
            ).fetchall()
            now = datetime.now(UTC)
            cookies = {
                role: {inner.state.gate.cookie: await begin_session(tx, now, id_)}
                for role, id_ in (("manager", expert_id), ("admin", admin_id))
            }
        transport = httpx.ASGITransport(app)
        found = {}
        for what, path, _ in PAGES:
            who = "admin" if "operation" in path else "manager"
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1", cookies=cookies[who]
            ) as client:
                address = path.format(id=community_id)
                found[what] = await timed(partial(client.get, address), times)
        return found


async def timed(ask: Callable[[], Awaitable[httpx.Response]], times: int) -> float:
    took = []
    for _ in range(times + 1):
        start = perf_counter()
        answer = await ask()
        took.append((perf_counter() - start) * 1000)
        assert answer.status_code == 200, answer.text[:500]
        await asyncio.sleep(0.05)
    return median(took[1:])


def options() -> ArgumentParser:
    """What can be chosen on the command line."""
    parser = ArgumentParser(prog="python -m benchmarks.board", description=__doc__)
    parser.add_argument("--episodes", type=int, default=400_000)
    parser.add_argument("--customers", type=int, default=250_000)
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    chosen = options().parse_args()
    uvloop.run(run(chosen)).show(as_json=chosen.json)
