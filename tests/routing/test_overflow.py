"""Rules 2 and 3, the pure part: when a message may go to the buddy, and who at home is accountable meanwhile."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from coterie.communities.settings import Settings
from coterie.conversations.model import CHANNELS
from coterie.routing import overflow
from coterie.routing.model import Member, Need

NOON = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
seconds = st.integers(0, 100_000)
flags = st.integers(0, 1)


def need(**more: object) -> Need:
    given = {
        "episode_id": "e", "case_id": "c", "thread_id": "t", "customer_id": "k", "community_id": "home",
        "channel": "messenger", "state": "queued", "opened_at": NOON, "waiting_since": NOON,
        "answer_by": NOON + timedelta(minutes=10), "time_given": NOON + timedelta(minutes=10),
        "attending_id": None, "served_by": None, "owner_id": None, "last_owner_id": None, "topic": "billing",
        "language": "en", "rated_badly": [], **more,
    }  # fmt: skip
    return Need(**given)  # type: ignore[arg-type]


def member(id_: str, **more: object) -> Member:
    given = {
        "id": id_, "present": True, "on_shift": True, "next_shift": None, "seats": ["messaging"],
        "languages": ["en"], "skills": {}, "load": 0.0, "capacity": 4.0, "given_at": None, **more,
    }  # fmt: skip
    return Member(**given)  # type: ignore[arg-type]


@given(st.sampled_from(CHANNELS), seconds, st.integers(1, 10_000), st.integers(0, 600), flags)
def test_rule_3_only_messages_and_calls_overflow_and_home_has_its_time_first(
    channel: str, promised: int, lead: int, after: int, on: int
) -> None:
    settings = Settings(overflow=on, overflow_messaging_lead_s=lead, overflow_voice_after_s=after)
    answer_by = NOON + timedelta(seconds=promised)
    due_at = overflow.due_at(channel, NOON, answer_by, settings)
    if not on or channel in ("email", "forum", "social"):
        assert due_at is None
    elif channel == "voice":
        assert due_at == NOON + timedelta(seconds=after)
    else:
        assert due_at is not None
        assert NOON + (answer_by - NOON) / 2 <= due_at <= answer_by


members = st.lists(
    st.builds(
        member,
        st.uuids().map(str),
        present=st.booleans(),
        on_shift=st.booleans(),
        skills=st.fixed_dictionaries({"billing": st.integers(0, 5)}),
    ),
    min_size=1,
    max_size=6,
)


@given(members, st.data())
def test_rule_3_somebody_at_home_is_named_whoever_is_there(
    team: list[Member], data: st.DataObject
) -> None:
    """Whoever is present: the owner is a member, the best by skill among those of whom nothing else speaks."""
    ids = [each.id for each in team]
    owned = data.draw(st.dictionaries(st.sampled_from(ids), st.integers(0, 9)))
    absent = data.draw(st.sets(st.sampled_from(ids)))
    badly = data.draw(st.lists(st.sampled_from(ids)))
    asked = need(rated_badly=badly)
    owner = overflow.owner_at_home(asked, team, owned, absent)
    assert owner in team
    assert owner.id not in absent or absent == set(ids)
    for other in team:
        if other.id not in absent and other.id not in badly:
            assert owner.id not in badly
            assert owner.skills["billing"] >= other.skills["billing"]
    everybody_else = [
        Member(**{**{n: getattr(m, n) for n in Member.__slots__}, "present": not m.present})
        for m in team
    ]
    again = overflow.owner_at_home(asked, everybody_else, owned, absent)
    assert again is not None and again.id == owner.id


def test_rule_3_who_knows_the_customer_is_named() -> None:
    team = [member("a", skills={"billing": 5}), member("b")]
    owner = overflow.owner_at_home(need(last_owner_id="b"), team, {"b": 7}, set())
    assert owner is team[1]


def test_rule_3_the_one_who_owns_less_is_named_among_equals() -> None:
    team = [member("a"), member("b")]
    assert overflow.owner_at_home(need(), team, {"a": 2, "b": 1}, set()) is team[1]


@given(st.integers(0, 500), st.integers(0, 500))
def test_rule_3_a_warning_needs_enough_conversations_and_too_large_a_share(
    episodes: int, overflowed: int
) -> None:
    warned = overflow.is_too_much(episodes, overflowed, Settings())
    assert warned == (episodes >= 20 and overflowed * 10 > episodes)
