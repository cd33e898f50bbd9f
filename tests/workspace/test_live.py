"""What reaches which desk: through the real hub and database, with a stream that only writes down."""

import asyncio
from collections.abc import AsyncIterator, Callable, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coterie.kit import events
from coterie.kit.db import Tx
from coterie.kit.events import Event
from coterie.kit.live import Subscriber
from coterie.workspace import fragments, live, queries
from coterie.workspace.fragments import Desk
from coterie.workspace.live import Live
from coterie.workspace.looks import Look, look_of
from tests.world import Community, Expert, World, made_world

Processes = Callable[[], Live]


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


@pytest.fixture
async def processes(world: World) -> AsyncIterator[Processes]:
    """Makes the rooms of one more process of this house; at the end everybody leaves."""
    made: list[Live] = []

    def another() -> Live:
        made.append(Live(world.house))
        return made[-1]

    yield another
    for lives in made:
        listening = lives.looks.task
        for room in list(lives.rooms.values()):
            for desk in [*room.desks, *room.joining]:
                room.leave(desk)
        if listening is not None:
            await asyncio.wait([listening])


@dataclass(eq=False)
class Watched:
    """A desk, and what its browser has received."""

    desk: Desk
    heard: list[str]
    leave: Callable[[], None]

    async def hears(self, words: str, *, within: float = 30) -> str:
        async with asyncio.timeout(within):
            while words not in self.all:
                await asyncio.sleep(0.01)
        return self.all

    @property
    def all(self) -> str:
        return "".join(self.heard)


async def sit(lives: Live, expert: Expert, after: int | None = None, browser: str = "") -> Watched:
    heard: list[str] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        heard.append(message["body"].decode())

    community = expert.community
    async with lives.house.read() as tx:
        newest = await queries.cursor(tx, community.id)
    desk = Desk(
        Subscriber(send), browser or expert.id, expert.id, community.id,
        ZoneInfo("Australia/Sydney"), newest if after is None else after,
    )  # fmt: skip
    return Watched(desk, heard, lives.join(desk))


async def team(world: World) -> tuple[Community, Expert, Expert]:
    riverina = await world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    return riverina, priya, await riverina.expert("Tom Whitby", present=False)


async def test_who_attends_gets_row_and_turn_and_others_do_not(
    world: World, processes: Processes
) -> None:
    _, priya, tom = await team(world)
    lives = processes()
    hers, his = await sit(lives, priya), await sit(lives, tom)
    receipt = await world.customer("Colleen Barber", "2701").writes("It drops every evening.")
    heard = await hers.hears("turn-" + receipt.message_id)
    assert f'id="mine-{receipt.thread_id}"' in heard
    assert "It drops every evening." in heard
    await his.hears("count-community")
    assert "drops" not in his.all


async def test_another_community_hears_nothing(world: World, processes: Processes) -> None:
    _, priya, _ = await team(world)
    hunter = await world.community("Hunter", ["2300"])
    zoe = await hunter.expert("Zoe Park")
    lives = processes()
    hers, far = await sit(lives, priya), await sit(lives, zoe)
    await world.customer("Colleen Barber", "2701").writes("It drops.")
    await hers.hears("It drops.")
    assert far.all == ""


async def test_a_thread_that_a_tab_shows_is_followed(world: World, processes: Processes) -> None:
    riverina, _, tom = await team(world)
    colleen = world.customer("Colleen Barber", "2701")
    receipt = await colleen.writes("First.")
    lives = processes()
    his = await sit(lives, tom)
    await asyncio.sleep(0)
    await lives.looks.say(
        Look(riverina.id, tom.id, "Tom Whitby", his.desk.browser, "tab", 1, receipt.thread_id)
    )
    await colleen.writes("Second.")
    heard = await his.hears("Second.")
    assert f'id="stale-{receipt.thread_id}"' in heard
    assert "data-rank" not in heard


async def test_a_desk_that_comes_back_hears_what_it_missed(
    world: World, processes: Processes
) -> None:
    _, priya, _ = await team(world)
    lives = processes()
    first = await sit(lives, priya)
    known = first.desk.after
    first.leave()
    colleen = world.customer("Colleen Barber", "2701")
    await colleen.writes("While you were gone.")
    await colleen.writes("Twice.")
    back = await sit(lives, priya, after=known)
    heard = await back.hears("Twice.")
    assert heard.count("While you were gone.</p>") == 1
    async with world.house.read() as tx:
        assert f"id: {await queries.cursor(tx, priya.community.id)}\n" in heard


async def test_a_desk_that_missed_too_much_is_told_so(
    world: World, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_MISSED", 3)
    _, priya, _ = await team(world)
    colleen = world.customer("Colleen Barber", "2701")
    for number in range(4):
        await colleen.writes(f"Message {number}")
    back = await sit(processes(), priya, after=0)
    heard = await back.hears("event: stale")
    assert "Message" not in heard


async def test_who_was_a_guest_meanwhile_is_told_to_look_and_who_was_none_is_not(
    world: World, processes: Processes
) -> None:
    """What a guest serves is in another stream: their own cursor says nothing of how it ended."""
    _, priya, _ = await team(world)
    hunter = await world.community("Hunter", ["2300"])
    sam, zoe = await hunter.expert("Sam Okafor"), await hunter.expert("Zoe Park")
    colleen = world.customer("Colleen Barber", "2701")
    receipt = await colleen.writes("I can't find the words.")
    await colleen.agrees_to_care(receipt.customer_id)
    world.later(minutes=1)
    await priya.answers(receipt.case_id)
    await priya.gives_to_care(receipt.case_id, sam)
    serving = await sit(processes(), sam)
    await serving.hears("event: stale")
    serving.leave()
    world.later(minutes=1)
    await priya.ends_care(receipt.case_id)
    lives = processes()
    back, other = await sit(lives, sam), await sit(lives, zoe)
    await back.hears("event: stale")
    world.later(minutes=1)
    await world.customer("Bo Marsh", "2300").writes("And now?")
    await other.hears("count-community")
    assert "event: stale" not in other.all
    once = await sit(lives, sam)
    world.later(minutes=1)
    await world.customer("Li Wei", "2300").writes("One more.")
    await once.hears("count-community")
    assert "event: stale" not in once.all


async def test_a_thread_that_is_mine_no_more_goes_away(world: World, processes: Processes) -> None:
    _, priya, _ = await team(world)
    receipt = await world.customer("Colleen Barber", "2701").writes("It drops.")
    hers = await sit(processes(), priya)
    await priya.goes()
    heard = await hers.hears("data-gone")
    assert f'<li id="mine-{receipt.thread_id}" data-gone></li>' in heard


async def test_what_became_another_s_while_a_desk_was_away_goes_away(
    world: World, processes: Processes
) -> None:
    _, priya, tom = await team(world)
    await tom.comes()
    receipt = await world.customer("Colleen Barber", "2701").writes("It drops.")
    await priya.answers(receipt.case_id)
    lives = processes()
    hers, his = await sit(lives, priya), await sit(lives, tom)
    await hers.desk.subscriber.drained()
    hers.leave()
    await priya.hands_over(receipt.case_id, tom)
    await his.hears(f'id="mine-{receipt.thread_id}"')
    back = await sit(lives, priya, hers.desk.after)
    await back.hears(f'<li id="mine-{receipt.thread_id}" data-gone></li>')


async def test_what_a_customer_writes_stays_text(world: World, processes: Processes) -> None:
    _, priya, _ = await team(world)
    hers = await sit(processes(), priya)
    await world.customer('<script>alert("1")</script>', "2701").writes(
        "<img src=x>\n\ndata: evil\n{{ 7 * 7 }}"
    )
    heard = await hers.hears("evil")
    assert "<script" not in heard
    assert "<img" not in heard
    assert all(line.startswith(("id: ", "data: ", ":")) for line in heard.split("\n") if line)


async def test_a_distinct_view_is_painted_once(
    world: World, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, priya, _ = await team(world)
    painted: list[str] = []
    real = fragments.macro

    def counted(name: str) -> Any:
        def paint(*given: Any) -> str:
            painted.append(name)
            return real(name)(*given)

        return paint

    monkeypatch.setattr(fragments, "macro", counted)
    lives = processes()
    desks = [await sit(lives, priya, browser=f"browser {n}") for n in range(5)]
    while any(room.joining for room in lives.rooms.values()):
        await asyncio.sleep(0.01)
    await world.customer("Colleen Barber", "2701").writes("It drops.")
    for each in desks:
        await each.hears("It drops.")
    assert painted.count("turn") == 1


async def test_the_last_desk_that_leaves_closes_the_room(
    world: World, processes: Processes
) -> None:
    riverina, priya, tom = await team(world)
    lives = processes()
    hers, his = await sit(lives, priya), await sit(lives, tom)
    hers.leave()
    assert riverina.id in lives.rooms
    his.leave()
    assert lives.rooms == {}
    assert riverina.id not in world.house.hub.topics


async def test_looks_reach_another_process(world: World, processes: Processes) -> None:
    riverina, priya, tom = await team(world)
    receipt = await world.customer("Colleen Barber", "2701").writes("It drops.")
    here, there = processes(), processes()
    hers = await sit(here, priya)
    await sit(there, tom)
    await asyncio.sleep(0.3)  # both listen
    await here.looks.say(
        Look(riverina.id, priya.id, "Priya Nair", hers.desk.browser, "tab", 1, receipt.thread_id)
    )
    await there.looks.say(
        Look(riverina.id, tom.id, "Tom Whitby", "his", "tab", 1, receipt.thread_id, typing=True)
    )
    heard = await hers.hears("Tom is typing")
    assert f'id="looks-{receipt.thread_id}"' in heard


async def test_a_look_that_was_overtaken_changes_nothing(
    world: World, processes: Processes
) -> None:
    riverina, _, tom = await team(world)
    receipt = await world.customer("Colleen Barber", "2701").writes("It drops.")
    looks = processes().looks
    look = Look(riverina.id, tom.id, "Tom Whitby", "his", "tab", 1, receipt.thread_id)
    now = world.house.now()

    def onlookers() -> list[bool]:
        return [each.typing for each in looks.onlookers(receipt.thread_id, "", now)]

    await looks.say(replace(look, number=2, typing=True))
    await looks.say(look)
    assert onlookers() == [True]
    await looks.say(replace(look, number=4, gone=True))
    await looks.say(replace(look, number=3))
    assert onlookers() == []
    await looks.say(replace(look, number=5))  # the page was kept, and comes back
    assert onlookers() == [False]
    await looks.say(replace(look, number=0, typing=True))  # of a process that doesn't count yet
    assert onlookers() == [True]


def test_another_version_may_tell_more_of_a_look_or_less() -> None:
    told = {"community_id": "c", "expert_id": "e", "name": "Tom", "browser": "b", "tab": "t", "mood": "good"}  # fmt: skip
    assert look_of(told) == Look("c", "e", "Tom", "b", "t")


async def test_what_happened_between_page_and_look_is_told(
    world: World, processes: Processes
) -> None:
    riverina, _, tom = await team(world)
    colleen = world.customer("Colleen Barber", "2701")
    receipt = await colleen.writes("First.")
    lives = processes()
    his = await sit(lives, tom)
    async with world.house.read() as tx:
        rendered = await queries.cursor(tx, riverina.id)
    await colleen.writes("Between.")
    await asyncio.sleep(0.2)
    assert "Between." not in his.all
    look = Look(
        riverina.id,
        tom.id,
        "Tom Whitby",
        his.desk.browser,
        "tab",
        1,
        receipt.thread_id,
        after=rendered,
    )
    await lives.looks.say(look)
    heard = await his.hears("Between.")
    assert "First.</p>" not in heard


async def test_it_is_told_though_something_else_is_just_being_told(
    world: World, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    riverina, priya, _ = await team(world)
    colleen = world.customer("Colleen Barber", "2701")
    receipt = await colleen.writes("First.")
    lives = processes()
    hers = await sit(lives, priya)
    async with world.house.read() as tx:
        rendered = await queries.cursor(tx, riverina.id)
    between = await colleen.writes("Between.")
    await hers.hears(f"turn-{between.message_id}")
    hers.heard.clear()
    reads, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(tx: Tx, batch: Sequence[Event]) -> fragments.Change:
        reads.set()
        await go_on.wait()
        return await fragments.load(tx, batch)

    monkeypatch.setattr(live, "load", slowly)
    await colleen.writes("After.")
    await reads.wait()
    browser = hers.desk.browser
    await lives.looks.say(
        Look(riverina.id, priya.id, "Priya", browser, "tab", 1, receipt.thread_id, after=rendered)
    )
    go_on.set()
    await hers.hears(f"turn-{between.message_id}")


async def test_it_is_told_though_the_desk_is_just_let_in(
    world: World, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a lost connection: the stream goes on from where it was, and of two tabs one shows less."""
    riverina, priya, _ = await team(world)
    colleen = world.customer("Colleen Barber", "2701")
    receipt = await colleen.writes("First.")
    other = await world.customer("Bea Stone", "2701").writes("Of another tab")
    async with world.house.read() as tx:
        rendered = await queries.cursor(tx, riverina.id)
    await colleen.writes("Between.")
    reads, go_on = asyncio.Event(), asyncio.Event()
    missed = events.after

    async def slowly(*what: Any) -> list[Event]:
        found = await missed(*what)
        reads.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(events, "after", slowly)
    lives = processes()
    hers = await sit(lives, priya)
    await reads.wait()
    browser = hers.desk.browser
    await lives.looks.say(
        Look(riverina.id, priya.id, "Priya", browser, "tab", 1, receipt.thread_id, after=rendered)
    )
    async with world.house.read() as tx:
        later = await queries.cursor(tx, riverina.id)
    await lives.looks.say(
        Look(riverina.id, priya.id, "Priya", browser, "other tab", 1, other.thread_id, after=later)
    )
    go_on.set()
    await hers.hears("Between.")


async def test_a_second_tab_is_told_what_came_before_it_showed_the_same_thread(
    world: World, processes: Processes
) -> None:
    """The stream has brought it to this browser already: to a tab that had nothing to put it into."""
    riverina, _, tom = await team(world)
    colleen = world.customer("Colleen Barber", "2701")
    receipt = await colleen.writes("First.")
    lives = processes()
    his = await sit(lives, tom)
    first = Look(riverina.id, tom.id, "Tom Whitby", his.desk.browser, "one", 1, receipt.thread_id)
    async with world.house.read() as tx:
        rendered = await queries.cursor(tx, riverina.id)
    await lives.looks.say(replace(first, after=rendered))
    await colleen.writes("Between.")
    await his.hears("Between.")
    await lives.looks.say(replace(first, tab="two", thread_id="", after=rendered))
    his.heard.clear()
    await lives.looks.say(replace(first, tab="two", number=2, after=rendered))
    await his.hears("Between.")
    his.heard.clear()
    await lives.looks.say(replace(first, tab="two", number=3, after=rendered))
    await asyncio.sleep(0.3)
    assert "Between." not in his.all  # it shows nothing that it did not show before
    world.later(minutes=1)  # a browser lets a tab in the background speak once a minute
    await lives.looks.say(replace(first, tab="two", number=4, after=rendered))
    await asyncio.sleep(0.3)
    assert "Between." not in his.all


async def test_who_is_asked_hears_it_and_who_asked_hears_the_answer(
    world: World, processes: Processes
) -> None:
    riverina, priya, tom = await team(world)
    uma = await riverina.expert("Uma Iyer")
    receipt = await world.customer("Colleen Barber", "2701").writes("It drops.")
    lives = processes()
    hers, his, others = [await sit(lives, each) for each in (priya, tom, uma)]
    ask = await priya.asks(receipt.case_id, "Mast or tower?")
    heard = await others.hears("asks you")
    assert "Priya asks you: Mast or tower?" in heard
    assert '<span class="count" id="count-asks">1</span>' in heard
    await uma.helps(ask.id, "A mast.")
    await hers.hears("Uma answered: Mast or tower?")
    await others.hears('<span class="count" id="count-asks">0</span>')
    assert "Mast" not in his.all and "asks you" not in hers.all


async def test_the_list_of_asks_hears_of_every_ask_as_its_reader_sees_it(
    world: World, processes: Processes
) -> None:
    riverina, priya, tom = await team(world)
    uma = await riverina.expert("Uma Iyer")
    receipt = await world.customer("Colleen Barber", "2701").writes("It drops.")
    lives = processes()
    his = await sit(lives, tom, browser="his")
    await lives.looks.say(Look(riverina.id, tom.id, "Tom", "his", "1", list="asks"))
    ask = await priya.asks(receipt.case_id, "Mast or tower?")
    heard = await his.hears(f'id="ask-{ask.id}"')
    assert 'data-into="#rows-asks-others"' in heard and "waits for the team" in heard
    await uma.accepts(ask.id)
    await his.hears("Uma has it")


async def test_who_speaks_a_language_is_told_when_they_come(
    world: World, processes: Processes
) -> None:
    riverina, _, _ = await team(world)
    mei = await riverina.expert("Mei Lin", languages=["zh"], present=False, capacity=1)
    await mei.comes()
    await world.customer("Bo", "2701", language="zh").writes("Hello")
    await mei.is_now("away")
    await world.customer("Li", "2701", language="zh").writes("Hello")
    lives = processes()
    hers = await sit(lives, mei)
    await mei.comes()
    await hers.hears('id="count-asks">2<')


async def test_whoever_promised_is_warned_and_a_teammate_is_not(
    world: World, processes: Processes
) -> None:
    riverina, priya, _ = await team(world)
    receipt = await world.customer("Colleen Barber", "2701").writes("It drops.")
    await priya.answers(receipt.case_id)
    promise = await priya.promises(receipt.case_id, "Ring with a fix", minutes=30)
    uma = await riverina.expert("Uma Iyer")
    lives = processes()
    hers, others = await sit(lives, priya), await sit(lives, uma)
    world.clock[0] = promise.warn_at
    await world.tick()
    await hers.hears("Due in 10 min: Ring with a fix")
    assert "Ring with a fix" not in others.all
