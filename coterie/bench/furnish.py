"""Communities to measure: experts who are present and signed in, and a program that brings in contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from coterie.communities import actions as communities
from coterie.house import opened_house
from coterie.kit.access.accounts import open_account
from coterie.kit.access.sessions import begin_session
from coterie.kit.access.tokens import make_token
from coterie.kit.db import Tx, transaction, value
from coterie.kit.house import House
from coterie.kit.postgres import opened
from coterie.kit.settings import read_settings

CAPACITY = 100
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody at a desk: the secret of their session, and of a token that acts as them."""

    id: str
    session: str
    token: str


@dataclass(frozen=True, slots=True)
class Furnished:
    """What was made: the program's token, and the experts of each community."""

    token: str
    communities: Sequence[Sequence[Expert]]

    @property
    def experts(self) -> Sequence[Expert]:
        """All of them."""
        return [expert for community in self.communities for expert in community]


async def furnish(data: Path, number: int, experts: int) -> Furnished:
    """That many communities with that many experts each, in the database that runs in `data`."""
    with opened(read_settings({}, data=data)) as settings:
        async with opened_house(settings, ticking=False) as house:
            await _assert_durable(house)
            now = datetime.now(UTC)
            async with transaction(house.pool) as tx:
                region_id = await communities.found_region(tx, now, "Bench")
                token = await _program(tx, now)
            made = [await _community(house, now, region_id, n, experts) for n in range(number)]
    return Furnished(token, made)


async def _assert_durable(house: House) -> None:
    async with house.read() as tx:
        for setting in DURABLE:
            found = await value(tx, "SELECT current_setting(%s)", [setting])
            assert found == "on", f"{setting} is {found}: what is acknowledged could be lost"


async def _program(tx: Tx, now: datetime) -> str:
    account_id = await open_account(tx, now, email="bench@example.org", name="Bench", role="admin")
    scopes = ["contacts:write", "identity:assert"]
    _, secret = await make_token(tx, now, account_id, "Bench", scopes)
    return secret


async def _community(
    house: House, now: datetime, region_id: str, number: int, experts: int
) -> list[Expert]:
    async with house.ledger.unit(now=now) as tx:
        community_id = await communities.found_community(
            tx, now, region_id, f"Community {number}", "UTC", settings={"warm_up_s": 0}
        )
    async with house.ledger.unit(community_id, now=now) as tx:
        return [await _expert(tx, now, community_id, f"{number}.{n}") for n in range(experts)]


async def _expert(tx: Tx, now: datetime, community_id: str, name: str) -> Expert:
    expert_id = await communities.appoint(
        tx,
        now,
        community_id,
        email=f"expert.{name}@example.org",
        name=f"Expert {name}",
        capacity=CAPACITY,
    )
    await communities.set_presence(tx, now, expert_id, "present")
    _, token = await make_token(tx, now, expert_id, "Bench", ["conversations:write"])
    return Expert(expert_id, await begin_session(tx, now, expert_id), token)
