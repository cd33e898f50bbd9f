"""Who takes part: three communities, four experts each, and tokens for senders and subscribers."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from coterie.communities import actions
from coterie.communities.model import Area
from coterie.house import opened_house
from coterie.kit.access.accounts import open_account
from coterie.kit.access.tokens import SCOPES, make_token
from coterie.kit.db import Tx
from coterie.kit.migrations import migrate
from coterie.kit.postgres import opened
from coterie.kit.settings import Settings, read_settings

AREAS = ("2340", "2650", "2480")
EXPERTS = 4


@dataclass(slots=True)
class People:
    """Tokens: the admin's, and one of a member of each community."""

    admin: str = ""
    members: dict[str, str] = field(default_factory=dict)
    """community id -> token"""


def invite(data: Path) -> People:
    """Make the embedded database and the people in it; nothing runs afterwards."""
    with opened(replace(read_settings(data=data), database_url=None)) as settings:
        return asyncio.run(found(settings))


async def found(settings: Settings) -> People:
    now = datetime.now(UTC)
    assert settings.database_url is not None
    await migrate(settings.database_url, now)
    people = People()
    async with opened_house(settings, ticking=False) as house, house.ledger.unit(now=now) as tx:
        admin = await open_account(
            tx, now, email="ada@example.com", name="Ada", role="admin", password_hash=None, by=None
        )
        _, people.admin = await make_token(tx, now, admin, "senders", list(SCOPES))
        region = await actions.found_region(tx, now, "New South Wales")
        for area in AREAS:
            community, token = await staff(tx, now, region, area)
            people.members[community] = token
    return people


async def staff(tx: Tx, now: datetime, region: str, area: str) -> tuple[str, str]:
    """A community with its area and experts: its id, and the token of the last of them."""
    community = await actions.found_community(tx, now, region, f"Area {area}", "Australia/Sydney")
    await actions.add_areas(tx, now, [Area(area, area)])
    await actions.assign_territory(tx, now, community, [area])
    secret = ""
    for number in range(EXPERTS):
        expert = await actions.appoint(
            tx, now, community, email=f"{area}.{number}@example.com", name=f"Expert {number}",
            capacity=100,
        )  # fmt: skip
        await actions.set_presence(tx, now, expert, "present")
        _, secret = await make_token(tx, now, expert, "follow", ["events:read"])
    return community, secret
