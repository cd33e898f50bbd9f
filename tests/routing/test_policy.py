"""The rules of the model that the policy keeps, over any situation that there can be."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from coterie.communities.hours import ALWAYS_OPEN, Hours, is_open
from coterie.communities.settings import Settings
from coterie.kit.ids import new_id
from coterie.routing import policy, rules, words
from coterie.routing.model import Decision, Member, Need, Situation
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
    )
    somebody = st.integers(NOBODY, size - 1)
    return Contact(draw(somebody), draw(somebody), draw(somebody)), experts


def decided(contact: Contact, experts: Experts) -> tuple[int, int, list[int]]:
    codes = [0] * len(experts.present)
    index, reason = policy.decide(contact, experts, codes)
    return index, reason, codes


def can_serve(experts: Experts, i: int) -> bool:
    """Said once more in other words: on the list of what is allowed in every way."""
    free = experts.load[i] + 1 <= experts.capacity[i]
    return free and all(
        column[i] == 1
        for column in (experts.present, experts.on_shift, experts.seat, experts.speaks)
    )


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
    """The owner, for a new case the last one, if they can serve; else a teammate covers."""
    contact, experts = situation[0]._replace(attending=NOBODY), situation[1]
    index, reason, _ = decided(contact, experts)
    first = contact.owner if contact.owner != NOBODY else contact.last_owner
    if first != NOBODY and can_serve(experts, first):
        assert index == first
        assert reason == (policy.OWNER if contact.owner != NOBODY else policy.LAST_OWNER)
    elif index != NOBODY:
        assert index != first
        assert reason == (policy.COVER if contact.owner != NOBODY else policy.FIRST)


@given(situations())
def test_rule_5_nobody_trapped(situation: tuple[Contact, Experts]) -> None:
    """Somebody who can serve is found wherever there is one; else it is said what everybody lacks."""
    contact, experts = situation
    index, reason, codes = decided(contact, experts)
    able = [i for i in range(len(codes)) if can_serve(experts, i)]
    assert [i for i, code in enumerate(codes) if code == policy.ELIGIBLE] == able
    if index == NOBODY:
        assert able == []
        assert reason == max(codes, default=policy.ABSENT) + policy.NOBODY_PRESENT - policy.ABSENT
    else:
        assert experts.present[index] == 1
        assert reason == policy.STAYS or index in able


@given(situations())
def test_rule_7_load(situation: tuple[Contact, Experts]) -> None:
    """Nobody is given more than their capacity; what they attend already stays."""
    contact, experts = situation
    index, reason, _ = decided(contact, experts)
    if index != NOBODY and reason != policy.STAYS:
        assert experts.load[index] + 1 <= experts.capacity[index]


@given(situations())
def test_rule_8_whose_skills_cover_the_need_comes_first(
    situation: tuple[Contact, Experts],
) -> None:
    """Then who has the smallest share of their capacity in use."""
    contact, experts = situation
    index, reason, codes = decided(contact, experts)
    if reason not in (policy.COVER, policy.FIRST):
        return
    able = [i for i, code in enumerate(codes) if code == policy.ELIGIBLE]
    covering = [i for i in able if experts.skill[i] > 0] or able
    assert index in covering
    least = min(experts.load[i] / experts.capacity[i] for i in covering)
    assert experts.load[index] / experts.capacity[index] == least


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


@given(
    promised=st.timedeltas(timedelta(seconds=5), timedelta(days=5)),
    waited=st.timedeltas(timedelta(), timedelta(days=30)),
    waits=st.lists(st.floats(0, 1e6), max_size=40),
    shifts=st.lists(
        st.one_of(st.none(), st.timedeltas(timedelta(seconds=1), timedelta(days=9))), max_size=4
    ),
    hours=weeks(),
    zone=st.sampled_from(ZONES),
)
@example(timedelta(seconds=20), timedelta(), [], [], ALWAYS_OPEN, ZONES[0])
def test_rule_5_the_time_given_is_still_to_come(
    promised: timedelta,
    waited: timedelta,
    waits: list[float],
    shifts: list[timedelta | None],
    hours: Hours,
    zone: ZoneInfo,
) -> None:
    """Always after now; by history never outside the hours, and never before somebody's next shift."""
    since = NOW - waited
    need = Need(
        new_id(), new_id(), new_id(), new_id(), new_id(), "messenger", "queued", since, since,
        since + promised, None, None, None, None, None, "", "",
    )  # fmt: skip
    members = [
        Member(
            new_id(), True, after is None, None if after is None else NOW + after, ["messaging"],
            ["en"], {}, 0.0, 4.0, None,
        )
        for after in shifts
    ]  # fmt: skip
    given_ = rules.time_given(need, members, waits, Settings(hours=hours), zone, NOW)
    assert given_ > NOW
    assert given_ >= rules.next_shift(members, NOW)
    if len(waits) >= rules.FEWEST_WAITS:
        assert is_open(given_ - timedelta(seconds=1), hours, zone)
