"""Rule 4's part of handing over, and a failure that others have: over absences, by chance and in every combination."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from random import Random

import pytest

from coterie.conversations import queries
from coterie.conversations.model import Case, Episode
from coterie.kit.db import value
from coterie.kit.errors import Refused
from tests.world import Community, Customer, Expert, World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


@dataclass(eq=False)
class Team:
    """A community in which anything happens. `first` is who answered each case first."""

    world: World
    random: Random
    community: Community
    experts: list[Expert]
    first: dict[str, Expert] = field(default_factory=dict)
    by_hand: set[str] = field(default_factory=set)

    async def answers(self, customer: Customer) -> None:
        receipt = await customer.writes()
        expert = self.random.choice(self.experts)
        await expert.answers(receipt.case_id)
        self.first[receipt.case_id] = expert

    async def is_absent(self) -> None:
        expert, mate = self.random.sample(self.experts, 2)
        await expert.is_absent(
            days=self.random.choice([1, 8, 15]),
            after=timedelta(hours=self.random.choice([0, 1, 30])),
            deputy=mate if self.random.random() < 0.5 else None,
        )

    async def comes(self) -> None:
        await self.random.choice(self.experts).comes()

    async def hands_over(self) -> None:
        """Always one of the first three cases, so that the others can show what returns by itself."""
        case_id, mate = self.random.choice(list(self.first)[:3]), self.random.choice(self.experts)
        owner = await self.owner(case_id)
        await owner.hands_over(case_id, mate)
        self.by_hand.add(case_id)

    async def leaves(self) -> None:
        if len(self.experts) > 3 and self.random.random() < 0.3:
            expert = self.random.choice(self.experts)
            await expert.hands_all_over_and_leaves()
            self.experts.remove(expert)

    async def passes(self) -> None:
        self.world.later(hours=self.random.choice([1, 20, 100]))
        await self.world.tick()

    async def owner(self, case_id: str) -> Expert:
        case = await case_of(self.world, case_id)
        [found] = [each for each in self.experts if each.id == case.owner_id]
        return found

    async def all_are_back(self) -> None:
        for expert in self.experts:
            await expert.comes()
        for _ in range(3):
            self.world.later(days=30)
            await self.world.tick()


async def case_of(world: World, case_id: str) -> Case:
    async with world.house.read() as tx:
        found = await queries.case(tx, case_id)
    assert found is not None
    return found


async def owned_by_the_absent(world: World) -> int:
    """Cases whose owner is absent for long though somebody of their community is not."""
    async with world.house.read() as tx:
        number: int = await value(
            tx,
            """
            SELECT count(*)
            FROM cases k
            JOIN absences a ON a.expert_id = k.owner_id AND a.begun_at IS NOT NULL AND a.ended_at IS NULL
            WHERE a.hands_over AND k.state <> 'closed' AND EXISTS (
                SELECT FROM memberships m
                WHERE m.community_id = k.community_id AND m.until IS NULL AND m.expert_id NOT IN (
                    SELECT expert_id
                    FROM absences
                    WHERE hands_over AND ended_at IS NULL AND cancelled_at IS NULL AND starts_at <= %s))
            """,
            [world.now],
        )
    return number


@pytest.mark.parametrize("seed", range(6))
async def test_rule_4_ownership_moves_only_inside_the_community_and_returns(
    world: World, seed: int
) -> None:
    """Whatever absences, deputies, leavers and handovers by hand: the owner is a teammate who is not away for long.

    When all are back, each case is with whoever answered it first, unless it was given on by hand or they left.
    """
    team = await a_team(world, Random(seed))
    steps: list[Callable[[], Awaitable[None]]] = [
        team.is_absent, team.is_absent, team.is_absent, team.comes, team.hands_over, team.leaves, team.passes,
    ]  # fmt: skip
    for _ in range(40):
        with suppress(Refused):
            await team.random.choice(steps)()
        for case_id in team.first:
            assert await team.owner(case_id)
        await world.tick()
        assert await owned_by_the_absent(world) == 0
    await team.all_are_back()
    stayed = [
        case_id
        for case_id, expert in team.first.items()
        if expert in team.experts and case_id not in team.by_hand
    ]
    assert stayed
    for case_id in stayed:
        assert await team.owner(case_id) is team.first[case_id]


async def a_team(world: World, random: Random) -> Team:
    """Six experts beside another community, who own twelve cases that stay open."""
    other = await world.community("Hunter", ["2320"])
    await other.expert("Dee")
    riverina = await world.community("Riverina", ["2650"])
    team = Team(world, random, riverina, [await riverina.expert(name) for name in "ABCDEF"])
    for number in range(12):
        await team.answers(world.customer(f"Customer {number}", "2650"))
    return team


OWNERS = ("present", "away", "off", "absent", "absent for long", "absent with a deputy", "left")


async def test_no_customer_is_trapped_with_an_owner_who_is_offline(world: World) -> None:
    """chatwoot#4158, #7204, #9587. Whatever became of the owner and whoever is there: answered, or a time to come."""
    for number, (owner, there) in enumerate(product(OWNERS, range(3))):
        riverina = await world.community(f"Community {number}", [f"area {number}"], warm_up_s=0)
        ana = await riverina.expert("Ana")
        mates = [await riverina.expert(name, present=n < there) for n, name in enumerate("BC")]
        li = world.customer("Li", f"area {number}")
        case_id = (await li.writes()).case_id
        await ana.answers(case_id)
        await becomes(ana, owner, mates)
        receipt = await li.writes("Are you there?")
        assert receipt.case_id == case_id
        episode = await episode_of(world, receipt.episode_id)
        if owner == "present" or there:
            attending = await is_attended_by_somebody_present(world, episode)
            assert episode.state == "attended" and attending, (owner, there)
        else:
            assert episode.state == "queued" and episode.time_given is not None, (owner, there)
            assert episode.time_given > world.now
            await mates[1].comes()
            world.later(minutes=6)
            await world.tick()
            found = await episode_of(world, receipt.episode_id)
            assert found.attending_id == mates[1].id, (owner, there)


async def becomes(ana: Expert, what: str, mates: list[Expert]) -> None:
    if what == "left":
        await ana.hands_all_over_and_leaves()
    elif what.startswith("absent"):
        deputy = mates[1] if "deputy" in what else None
        await ana.is_absent(days=1 if what == "absent" else 12, deputy=deputy)
    else:
        await ana.is_now(what)


async def episode_of(world: World, episode_id: str) -> Episode:
    async with world.house.read() as tx:
        found = await queries.episode(tx, episode_id)
    assert found is not None
    return found


async def is_attended_by_somebody_present(world: World, episode: Episode) -> bool:
    async with world.house.read() as tx:
        state = await value(
            tx, "SELECT state FROM presence WHERE expert_id = %s", [episode.attending_id]
        )
    return bool(state == "present")
