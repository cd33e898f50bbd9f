"""Rule 5: who waits is told an honest time. What it is made of, and that it is kept, over named scenarios and for real."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coterie.communities.hours import ALWAYS_OPEN, Hours, is_open
from coterie.communities.settings import Settings
from coterie.communities.staffed import Span, Staffed
from coterie.conversations import queries as conversations
from coterie.conversations.model import Receipt
from coterie.flow import serve_queues
from coterie.kit.ids import new_id
from coterie.routing import honest, policy, queries, rules, wait_queries
from coterie.routing.honest import LATER, MISSING, STAFFED, Place, Wait
from coterie.routing.model import Member
from tests.routing.scenarios import SCENARIOS
from tests.routing.simulated import Community
from tests.routing.test_policy import NOW, ZONES, needing, weeks
from tests.world import Expert, World, made_world

LEAST, MOST = 0.85, 0.97
SEED = 11
"""Seeds 1 and 2 were looked at while the rule was made; this one was not."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_rule_5_times_given_are_kept(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    """For 85 to 97% of a thousand queued episodes or more, and not by being long: most wait a third of it or more."""
    make, times = SCENARIOS[name]
    runs = [Community(make(), SEED * 100 + each).run() for each in range(times)]
    together = runs[0]
    together.waits = [wait for run in runs for wait in run.waits]
    figures = together.figures
    record_property(
        "figure",
        "{name}: {kept:.1%} of {n} kept; median said {said:.0f} s, took {took:.0f} s (0.9 quantile {took_q90:.0f} s), "
        "ratio {ratio:.2f}".format(name=name, **figures),
    )
    assert figures["n"] >= 1_000
    assert LEAST <= figures["kept"] <= MOST
    assert figures["ratio"] <= 4
    assert figures["said"] <= max(2 * figures["took_q90"], 600)


# What a time is made of

seconds = st.floats(0, 1e5)
waits = st.builds(
    Wait, st.sampled_from([STAFFED, LATER, MISSING]), st.integers(0, 500), st.integers(1, 40), seconds,
    st.booleans(), st.booleans(),
)  # fmt: skip
places = st.builds(
    Place, st.just(NOW), st.sampled_from([STAFFED, LATER, MISSING]), st.integers(0, 500), st.integers(1, 40)
)  # fmt: skip


@st.composite
def teams(draw: st.DrawFn) -> tuple[list[Member], list[Span]]:
    """Any presence, shift, seat, language and load; with the spans in which those who plan are planned."""
    members, spans = [], []
    for _ in range(draw(st.integers(0, 5))):
        shift = draw(st.one_of(st.none(), st.tuples(st.integers(-600, 9_000), st.integers(1, 600))))
        begins = shift and NOW + timedelta(minutes=shift[0])
        ends = begins and shift and begins + timedelta(minutes=shift[1])
        on_shift = begins is None or ends is None or begins <= NOW < ends
        members.append(
            Member(
                new_id(), draw(st.booleans()), on_shift, begins if begins and begins > NOW else None,
                draw(st.sampled_from([["messaging"], ["voice"], ["messaging", "voice"]])),
                draw(st.sampled_from([["en"], ["it"], ["en", "it"]])), {},
                draw(st.sampled_from([0.0, 3.1, 9.0])), 4.0, None,
                on_call=draw(st.booleans()),
            )
        )  # fmt: skip
        if begins and ends and ends > NOW:
            spans.append((begins, ends))
    return members, spans


def spans_of(members: list[Member], spans: list[Span], fit: list[Member]) -> list[Span]:
    """Apart and in order, as the database gives them; only of who fits, by when they come."""
    begins = {member.next_shift for member in fit}
    mine = sorted(
        s for s in spans if s[0] in begins or (s[0] <= NOW and any(m.on_shift for m in fit))
    )
    apart: list[Span] = []
    for one in mine:
        if apart and one[0] <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(apart[-1][1], one[1])
        else:
            apart.append(one)
    return apart


def unplanned_before_a_shift() -> tuple[list[Member], list[Span]]:
    """On the phone without a shift, so there until the next shift begins, which is a minute after opening."""
    opens = NOW + timedelta(hours=12)
    here = Member(new_id(), True, True, None, ["voice"], ["en"], {}, 1.0, 4.0, None, on_call=True)
    begins = opens + timedelta(minutes=1)
    comes = Member(new_id(), False, False, begins, ["voice"], ["en"], {}, 0.0, 4.0, None)
    return [here, comes], [(begins, begins + timedelta(minutes=1))]


@given(
    team=teams(),
    channel=st.sampled_from(["messenger", "email", "voice"]),
    language=st.sampled_from(["", "en", "it", "fr"]),
    ahead=st.integers(0, 300),
    recent=st.lists(waits, max_size=60),
    hours=weeks(),
    zone=st.sampled_from(ZONES),
)
@example(
    team=unplanned_before_a_shift(), channel="voice", language="", ahead=0, recent=[],
    hours=Hours(week=((), (), ((0, 60),), (), (), (), ())), zone=ZoneInfo("Australia/Sydney"),
)  # fmt: skip
def test_rule_5_nobody_is_trapped(
    team: tuple[list[Member], list[Span]],
    channel: str,
    language: str,
    ahead: int,
    recent: list[Wait],
    hours: Hours,
    zone: ZoneInfo,
) -> None:
    """Somebody eligible, or a place in the queue with a time still to come: in open hours, when somebody who fits is."""
    members, all_spans = team
    settings = Settings(hours=hours)
    need = replace(needing(channel, NOW, NOW + timedelta(minutes=10)), language=language)
    seen = rules.situation(need, members, settings, zone, NOW)
    codes = [0] * len(members)
    index, _ = policy.decide(seen.contact, seen.experts, codes)
    if index != policy.NOBODY:
        assert codes[index] == policy.ELIGIBLE
        return
    fit = rules.fitting(need, members)
    spans = spans_of(members, all_spans, fit)
    staffed = rules.staffed(need, members, spans, settings, zone, NOW)
    place = rules.place(need, members, staffed, ahead, NOW)
    time = honest.time_given(place, recent, 600.0, staffed, NOW)
    assert place.start >= NOW
    assert time >= NOW + timedelta(minutes=1)
    assert time >= place.start
    just_before = time - timedelta(seconds=1)
    assert is_open(just_before, hours, zone) or time == NOW + timedelta(minutes=1)
    if spans and place.began == LATER:
        assert (
            any(begins <= place.start < ends for begins, ends in staffed.spans)
            or place.start >= spans[-1][1]
        )


@given(places, st.lists(waits, min_size=honest.FEWEST, max_size=80), st.integers(1, 50))
def test_more_ahead_never_means_an_earlier_time_where_all_waits_are_alike(
    place: Place, recent: list[Wait], more: int
) -> None:
    one = recent[0]
    alike = [Wait(place.began, one.ahead, one.positions, w.seconds, w.kept) for w in recent]
    behind = Place(place.start, place.began, place.ahead + more, place.positions)
    assert honest.expected_s(behind, alike) >= honest.expected_s(place, alike)


@given(places, st.lists(waits, min_size=honest.FEWEST, max_size=80))
def test_missed_times_make_the_next_ones_longer(place: Place, recent: list[Wait]) -> None:
    as_if = [
        [Wait(w.began, w.ahead, w.positions, w.seconds, k) for w in recent] for k in (True, False)
    ]
    assert honest.expected_s(place, as_if[0]) <= honest.expected_s(place, as_if[1])


@given(st.lists(waits, max_size=honest.FEWEST - 1), places)
def test_without_history_the_time_is_the_channels_promise(recent: list[Wait], place: Place) -> None:
    staffed = Staffed(ALWAYS_OPEN, ZONES[0])
    assert honest.time_given(place, recent, 600.0, staffed, NOW) == NOW + timedelta(minutes=10)


def test_nobody_ahead_is_given_a_later_time_than_who_waits_behind() -> None:
    staffed, ahead = Staffed(ALWAYS_OPEN, ZONES[0]), NOW + timedelta(hours=2)
    place = Place(NOW, STAFFED, 3, 2)
    assert honest.time_given(place, [], 600.0, staffed, NOW, ahead) == ahead


@given(
    start=st.timedeltas(timedelta(), timedelta(days=9)),
    seconds=st.floats(1, 2e6),
    lengths=st.lists(st.tuples(st.integers(1, 900), st.integers(1, 900)), max_size=6),
    hours=weeks(),
    zone=st.sampled_from(ZONES),
)
@example(timedelta(), 60.0, [], ALWAYS_OPEN, ZONES[0])
def test_staffed_time_that_is_added_has_passed(
    start: timedelta, seconds: float, lengths: list[tuple[int, int]], hours: Hours, zone: ZoneInfo
) -> None:
    spans, cursor = [], NOW
    for gap, length in lengths:
        begins = cursor + timedelta(minutes=gap)
        cursor = begins + timedelta(minutes=length)
        spans.append((begins, cursor))
    staffed, since = Staffed(hours, zone, spans), NOW + start
    until = staffed.add(since, seconds)
    assert staffed.between(since, until) == pytest.approx(seconds, abs=0.01)
    assert since <= staffed.begins(since) <= until


# The real queue


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


async def times_kept(world: World) -> list[tuple[int, int]]:
    async with world.house.read() as tx:
        found = await wait_queries.times_kept(tx, world.now - timedelta(days=7))
    return [(each.kept, each.n) for each in found]


async def busy(world: World, **settings: Any) -> tuple[Expert, Receipt]:
    """Ana attends Li, and has no room for another."""
    riverina = await world.community(**settings)
    ana = await riverina.expert("Ana", capacity=1)
    return ana, await world.customer("Li").writes()


async def test_a_time_is_kept_by_an_answer_and_not_by_a_placement(world: World) -> None:
    ana, of_li = await busy(world, weight_after_s=0, weight_idle=0)
    of_bo = await world.customer("Bo").writes()
    assert of_bo.time_given == world.now + timedelta(minutes=10)
    world.later(minutes=9)
    await ana.answers(of_li.case_id)
    assert await times_kept(world) == []
    world.later(minutes=2)
    await ana.answers(of_bo.case_id)
    assert await times_kept(world) == [(0, 1)]


async def test_the_first_time_given_counts_and_not_its_renewal(world: World) -> None:
    ana, of_li = await busy(world, weight_after_s=0, weight_idle=0)
    of_bo = await world.customer("Bo").writes()
    world.later(minutes=11)
    await world.tick()
    assert await times_kept(world) == [(0, 1)]
    await ana.answers(of_li.case_id)
    await ana.answers(of_bo.case_id)
    assert await times_kept(world) == [(0, 1)]


async def test_what_ends_without_an_answer_counts_only_where_its_time_has_passed(
    world: World,
) -> None:
    ana, _ = await busy(world)
    first = await world.customer("Bo").writes()
    second = await world.customer("Em").writes()
    await ana.resolves(first.case_id)
    assert await times_kept(world) == []
    world.later(minutes=11)
    await ana.snoozes(second.case_id, hours=1)
    assert await times_kept(world) == [(0, 1)]


async def test_a_call_is_answered_by_being_taken(world: World) -> None:
    riverina = await world.community()
    call = await world.customer("Em").writes("(call)", channel="voice")
    assert call.time_given is not None
    world.later(seconds=30)
    await riverina.expert("Ana", seats=("messaging", "voice"))
    assert await times_kept(world) == [(1, 1)]


async def test_the_time_counts_from_the_next_shift_of_somebody_who_speaks_the_language(
    world: World,
) -> None:
    riverina = await world.community()
    ana = await riverina.expert("Ana", languages=("en",), present=False)
    ines = await riverina.expert("Ines", languages=("it",), present=False)
    now = world.now
    await ana.works((now + timedelta(hours=1), now + timedelta(hours=9)))
    await ines.works((now + timedelta(hours=3), now + timedelta(hours=9)))
    english = await world.customer("Li", language="en").writes()
    italian = await world.customer("Gia", language="it").writes()
    assert english.time_given == now + timedelta(hours=1, minutes=10)
    assert italian.time_given == now + timedelta(hours=3, minutes=10)


async def test_the_messenger_is_open_when_nobody_is_free(world: World) -> None:
    """Seen elsewhere: chat was hidden when nobody was free. Here what is written is taken in, with an honest time."""
    riverina = await world.community()
    nobody_there = await world.customer("Li").writes()
    assert (nobody_there.attending_id, nobody_there.time_given is not None) == (None, True)
    ana = await riverina.expert("Ana", capacity=1)
    nobody_free = await world.customer("Bo").writes()
    assert nobody_free.time_given is not None and nobody_free.time_given > world.now
    await ana.goes()
    nobody_at_all = await world.customer("Em").writes()
    assert nobody_at_all.time_given is not None and nobody_at_all.time_given > world.now


async def answer_some(world: World, team: list[Expert], random: Random) -> None:
    """Each of what they attend is answered after three minutes on the mean."""
    for expert in team:
        async with world.house.read() as tx:
            attended = await queries.attended_by(tx, expert.community.id, expert.id)
            cases = [await conversations.episode(tx, episode_id) for episode_id in attended]
        for each in cases:
            if each is not None and random.random() < 30 / 180:
                await expert.answers(each.case_id)


async def test_rule_5_times_given_are_kept_by_the_real_queue(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    """Some hours of a small team through the actions and the database: what it knows of waits is what it wrote itself."""
    random = Random(SEED)
    riverina = await world.community(weight_after_s=0, weight_idle=0)
    team = [await riverina.expert(f"Expert {n}", capacity=1) for n in range(2)]
    written = 0
    while written < 180:
        world.later(seconds=30)
        await serve_queues(world.house, world.now)
        if random.random() < 30 / 105:
            written += 1
            await world.customer(f"Customer {written}").writes()
        await answer_some(world, team, random)
    [(kept, n)] = await times_kept(world)
    record_property("figure", f"the real queue: {kept / n:.1%} of {n} kept")
    assert n >= 50
    assert kept / n >= LEAST, (kept, n)
