"""Whom an ask goes to, as properties."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from coterie.asks import rules
from coterie.asks.model import Candidate, Round
from coterie.communities.settings import DEFAULTS

IDS = [f"{n:02}" for n in range(12)]


@st.composite
def communities(draw: st.DrawFn) -> list[Candidate]:
    return [
        Candidate(
            id=id_,
            role=draw(st.sampled_from(["expert", "expert", "expert", "coach", "manager"])),
            present=draw(st.booleans()),
            skill=draw(st.integers(0, 5)),
            answers=draw(st.integers(0, 9)),
            load=draw(st.sampled_from([0.0, 0.1, 1.0, 2.5, 4.0, 6.0])),
            capacity=4.0,
            on_call=draw(st.integers(0, 4)) == 0,
        )
        for id_ in IDS[: draw(st.integers(0, len(IDS)))]
    ]


people = st.sampled_from([*IDS, None])
groups = st.sets(st.sampled_from(IDS), max_size=4)
steps = st.sampled_from([None, *rules.STEPS, "speaker"])


@given(communities(), people, groups, steps)
def test_only_who_is_present_is_asked_never_the_asker_and_nobody_twice(
    team: list[Candidate], asker: str | None, asked: set[str], after: str | None
) -> None:
    found = rules.next_round(team, asker, asked, after)  # type: ignore[arg-type]
    if found is None:
        return
    known = {each.id: each for each in team}
    assert 1 <= len(found.expert_ids) <= rules.AT_ONCE
    assert len(set(found.expert_ids)) == len(found.expert_ids)
    for id_ in found.expert_ids:
        assert known[id_].present
        assert rules.STEP_OF[known[id_].role] == found.step
        assert id_ != asker
        assert id_ not in asked


@given(communities(), people, groups)
def test_each_step_comes_once_in_order_and_one_without_anybody_is_left_out(
    team: list[Candidate], asker: str | None, asked: set[str]
) -> None:
    went: list[str] = []
    found = rules.next_round(team, asker, asked, None)
    while found is not None:
        went.append(found.step)
        found = rules.next_round(team, asker, {*asked, *found.expert_ids}, found.step)
    there = {
        rules.STEP_OF[each.role]
        for each in team
        if each.present and each.id != asker and each.id not in asked
    }
    assert went == [step for step in rules.STEPS if step in there]


@given(communities(), people, groups, st.randoms())
def test_the_order_of_the_members_decides_nothing(
    team: list[Candidate], asker: str | None, asked: set[str], random: Random
) -> None:
    shuffled = random.sample(team, len(team))
    assert rules.next_round(team, asker, asked, None) == rules.next_round(
        shuffled, asker, asked, None
    )


@given(communities(), st.integers(0, 5), st.integers(0, 9), st.floats(0, 6))
def test_who_knows_more_or_carries_less_is_never_placed_worse(
    team: list[Candidate], skill: int, answers: int, load: float
) -> None:
    for each in team:
        better = replace(
            each,
            skill=max(skill, each.skill),
            answers=max(answers, each.answers),
            load=min(load, each.load),
        )
        assert rules.placing(better) <= rules.placing(each)


@given(communities())
def test_nobody_who_is_full_or_on_a_call_is_asked_before_somebody_who_has_room(
    team: list[Candidate],
) -> None:
    found = rules.next_round(team, None, (), None)
    if found is None:
        return
    known = {each.id: each for each in team}
    of_step = [each for each in team if each.present and rules.STEP_OF[each.role] == found.step]
    free = {each.id for each in of_step if not each.busy}
    if any(known[id_].busy for id_ in found.expert_ids):
        assert free <= set(found.expert_ids)


def test_best_placed_by_skill_then_answers_then_load() -> None:
    plain = Candidate("00", "expert", True, 0, 0, 1.0, 4.0)
    team = [
        replace(plain, id="lazy", load=0.0),
        replace(plain, id="skilled", skill=3, load=3.0),
        replace(plain, id="known", answers=2, load=3.0),
        replace(plain, id="full", skill=5, load=4.0),
    ]
    assert rules.next_round(team, None, (), None) == Round("teammate", ("skilled", "known", "lazy"))


def test_what_is_urgent_has_half_the_time() -> None:
    for step in rules.STEPS:
        normal = rules.time_to_accept(step, "normal", DEFAULTS)
        assert rules.time_to_accept(step, "urgent", DEFAULTS) * 2 == normal
    assert rules.time_to_answer("urgent", DEFAULTS) * 2 == rules.time_to_answer("normal", DEFAULTS)
