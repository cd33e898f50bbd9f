"""Territory changes: areas go from one community to another, now or at a time, and homes follow.

A change first moves its areas, all at once. The homes of those who live there follow in batches, each of which is whole;
how far they are is stored, so that a restart goes on from there. Rule 1 decides each home: who is pinned stays, and a
household goes with its anchor. Undoing is the same way back. Open cases stay where they were opened in any case.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from coterie.communities import queries as communities
from coterie.communities import records
from coterie.customers import home_queries, rules, territory_queries
from coterie.customers.actions import rehome_many
from coterie.customers.model import AreaMove, Choice, Home, TerritoryChange
from coterie.customers.territory_queries import Place
from coterie.kit.access.audit import audit
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.events import emit, hold
from coterie.kit.house import House
from coterie.kit.ids import is_id, new_id

BATCH = 200
"""Homes in one transaction: few enough that nobody who writes meanwhile waits for long."""
MOST_AREAS = 5_000
FARTHEST = timedelta(days=731)

Wanted = Mapping[str, str | None]
"""area -> the community that shall have it, or None for nobody."""


async def plan(
    tx: Tx, now: datetime, wanted: Wanted, at: datetime | None, by: str | None
) -> TerritoryChange:
    """Plan a change, for now where no time is given. Raises Refused, in words, and then nothing is stored.

    Needs a transaction that holds every stream, so that two who plan at once see each other.
    """
    moves = await checked(tx, wanted)
    check_time(now, at)
    await check_crossing(tx, [each.area for each in moves])
    change_id = new_id()
    await territory_queries.add_change(tx, now, change_id, at or now, by, moves)
    change = {"areas": {each.area: [each.from_id, each.to_id] for each in moves}}
    await audit(tx, now, by, "plan", "territory_change", change_id, change)
    return await known_change(tx, change_id)


async def checked(tx: Tx, wanted: Wanted) -> list[AreaMove]:
    """What would move. Raises Refused where an area is unknown, would be without a home, or nothing would move."""
    if not 1 <= len(wanted) <= MOST_AREAS:
        raise Invalid(f"A change moves 1 to {MOST_AREAS:,} areas.", field="moves")
    held = await records.hold_areas(tx, sorted(wanted))
    unknown = sorted(wanted.keys() - held.keys())
    if unknown:
        raise Invalid(f"There is no area {some(unknown)}.", "unknown_area", "moves")
    there = {each.id for each in await communities.communities(tx)}
    strange = sorted({to for to in wanted.values() if to is not None} - there)
    if strange:
        raise NotFound("There is no such community.")
    moves = [AreaMove(area, held[area], to) for area, to in sorted(wanted.items()) if to and held[area] != to]  # fmt: skip
    homeless = [area for area, to in sorted(wanted.items()) if to is None and held[area]]
    if homeless:
        raise Refused(
            f"{some(homeless)} would be without a home: say which community shall have "
            f"{'it' if len(homeless) == 1 else 'them'}.",
            "without_home",
        )
    if not moves:
        raise Refused("Nothing would move: these areas are there already.", "nothing_moves")
    return moves


def some(areas: Sequence[str]) -> str:
    """The first ten, and how many more."""
    more = f" and {len(areas) - 10} more" if len(areas) > 10 else ""
    return ", ".join(each[:20] for each in areas[:10]) + more


def check_time(now: datetime, at: datetime | None) -> None:
    if at is not None and at < now:
        raise Invalid(f"{at:%d %B %Y, %H:%M} UTC has passed. Choose a time to come, or none for now.", "past", "at")  # fmt: skip
    if at is not None and at > now + FARTHEST:
        raise Invalid("A change can be planned two years ahead at most.", "too_far", "at")


async def check_crossing(tx: Tx, areas: Collection[str], but: str | None = None) -> None:
    """Raises Refused where a change that is planned or under way moves one of these areas, or a household of theirs."""
    for other in await territory_queries.unfinished(tx):
        if other.id == but:
            continue
        theirs = [each.area for each in await territory_queries.area_moves(tx, other.id)]
        both = sorted(set(areas) & set(theirs))
        if both:
            raise Refused(f"{when(other)} moves {some(both)} too. Cancel that one, or wait until it is done.", "crosses")  # fmt: skip
        shared = await territory_queries.shared_household(tx, list(areas), theirs)
        if shared:
            raise Refused(
                f"A household lives in {shared[0]} and in {shared[1]}, which {lower(when(other))} moves. "
                "Cancel that one, or wait until it is done.",
                "crosses",
            )


def when(change: TerritoryChange) -> str:
    if change.state == "planned":
        return f"The change planned for {change.at:%d %B %Y}"
    return "A change that is under way"


def lower(words: str) -> str:
    return words[:1].lower() + words[1:]


async def cancel(tx: Tx, now: datetime, change_id: str, by: str | None) -> None:
    """Give up a change that has not begun."""
    change = await known_change(tx, change_id, lock=True)
    if change.state == "cancelled":
        return
    if change.state != "planned":
        raise Refused("This change has begun. Undo it instead.", "begun")
    await territory_queries.note_cancelled(tx, now, change_id)
    await audit(tx, now, by, "cancel", "territory_change", change_id)


# What it would mean


@dataclass(frozen=True, slots=True)
class Look:
    """What a change would do: who would move, how many live there, and who of them stays, by reason."""

    moves: list[AreaMove]
    moving: list[tuple[Home, Choice]]
    living: int
    pinned: int
    in_household: int


async def look(tx: Tx, now: datetime, wanted: Wanted, at: datetime | None) -> Look:
    """Carry the change out in a transaction that is taken back, so that this is what would happen."""
    moves = await checked(tx, wanted)
    check_time(now, at)
    await check_crossing(tx, [each.area for each in moves])
    async with tx.transaction(force_rollback=True):
        await give_areas(tx, now, forth(moves))
        return await look_around(tx, moves)


async def look_around(tx: Tx, moves: list[AreaMove]) -> Look:
    moving, living, pinned, in_household = [], 0, 0, 0
    places = await territory_queries.living_there(tx, [each.area for each in moves])
    for start in range(0, len(places), 10 * BATCH):
        some_ids = {place.id for place in places[start : start + 10 * BATCH]}
        everybody = await home_queries.housemates(tx, sorted(some_ids))
        present = await home_queries.present_homes(tx, everybody)
        for each in await home_queries.home_facts(tx, everybody):
            home = rules.choose_home(each.facts)
            if home.community_id != present[each.id].community_id:
                moving.append((present[each.id], home))
            elif each.id in some_ids:
                pinned += home.reason == "pin"
                in_household += home.reason == "household"
        living += len(some_ids)
    unique = {before.customer_id: (before, home) for before, home in moving}
    return Look(moves, list(unique.values()), living, pinned, in_household)


# Carrying it out


async def carry_out(house: House, change_id: str, *, batches: int | None = None) -> None:
    """Do what is due of a change: move its areas, then batch after batch of homes; at most so many where it is said."""
    async with house.read() as tx:
        streams = await concerned(tx, change_id)
    going = await house.act_across(streams, lambda tx, now: begin(tx, now, change_id))
    while going and batches != 0:
        going = await house.act_across(streams, lambda tx, now: follow(tx, now, change_id))
        batches = None if batches is None else batches - 1


async def concerned(tx: Tx, change_id: str) -> list[str]:
    """The communities between which areas move, and the one that takes who has no home."""
    moves = await territory_queries.area_moves(tx, change_id)
    catch_all = await communities.catch_all(tx)
    ids = {id_ for each in moves for id_ in (each.from_id, each.to_id)}
    return sorted(id_ for id_ in ids | {catch_all and catch_all.id} if id_)


async def begin(tx: Tx, now: datetime, change_id: str) -> bool:
    """Move the areas when it is time. Whether homes are still to follow."""
    change = await known_change(tx, change_id, lock=True)
    if change.state == "planned" and change.at <= now:
        moves = await territory_queries.area_moves(tx, change_id)
        held = await records.hold_areas(tx, [each.area for each in moves])
        moves = [AreaMove(each.area, held[each.area], each.to_id) for each in moves]
        await territory_queries.note_holders(tx, change_id, moves)
        await give_areas(tx, now, forth(moves))
        total = await territory_queries.count_living_there(tx, [each.area for each in moves])
        await territory_queries.note_begun(tx, now, change_id, total)
        await tell(tx, now, change, moves, "territory_changed")
        return True
    return change.state in ("applying", "undoing")


async def give_areas(tx: Tx, now: datetime, wanted: Wanted) -> None:
    """Give each area to its community from now on; to nobody where it goes back to nobody."""
    await records.end_holdings(tx, now, sorted(wanted))
    for community_id in sorted({each for each in wanted.values() if each}):
        areas = sorted(area for area, to in wanted.items() if to == community_id)
        await records.begin_holdings(tx, now, areas, community_id)


def forth(moves: Sequence[AreaMove]) -> Wanted:
    return {each.area: each.to_id for each in moves if each.from_id != each.to_id}


def back(moves: Sequence[AreaMove]) -> Wanted:
    return {each.area: each.from_id for each in moves if each.from_id != each.to_id}


async def tell(
    tx: Tx, now: datetime, change: TerritoryChange, moves: Sequence[AreaMove], kind: str
) -> None:
    streams = sorted({id_ for each in moves for id_ in (each.from_id, each.to_id) if id_})
    await hold(tx, streams)
    for stream_id in streams:
        count = sum(stream_id in (each.from_id, each.to_id) for each in moves)
        emit(tx, stream_id, kind, now, {"change": change.id, "by": change.by_id}, areas=count)


async def follow(tx: Tx, now: datetime, change_id: str) -> bool:
    """One batch of homes. Whether more are to follow."""
    change = await known_change(tx, change_id, lock=True)
    if change.state not in ("applying", "undoing"):
        return False
    areas = [each.area for each in await territory_queries.area_moves(tx, change_id)]
    after = Place(change.last_area, change.last_id) if change.last_area and change.last_id else None
    places = await territory_queries.living_there(tx, areas, after, BATCH)
    if places:
        everybody = await home_queries.housemates(tx, [each.id for each in places])
        await rehome_many(tx, now, everybody, change.by_id, change_id=change_id)
        await territory_queries.note_place(tx, change_id, places[-1], len(places))
    if len(places) == BATCH:
        return True
    if change.state == "applying":
        await territory_queries.note_done(tx, now, change_id)
    else:
        await territory_queries.note_undone(tx, now, change_id)
    return False


async def undo(tx: Tx, now: datetime, change_id: str, by: str | None) -> TerritoryChange:
    """Give the areas back to whom they were taken from, except those that went on since; homes then follow in batches.

    Whose home was changed otherwise since keeps what rule 1 gives them. Needs every stream, as `plan` does.
    """
    change = await known_change(tx, change_id, lock=True)
    if change.state in ("undoing", "undone"):
        raise Refused("This change is undone already.", "undone")
    if change.state != "done":
        raise Refused("This change is not done yet.", "not_done")
    moves = await territory_queries.area_moves(tx, change_id)
    await check_crossing(tx, [each.area for each in moves])
    held = await records.hold_areas(tx, [each.area for each in moves])
    theirs = [each for each in moves if held[each.area] == each.to_id]
    if not theirs:
        raise Refused("Nothing of it can be undone: all its areas went to others since.", "moved_on")  # fmt: skip
    left = sorted({each.area for each in moves} - {each.area for each in theirs})
    await territory_queries.leave_alone(tx, change_id, left)
    await give_areas(tx, now, back(theirs))
    total = await territory_queries.count_living_there(tx, [each.area for each in theirs])
    await territory_queries.note_undo_begun(tx, now, change_id, total, by)
    await tell(tx, now, change, theirs, "territory_undone")
    await audit(tx, now, by, "undo", "territory_change", change_id, {"left_alone": left})
    return await known_change(tx, change_id)


async def known_change(tx: Tx, change_id: str, *, lock: bool = False) -> TerritoryChange:
    find = territory_queries.lock_change if lock else territory_queries.change
    found = await find(tx, change_id) if is_id(change_id) else None
    if found is None:
        raise NotFound("There is no such change of territories.")
    return found
