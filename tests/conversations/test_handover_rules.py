"""Who takes which case, and which comes back: pure, by properties."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from coterie.conversations.handover_rules import LONGEST_BRIEF, coming_back, composed, shared_out
from coterie.conversations.model import Case, Episode, Handover, Held, Promise, Taker

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
SYDNEY = ZoneInfo("Australia/Sydney")


def held(number: int, topic: str = "", language: str = "") -> Held:
    return Held(f"case {number}", "thread", "Li", "A bill", "open", topic, language)


def taker(name: str, *, owned: int = 0, **given: object) -> Taker:
    made = Taker(name, name, "expert", {}, ["en"], owned)
    return replace(made, **given)  # type: ignore[arg-type]


def test_the_deputy_takes_all_and_others_do_where_the_deputy_is_away() -> None:
    team = [taker("bo", owned=9), taker("cy")]
    cases = [held(1), held(2)]
    assert set(shared_out(cases, team, "bo").values()) == {"bo"}
    assert set(shared_out(cases, [replace(team[0], away=True), team[1]], "bo").values()) == {"cy"}


def test_skill_on_the_topic_comes_before_few_cases_and_experts_before_who_leads() -> None:
    team = [
        taker("bo", owned=7, skills={"billing": 3}),
        taker("cy", owned=1),
        taker("max", role="manager", skills={"billing": 5}),
        taker("mei", owned=5, languages=["en", "zh"]),
    ]
    cases = [held(1, "billing"), held(2), held(3, "", "zh")]
    assert shared_out(cases, team) == {"case 1": "bo", "case 2": "cy", "case 3": "mei"}


def test_who_will_be_absent_too_takes_only_what_nobody_else_can() -> None:
    team = [taker("bo", goes=True), taker("cy", owned=30)]
    assert shared_out([held(1)], team) == {"case 1": "cy"}
    assert shared_out([held(1)], team[:1]) == {"case 1": "bo"}


teams = st.lists(
    st.builds(
        taker,
        st.text("abcdefgh", min_size=1, max_size=3),
        owned=st.integers(0, 5),
        role=st.sampled_from(["expert", "coach", "manager"]),
        away=st.booleans(),
        goes=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda each: each.id,
)


@given(st.integers(0, 30), teams, st.sampled_from(["a", "b", None]))
def test_everything_is_taken_by_somebody_who_is_there_or_nothing_is(
    number: int, team: list[Taker], deputy: str | None
) -> None:
    cases = [held(n) for n in range(number)]
    shares = shared_out(cases, team, deputy)
    there = {each.id for each in team if not each.away}
    assert set(shares.values()) <= there
    assert len(shares) == (number if there else 0)


@given(st.integers(0, 40), st.lists(st.integers(0, 9), min_size=1, max_size=6))
def test_among_equals_what_somebody_gets_evens_out(number: int, owned: list[int]) -> None:
    """Nobody gets more than one case more than they would need to be level with the others."""
    team = [taker(f"e{n}", owned=each) for n, each in enumerate(owned)]
    got = Counter(shared_out([held(n) for n in range(number)], team).values())
    after = {each.id: each.owned + got[each.id] for each in team}
    for each in team:
        if got[each.id]:
            assert after[each.id] <= min(after.values()) + 1


def handed(who: str, to: str, absence: str | None, n: int) -> Handover:
    return Handover(
        f"h{n}", "case", "c", who, to, None, "", NOW + timedelta(days=n),
        reason="absence" if absence else "by_hand", absence_id=absence,
    )  # fmt: skip


def test_what_was_handed_on_by_absence_comes_back_whoever_is_back_first() -> None:
    chain = [handed("ana", "bo", "a", 1), handed("bo", "cy", "b", 2)]
    assert [each.id for each in coming_back(chain, "a", "cy")] == ["h1", "h2"]
    assert [each.id for each in coming_back(chain, "b", "cy")] == ["h2"]
    leaving = [chain[0], replace(chain[1], reason="leaving", absence_id=None)]
    assert [each.id for each in coming_back(leaving, "a", "cy")] == ["h1", "h2"]


def test_what_was_handed_on_by_hand_stays() -> None:
    chain = [handed("ana", "bo", "a", 1), handed("bo", "cy", None, 2)]
    assert coming_back(chain, "a", "cy") == []
    assert coming_back(chain, "another", "cy") == []
    assert coming_back([], "a", "cy") == []


def test_a_brief_of_facts_says_state_what_it_waits_on_promises_and_the_last_note() -> None:
    case = Case("1", "t", "c", "k", "", "A bill", "open", NOW, NOW, owner_id="ana")
    episode = Episode("e", "1", "t", "k", "messenger", "waiting_third", NOW, waits_on="the carrier")
    promise = Promise(
        "p", "1", "t", "k", "ana", "promise", "A mast on the gable", NOW, NOW, NOW + timedelta(days=1)
    )  # fmt: skip
    kept = replace(promise, text="Not this", kept_at=NOW)
    assert composed(case, episode, [promise, kept], "Signal is marginal.", SYDNEY) == (
        "Open since Tue 24 Nov, 12:00. It waits on the carrier.\n"
        "Promised by Wed 25 Nov, 12:00: A mast on the gable\n"
        "Last note: Signal is marginal."
    )
    long = composed(case, None, [replace(promise, text="x" * 500)] * 9, "y" * 9000, SYDNEY)
    assert len(long) <= LONGEST_BRIEF
