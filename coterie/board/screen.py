"""The sections of the board, put together from what the slices below give."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coterie.board import queries, rules, words
from coterie.board.model import (
    Carried,
    Cell,
    CommunityRow,
    Crossed,
    Crossings,
    Group,
    Line,
    Loads,
    Need,
    Needs,
    Period,
    Point,
)
from coterie.communities import queries as communities
from coterie.communities.model import Community, Expert
from coterie.conversations import crossing_queries, crossing_words
from coterie.conversations.model import Crossing
from coterie.kit.db import Tx
from coterie.performance.reading import Reading, scorecard
from coterie.performance.series import by_community, by_week
from coterie.routing import queries as routing
from coterie.ui.reader import Reader

MOST = 200
"""Needs of a kind that are looked at."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LINES = 4
MOST_CROSSINGS = 500
KNOWN = ("continuity", "owner_rate", "home_rate")


async def needs(tx: Tx, community: Community, reader: Reader, *, names: bool, opens: bool) -> Needs:
    """`names`: what customers wrote is theirs to read; else nothing is told of who it is."""
    now = reader.now
    waits = await queries.waits(tx, community.id, MOST)
    found = [
        *waits,
        *await queries.promises(tx, community.id, now + HOUR, MOST),
        *await queries.asks(tx, community.id, now - DAY, MOST),
    ]
    waiting = await queries.queues(tx, [community.id])
    return Needs(
        [
            line(each, reader, names=names, opens=opens)
            for each in rules.worst_first(found)[: rules.LONGEST_LIST]
        ],
        many=sum({each.kind: each.many for each in found}.values()),
        waiting=waiting[0].waiting if waiting else 0,
        longest=waiting[0].longest if waiting else None,
    )


def line(need: Need, reader: Reader, *, names: bool, opens: bool) -> Line:
    href = f"/workspace/threads/{need.thread_id}?list=community&case={need.case_id}#thread"
    return Line(
        need,
        (need.customer or "Somebody new") if names else "A customer",
        sentence(need, reader, names=names),
        href if opens else "",
        None if need.kind == "ask" else need.since,
    )


def sentence(need: Need, reader: Reader, *, names: bool) -> str:
    """What is the matter, in one line. A promise and an ask may name the customer, so only readers see their text."""
    text = f": {need.text}" if names and need.text else ""
    if need.kind == "wait":
        told = f", expects an answer by {reader.moment(need.told_at)}" if need.told_at else ""
        owner = f". {need.person} owns the case" if need.person else ""
        channel = words.CHANNELS.get(need.text, need.text)
        return f"Has waited {reader.since(need.since)} by {channel}{told}{owner}"
    if need.kind == "promise":
        promise = f"{need.person}'s promise" if need.person else "A promise"
        return f"{promise} is broken{text}" if need.over else f"{promise}{text}"
    ask = f"{need.person}'s ask" if need.person else "An ask for a language"
    return f"{ask} found nobody{text}" if need.over else f"{ask} has no help yet{text}"


async def crossings(tx: Tx, community: Community, now: datetime) -> Crossings:
    since, until = bounds(now.astimezone(community.clock).date(), community.clock)
    found = await crossing_queries.ledger(tx, community.id, since, until, MOST_CROSSINGS)
    guests = await communities.names(tx, sorted({each.expert_id for each in found[:LINES]}))
    homes = {each.id: each.name for each in await communities.communities(tx)}
    episodes, _ = await crossing_queries.share(tx, community.id, since)
    return Crossings(
        [crossed(each, guests, homes) for each in found[:LINES]],
        overflow=sum(1 for each in found if each.kind == "overflow"),
        care=sum(1 for each in found if each.kind == "special_care"),
        running=sum(1 for each in found if each.ended_at is None),
        episodes=episodes,
        warned=await crossing_queries.warned_since(tx, community.id, now - HOUR),
    )


def crossed(one: Crossing, guests: dict[str, str], homes: dict[str, str]) -> Crossed:
    return Crossed(
        one.id,
        crossing_words.KINDS[one.kind],
        guests.get(one.expert_id, "Somebody"),
        one.expert_id,
        homes.get(one.to_id, ""),
        crossing_words.WHY[one.reason],
        one.started_at,
        crossing_words.ENDED[one.ended_why] if one.ended_why else "",
    )


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The day as the community lives it."""
    since = datetime.combine(day, time(), zone)
    until = datetime.combine(day + DAY, time(), zone)
    return since.astimezone(UTC), until.astimezone(UTC)


async def loads(tx: Tx, community: Community, now: datetime) -> tuple[Loads, list[Expert]]:
    """Who carries what now, and everybody of the community."""
    people = await communities.experts_of(tx, community.id)
    names = {each.id: each.name for each in people}
    members = [
        Carried(each.id, names.get(each.id, ""), each.present, each.load, each.capacity, 0, 0)
        for each in await routing.members(tx, community.id, now)
    ]
    return rules.loads(members), people


async def figures(
    tx: Tx, community: Community, asked: Period
) -> tuple[list[Group], dict[str, Reading]]:
    """The scorecard of these days, with what has changed against as many days before."""
    now = await scorecard(tx, [community.id], asked.since, asked.until)
    before = await scorecard(tx, [community.id], asked.before_since, asked.before_until)
    return rules.groups(now, before), now


async def weeks(
    tx: Tx, community: Community, asked: Period, names: Sequence[str]
) -> dict[str, list[Point]]:
    found = await by_week(tx, [community.id], names, rules.weeks_since(asked), asked.until)
    return {name: rules.points(each) for name, each in found.items()}


async def operation(tx: Tx, now: datetime, days: int) -> tuple[list[CommunityRow], CommunityRow]:
    """Every community over its own days, and all together."""
    found = await communities.communities(tx)
    spans = []
    for each in found:
        asked = rules.period(now.astimezone(each.clock).date(), days)
        spans.append((each.id, asked.since, asked.until))
    one, together = await by_community(tx, spans, rules.OF_OPERATION)
    queues = {each.community_id: each for each in await queries.queues(tx, [c.id for c in found])}
    rows = [row(each, queues.get(each.id), one[each.id]) for each in found]
    longest = min((each.longest for each in queues.values()), default=None)
    total = CommunityRow(
        "", "All communities", 190, longest, sum(each.waiting for each in queues.values()),
        cells(together),
    )  # fmt: skip
    return rows, total


def row(
    community: Community, queue: queries.Queue | None, readings: dict[str, Reading]
) -> CommunityRow:
    return CommunityRow(
        community.id,
        community.name,
        round(community.hue / 5) * 5 % 360,
        queue.longest if queue else None,
        queue.waiting if queue else 0,
        cells(readings),
    )


def cells(readings: dict[str, Reading]) -> list[Cell]:
    return [rules.cell(readings[name]) for name in rules.OF_OPERATION]
