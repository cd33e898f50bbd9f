"""The figures from the whole log, read once from its beginning: what is stored and summed up must say the same."""

import asyncio
from collections import defaultdict
from zoneinfo import ZoneInfo

from coterie.kit.db import Tx, rows
from coterie.kit.events import Event
from coterie.kit.house import House
from coterie.performance import queries
from coterie.performance.actions import read_more
from coterie.performance.figures import Found
from coterie.performance.folds import Fold, group_of
from coterie.performance.queries import Kept
from coterie.performance.reading import scorecard
from coterie.performance.scorecard import BY_NAME, answers_of


async def follow_all(house: House) -> None:
    """Until all is read. A transaction that runs in another database of this server hides the newest for a while."""
    for _ in range(2_000):
        while await read_more(house, house.now()):
            pass
        async with house.read() as tx:
            if await queries.all_read(tx):
                return
        await asyncio.sleep(0.02)
    raise AssertionError("a transaction has been running for long: the newest events can't be read")


EVERYTHING = """
    SELECT stream_id, number, at, kind, ids, values FROM events ORDER BY era, transaction, stream_id, number
"""


async def replayed(tx: Tx) -> set[Kept]:
    """Every answer that the log gives."""
    persons = dict(
        await (await tx.execute("SELECT id, coalesce(merged_id, id) FROM customers")).fetchall()
    )
    lives: dict[str, list[Event]] = defaultdict(list)
    for event in await rows(tx, Event, EVERYTHING):
        if "customer" in event.ids:
            lives[persons[event.ids["customer"]]].append(event)
    zones = {id_: ZoneInfo(zone) for id_, zone in (await queries.zones(tx)).items()}
    return {
        Kept(
            person, answer.figure, answer.where.id, answer.where.community, answer.where.case,
            answer.where.at, answer.where.at.astimezone(zones[answer.where.community]).date(), answer.value,
        )
        for person, events in lives.items()
        for answer in answers_of(events)
    }  # fmt: skip


def folded(answers: set[Kept], community_id: str) -> dict[str, Found]:
    """Every figure of a community over all its days, from the answers themselves."""
    by_figure: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in BY_NAME}
    for each in answers:
        if each.community_id == community_id:
            by_figure[each.figure][each.customer_id].append(each.value)
    return {name: fold(BY_NAME[name].fold(), some) for name, some in by_figure.items()}


def fold(made: Fold, by_customer: dict[str, list[float]]) -> Found:
    groups: dict[int, list[float]] = defaultdict(list)
    for customer, values in by_customer.items():
        groups[group_of(customer)] += values
    for _, values in sorted(groups.items()):
        made.add(values)
    return Found(made.value(), made.n, made.bounds())


async def differing(house: House) -> list[str]:
    """What the stored answers and the sums of days say otherwise than the whole log. Nothing, if all is well."""
    await follow_all(house)
    async with house.read() as tx:
        said = await replayed(tx)
        stored = {
            Kept(*row)
            for row in await (
                await tx.execute(
                    "SELECT customer_id, figure, record_id, community_id, case_id, at, day, value FROM figure_answers"
                )
            ).fetchall()
        }
        wrong = [f"not stored: {each}" for each in said - stored]
        wrong += [f"not said: {each}" for each in stored - said]
        for community_id in {each.community_id for each in said}:
            days = [each.day for each in said if each.community_id == community_id]
            card = await scorecard(tx, [community_id], min(days), max(days))
            for name, found in folded(said, community_id).items():
                if not same(card[name].found, found):
                    wrong.append(f"{name} of {community_id}: {card[name].found}, not {found}")
    return wrong


def same(one: Found, other: Found) -> bool:
    """The same number of answers and the same value to the digit; the bounds but for the last bits of a sum."""
    if (one.value, one.n) != (other.value, other.n) or (one.bounds is None) != (
        other.bounds is None
    ):
        return False
    if one.bounds is None or other.bounds is None:
        return True
    return all(
        abs(a - b) <= 1e-9 * max(1, abs(a)) for a, b in zip(one.bounds, other.bounds, strict=True)
    )
