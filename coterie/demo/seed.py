"""Seeds a demo once: founds the region in the past and plays its history up to now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from psycopg.conninfo import make_conninfo

from coterie.demo.history import Clock, make_history
from coterie.demo.model import Demo
from coterie.demo.region import everybody_here, found
from coterie.house import opened_house
from coterie.kit.settings import Settings

FOUNDED_BEFORE = timedelta(days=1100)
SEED = 1788


async def seed(settings: Settings, now: datetime, watch: Callable[[int], None]) -> Demo:
    """The whole region, from its founding three years ago to this moment."""
    random = Random(SEED)
    clock = Clock(now - FOUNDED_BEFORE)
    async with opened_house(hurried(settings), now=clock.now, ticking=False) as house:
        demo = await found(house, clock.at, Random(), settings.public_url)
        await everybody_here(house, demo, clock.at)
        await make_history(house, clock, demo, random, settings.data, now, watch)
    return demo


def hurried(settings: Settings) -> Settings:
    """No wait for the disk at each commit: an interrupted seeding is begun anew anyway."""
    url = make_conninfo(settings.database_url or "", options="-c synchronous_commit=off")
    return replace(settings, database_url=url)
