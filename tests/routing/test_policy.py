"""The rules of the model that the policy keeps, over any situation that there can be."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.communities.hours import ALWAYS_OPEN, Hours, next_open
from coterie.communities.settings import Settings
from coterie.kit.ids import new_id
from coterie.routing import policy, rules, words
from coterie.routing.model import FAR_S, Decision, Member, Need, Situation
from coterie.routing.policy import NOBODY, Contact, Experts

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ZONES = [ZoneInfo("Australia/Sydney"), ZoneInfo("UTC"), ZoneInfo("America/St_Johns")]

yes_or_no = st.sampled_from([1, 1, 1, 0])
loads = st.sampled_from([0.0, 0.1, 0.9, 1.0, 2.3, 3.0, 3.1, 4.0, 9.0])


@st.composite
def situations(draw: st.DrawFn) -> tuple[Contact, Experts]:
    """Up to nine experts in any state, with anybody or nobody attending, owning, having owned."""
    size = draw(st.integers(0, 9))

    def column(of: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(of, min_size=size, max_size=size))

    experts = Experts(
        present=column(yes_or_no),
        on_shift=column(yes_or_no),
        seat=column(yes_or_no),
        speaks=column(yes_or_no),
        skill=column(st.integers(0, 5)),
        load=column(loads),
        capacity=column(st.sampled_from([1.0, 4.0, 5.5])),
        idle_s=column(st.floats(0, 1e9)),
        on_call=column(st.sampled_from([0, 0, 0, 1])),
        warm_s=column(st.sampled_from([0.0, 0.0, 0.0, 0.5, 90.0])),
        back_s=column(st.sampled_from([FAR_S, 60.0, 3_600.0])),
        rated_badly=column(st.sampled_from([0, 0, 0, 1])),
    )
    somebody = st.integers(NOBODY, size - 1)
    call = draw(st.sampled_from([0, 0, 1]))
    hold_s = draw(st.sampled_from([0.0, 0.0, 8.0, 300.0, 7_200.0]))
    return Contact(draw(somebody), draw(somebody), draw(somebody), call, hold_s), experts


def decided(contact: Contact, experts: Experts) -> tuple[int, int, list[int]]:
    codes = [0] * len(experts.present)
    index, reason = policy.decide(contact, experts, codes)
    return index, reason, codes


def can_serve(contact: Contact, experts: Experts, i: int) -> bool:
    """Said once more in other words: on the list of what is allowed in every way."""
    return is_there(experts, i) and not is_busy(contact, experts, i)


def is_there(experts: Experts, i: int) -> bool:
    return all(
        column[i] == 1
        for column in (experts.present, experts.on_shift, experts.seat, experts.speaks)
    )


def is_busy(contact: Contact, experts: Experts, i: int) -> bool:
    free = experts.load[i] <= 1 if contact.call else experts.load[i] + 1 <= experts.capacity[i]
    return not free or experts.on_call[i] == 1 or experts.warm_s[i] > 0


def welcome(contact: Contact, experts: Experts) -> int:
    """Whom the customer returns to: the owner, for a new case the last one, where not rated badly."""
    meant = contact.owner if contact.owner != NOBODY else contact.last_owner
    return NOBODY if meant == NOBODY or experts.rated_badly[meant] else meant


def worth_waiting_for(contact: Contact, experts: Experts, i: int) -> bool:
    """Busy now; or not there, with a shift that begins within the hold."""
    if not (experts.present[i] and experts.on_shift[i]):
        return experts.back_s[i] <= contact.hold_s
    return contact.hold_s > 0 and is_there(experts, i) and is_busy(contact, experts, i)


@given(situations())
def test_rule_3_one_owner_one_place(situation: tuple[Contact, Experts]) -> None:
    """One person or the queue: a choice has a reason of choosing, no choice a reason of waiting."""
    index, reason, _ = decided(*situation)
    chosen = reason in (policy.STAYS, policy.OWNER, policy.LAST_OWNER, policy.COVER, policy.FIRST)
    assert (index != NOBODY) == chosen
    assert reason in words.REASONS


@given(situations())
def test_rule_3_an_episode_stays_with_a_present_attendee(
    situation: tuple[Contact, Experts],
) -> None:
    contact, experts = situation
    if contact.attending == NOBODY:
        return
    index, reason, _ = decided(contact, experts)
    stays = (index, reason) == (contact.attending, policy.STAYS)
    assert stays == (experts.present[contact.attending] == 1)


@given(situations())
def test_rule_4_soft_owner(situation: tuple[Contact, Experts]) -> None:
    """The owner, for a new case the last one, if they can serve, now or soon; else a teammate covers."""
    contact, experts = situation[0]._replace(attending=NOBODY), situation[1]
    index, reason, _ = decided(contact, experts)
    first = welcome(contact, experts)
    if first != NOBODY and can_serve(contact, experts, first):
        assert index == first
        assert reason == (policy.OWNER if contact.owner != NOBODY else policy.LAST_OWNER)
    elif first != NOBODY and worth_waiting_for(contact, experts, first):
        assert (index, reason) == (NOBODY, policy.HELD)
    elif index != NOBODY:
        assert index != first
        assert reason == (policy.COVER if contact.owner != NOBODY else policy.FIRST)


@given(situations())
def test_rule_4_nobody_returns_to_whom_they_rated_badly(
    situation: tuple[Contact, Experts],
) -> None:
    """They are met only where nobody else can serve: a bad rating traps nobody."""
    contact, experts = situation[0]._replace(attending=NOBODY), situation[1]
    index, reason, codes = decided(contact, experts)
    if index != NOBODY and experts.rated_badly[index]:
        assert reason in (policy.COVER, policy.FIRST)
        able = [i for i, code in enumerate(codes) if code == policy.ELIGIBLE]
        assert all(experts.rated_badly[i] for i in able)


@given(situations())
def test_rule_4_nothing_waits_for_an_owner_beyond_the_hold(
    situation: tuple[Contact, Experts],
) -> None:
    contact, experts = situation[0]._replace(hold_s=0.0), situation[1]
    experts = experts._replace(back_s=[FAR_S for _ in experts.back_s])
    _, reason, _ = decided(contact, experts)
    assert reason != policy.HELD


@given(situations())
def test_rule_5_nobody_trapped(situation: tuple[Contact, Experts]) -> None:
    """Somebody who can serve is found wherever there is one; else it is said what everybody lacks."""
    contact, experts = situation
    index, reason, codes = decided(contact, experts)
    able = [i for i in range(len(codes)) if can_serve(contact, experts, i)]
    assert [i for i, code in enumerate(codes) if code == policy.ELIGIBLE] == able
    if reason == policy.HELD:
        assert welcome(contact, experts) not in (NOBODY, *able)
    elif index == NOBODY:
        assert able == []
        assert reason == max(codes, default=policy.ABSENT) + policy.NOBODY_PRESENT - policy.ABSENT
    else:
        assert experts.present[index] == 1
        assert reason == policy.STAYS or index in able


@given(situations())
def test_rule_7_load(situation: tuple[Contact, Experts]) -> None:
    """Nobody is given more than their capacity, nor anything while a call or their warm-up keeps them."""
    contact, experts = situation
    index, reason, _ = decided(contact, experts)
    if index == NOBODY or reason == policy.STAYS:
        return
    assert experts.load[index] <= (1 if contact.call else experts.capacity[index] - 1)
    assert experts.on_call[index] == 0
    assert experts.warm_s[index] == 0


@given(situations())
def test_rule_8_whose_skills_cover_the_need_comes_first(
    situation: tuple[Contact, Experts],
) -> None:
    """Then who has the smallest share of their capacity in use, then who has been idle for longest."""
    contact, experts = situation
    index, reason, codes = decided(contact, experts)
    if reason not in (policy.COVER, policy.FIRST):
        return
    able = [i for i, code in enumerate(codes) if code == policy.ELIGIBLE]
    liked = [i for i in able if not experts.rated_badly[i]] or able
    covering = [i for i in liked if experts.skill[i] > 0] or liked
    assert index in covering
    least = min(experts.load[i] / experts.capacity[i] for i in covering)
    equals = [i for i in covering if experts.load[i] / experts.capacity[i] == least]
    assert experts.idle_s[index] == max(experts.idle_s[i] for i in equals)
    assert index in equals


@given(situations())
def test_idle_and_offline_people_get_no_work(situation: tuple[Contact, Experts]) -> None:
    """Seen elsewhere: a deny-list of states. Here only who is present is on the list."""
    contact, experts = situation
    index, _, _ = decided(contact, experts)
    assert index == NOBODY or experts.present[index] == 1
    nobody_there = experts._replace(present=[0 for _ in experts.present])
    assert decided(contact, nobody_there)[0] == NOBODY


@given(situations())
def test_two_sticky_methods_never_cancel_each_other(situation: tuple[Contact, Experts]) -> None:
    """Seen elsewhere: with two ways of returning to a person switched on, neither worked. Here they are in one order."""
    contact, experts = situation
    wanted = [contact.attending, contact.owner if contact.owner != NOBODY else contact.last_owner]
    able = [each for each in wanted if each != NOBODY and can_serve(contact, experts, each)]
    if able and not any(experts.rated_badly[each] for each in able):
        index, reason, _ = decided(contact, experts)
        assert index in wanted
        assert reason in (policy.STAYS, policy.OWNER, policy.LAST_OWNER)


@given(situations(), st.booleans())
def test_rule_16_explained(situation: tuple[Contact, Experts], waits: bool) -> None:
    """From what was stored alone a decision is made the same again, and told: the whole and each candidate."""
    contact, experts = situation
    ids = [new_id() for _ in experts.present]
    index, reason, codes = decided(contact, experts)
    stored = json.loads(json.dumps(Situation(contact, ids, experts).packed()))
    chosen = ids[index] if index != NOBODY else None
    given_ = None if chosen else NOW
    decision = Decision(
        new_id(), new_id(), new_id(), NOW, policy.VERSION, 1, stored, codes, reason, chosen, given_
    )
    names = {id_: f"Expert {n}" for n, id_ in enumerate(ids)}
    assert words.holds(decision)
    sentence = words.sentence(decision, names)
    assert sentence.endswith(".") and "{" not in sentence
    told = words.reason(decision, names)
    assert sentence == (f"{names[chosen]} {told}." if chosen else told)
    assert [name for name, _, _ in words.candidates(decision, names)] == list(names.values())
    other = Decision(
        decision.id, decision.episode_id, decision.community_id, NOW, policy.VERSION, 1, stored,
        [*codes, 0], reason, chosen, given_,
    )  # fmt: skip
    assert not words.holds(other)


@st.composite
def weeks(draw: st.DrawFn) -> Hours:
    if draw(st.booleans()):
        return ALWAYS_OPEN
    day = st.tuples(st.integers(0, 12), st.integers(1, 11)).map(
        lambda span: ((span[0] * 60, (span[0] + span[1]) * 60),)
    )
    spans = [draw(st.one_of(st.just(()), day)) for _ in range(7)]
    if not any(spans):
        spans[draw(st.integers(0, 6))] = ((540, 1020),)
    return Hours(tuple(spans))


LONGEST_HOLD = {"messenger": 300, "email": 7_200, "voice": 8}


@given(
    channel=st.sampled_from(sorted(LONGEST_HOLD)),
    promised=st.timedeltas(timedelta(seconds=5), timedelta(days=2)),
    waited=st.timedeltas(timedelta(), timedelta(hours=9)),
    hours=weeks(),
    zone=st.sampled_from(ZONES),
)
def test_rule_4_the_hold_is_at_most_half_of_the_promise(
    channel: str, promised: timedelta, waited: timedelta, hours: Hours, zone: ZoneInfo
) -> None:
    """And never more than the channel's; it only gets less, and counts from when somebody is there."""
    settings, since = Settings(hours=hours), NOW - waited
    need = needing(channel, since, since + promised)
    left = rules.hold_left(need, settings, zone, NOW)
    opened = max(since, next_open(since, hours, zone))
    assert 0 <= left <= LONGEST_HOLD[channel] + max((opened - NOW).total_seconds(), 0)
    half = max(opened + (need.answer_by - opened) / 2, NOW)
    assert NOW + timedelta(seconds=left) <= half + timedelta(milliseconds=1)
    later = rules.hold_left(need, settings, zone, NOW + timedelta(seconds=7))
    assert later <= left


@given(
    asks=st.lists(st.integers(1, 400), max_size=60),
    every=st.sampled_from([0, 30, 90]),
    capacity=st.sampled_from([1.0, 4.0, 5.5]),
)
def test_rule_7_warm_up(asks: list[int], every: int, capacity: float) -> None:
    """One at the start, then one each so often until they could be full: asked at any times, never more."""
    settings = Settings(warm_up_s=every)
    member = working(began_at=NOW, capacity=capacity)
    now, given_at = NOW, []
    for wait in asks:
        if rules.warm_up_left(member, settings, now) == 0:
            given_at.append((now - NOW).total_seconds())
            member.given_at = now
        now += timedelta(seconds=wait)
    warm = every * (capacity - 1)
    early = [at for at in given_at if at < warm]
    assert asks == [] or given_at[0] == 0
    assert all(b - a >= every for a, b in pairwise(early))
    assert len(early) <= capacity


def needing(channel: str, since: datetime, answer_by: datetime) -> Need:
    return Need(
        new_id(), new_id(), new_id(), new_id(), new_id(), channel, "queued", since, since,
        answer_by, None, None, None, None, None, "", "", [],
    )  # fmt: skip


def working(*, began_at: datetime, capacity: float) -> Member:
    return Member(
        new_id(), True, True, None, ["messaging"], ["en"], {}, 0.0, capacity, None,
        began_at=began_at,
    )  # fmt: skip


ONE = {
    "present": 1, "on_shift": 1, "seat": 1, "speaks": 1, "skill": 0, "load": 0.0, "capacity": 1.0, "idle_s": 0.0,
    "on_call": 0, "warm_s": 0.0, "back_s": FAR_S, "rated_badly": 0,
}  # fmt: skip
NONE = Contact(NOBODY, NOBODY, NOBODY)
REACHED: dict[int, tuple[Contact, dict[str, float]]] = {
    policy.STAYS: (NONE._replace(attending=0), {"load": 1.0}),
    policy.OWNER: (NONE._replace(owner=0), {}),
    policy.LAST_OWNER: (NONE._replace(last_owner=0), {}),
    policy.COVER: (NONE._replace(owner=0), {"rated_badly": 1}),
    policy.FIRST: (NONE, {}),
    policy.NOBODY_PRESENT: (NONE, {"present": 0}),
    policy.NOBODY_ON_SHIFT: (NONE, {"on_shift": 0}),
    policy.NOBODY_WITH_SEAT: (NONE, {"seat": 0}),
    policy.NOBODY_WITH_LANGUAGE: (NONE, {"speaks": 0}),
    policy.ALL_FULL: (NONE, {"load": 1.0}),
    policy.ALL_ON_CALL: (NONE, {"on_call": 1}),
    policy.ALL_WARMING: (NONE, {"warm_s": 1.0}),
    policy.HELD: (NONE._replace(owner=0, hold_s=9.0), {"load": 1.0}),
}


@pytest.mark.parametrize("reason", words.REASONS)
def test_every_fallback_can_run(reason: int) -> None:
    """Each reason that the policy knows is given in some situation: here, of one expert."""
    contact, facts = REACHED[reason]
    one: Any = {name: [value] for name, value in {**ONE, **facts}.items()}
    assert policy.decide(contact, Experts(**one), [0])[1] == reason
