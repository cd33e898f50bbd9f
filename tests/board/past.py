"""A past for figures: answers as customers might have given them, stored and summed up as real ones are."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from coterie.conversations.model import Receipt
from coterie.kit.db import transaction
from coterie.kit.house import House
from coterie.kit.ids import new_id
from coterie.performance import queries
from coterie.performance.actions import read_more
from coterie.performance.queries import Kept
from tests.world import Community, World

ZONE = ZoneInfo("Australia/Sydney")
LIKELY = {
    "home_rate": (0.975, 0.985),
    "owner_rate": (0.64, 0.74),
    "continuity": (0.72, 0.84),
    "transfer_rate": (0.07, 0.042),
    "transfer_cover": (0.05, 0.036),
    "transfer_handover": (0.01, 0.004),
    "transfer_outside": (0.006, 0.003),
    "outside_rate": (0.02, 0.016),
    "ask_rate": (0.2, 0.26),
    "help_answered": (0.93, 0.95),
    "issue_resolution": (0.82, 0.89),
    "first_contact_resolution": (0.6, 0.66),
    "repeat_7d": (0.15, 0.11),
    "repeat_30d": (0.19, 0.15),
    "service_level": (0.9, 0.935),
    "promise_kept": (0.93, 0.96),
    "honest_time_kept": (0.9, 0.92),
    "word_rate": (0.17, 0.13),
    "csat": (0.82, 0.86),
    "effort": (0.76, 0.8),
}
"""Shares of yes, then and now."""


async def followed(house: House, now: datetime) -> None:
    """Read the log to its end, whoever else reads it."""
    while True:
        while await read_more(house, now):
            pass
        async with transaction(house.pool) as tx:
            mark = await queries.mark(tx)
        if mark is not None and mark.walked is None and not await read_more(house, now):
            return


async def answered(
    world: World, community: Community, given: Sequence[tuple[Receipt, str, datetime, float]]
) -> None:
    """These customers answered these figures then: (whose, figure, when, value)."""
    kept = [
        Kept(
            receipt.customer_id, figure, new_id(), community.id, receipt.case_id, at,
            at.astimezone(ZONE).date(), value,
        )
        for receipt, figure, at, value in given
    ]  # fmt: skip
    async with transaction(world.house.pool) as tx:
        await queries.keep(tx, kept)
        days = sorted({(each.community_id, each.day) for each in kept})
        await queries.sum_up(tx, days)


def likely(
    receipts: Sequence[Receipt], now: datetime, days: int, a_day: int, seed: int = 1
) -> list[tuple[Receipt, str, datetime, float]]:
    """A past in which a community gets better."""
    random, given = Random(seed), []
    for ago in range(days, 0, -1):
        passed = 1 - ago / days
        for _ in range(a_day):
            receipt = random.choice(receipts)
            at = now - timedelta(days=ago, minutes=random.randrange(300))
            for figure, (then, today) in LIKELY.items():
                share = then + (today - then) * passed
                given.append((receipt, figure, at, float(random.random() < share)))
            given.append((receipt, "help_median_s", at, random.expovariate(1 / 200)))
            given.append((receipt, "promise_median_h", at, random.expovariate(1 / 20)))
            given.append((receipt, "helpers_per_100", at, 100.0 * (random.random() < 0.25)))
            if random.random() < 0.3:
                given.append((receipt, "nps", at, random.choice((100.0, 100.0, 100.0, 0.0, -100.0))))  # fmt: skip
    return given
