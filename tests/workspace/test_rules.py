"""How a thread reads from one chair."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from coterie.workspace.model import Group, Matter, ThreadView
from coterie.workspace.rules import fold, given, row, size_words

NOW = datetime(2026, 11, 24, 3, 20, tzinfo=UTC)
ME, TOM = "me", "tom"


def matter(**more: object) -> Matter:
    whole = Matter(
        case_id="case", title="It drops", case_state="open", owner_id=ME, owner="Priya Nair",
        watch_ends_at=None, opened_at=NOW - timedelta(days=1), spoken_at=NOW,
    )  # fmt: skip
    return replace(whole, **more)  # type: ignore[arg-type]


def attended(by: str, name: str, **more: object) -> Matter:
    given = {
        "waiting_since": NOW - timedelta(minutes=6),
        "answer_by": NOW + timedelta(minutes=4),
        **more,
    }
    return matter(state="attended", attending_id=by, attending=name, **given)


def view(*matters: Matter, **more: object) -> ThreadView:
    whole = ThreadView(
        id="thread", customer_id="customer", customer="Colleen Barber", community_id="riverina",
        last_number=3, last_at=NOW, unread=0, last_kind="customer", last_text="Is it\nthe silo?",
        last_channel="sms", last_author_id=None, last_author=None, matters=matters,
    )  # fmt: skip
    return replace(whole, **more)  # type: ignore[arg-type]


def test_what_i_attend_waits_on_me() -> None:
    seen = row(view(attended(ME, "Priya Nair")), ME, NOW)
    assert (seen.group, seen.wait, seen.last) == (Group.WAITING, "waits", "Is it the silo?")
    assert seen.due_at == NOW + timedelta(minutes=4)


def test_what_was_handed_to_me_says_so_with_its_brief_until_i_have_read_it() -> None:
    handed = matter(handed_by="Tom Whitby", brief="Mast on\nThursday.")
    seen = row(view(handed), ME, NOW)
    assert (seen.handed_by, seen.last) == ("Tom", "Brief: Mast on Thursday.")
    assert row(view(handed), TOM, NOW).handed_by == ""
    assert row(view(handed), None, NOW).last == "Is it the silo?"
    assert row(view(replace(handed, brief_read_at=NOW)), ME, NOW).handed_by == ""


def test_what_a_teammate_covers_waits_on_them() -> None:
    seen = row(view(attended(TOM, "Tom Whitby")), ME, NOW)
    assert (seen.group, seen.wait) == (Group.WAITS, "waits on Tom,")


def test_my_case_in_the_queue_waits_on_me() -> None:
    queued = matter(
        state="queued", waiting_since=NOW, answer_by=NOW, time_given=NOW + timedelta(hours=1)
    )
    seen = row(view(queued), ME, NOW)
    assert (seen.group, seen.due_at) == (Group.WAITING, NOW + timedelta(hours=1))


def test_a_promise_shows_on_a_case_that_rests_and_a_kept_one_does_not() -> None:
    made, due = NOW - timedelta(hours=1), NOW + timedelta(hours=3)
    promised = row(view(matter(promised_at=due, promise_made_at=made)), ME, NOW)
    assert (promised.group, promised.due_at, promised.made_at) == (Group.WAITS, due, made)
    assert row(view(matter()), ME, NOW).group == Group.QUIET


def test_of_an_answer_and_a_promise_the_one_that_is_due_first_shows() -> None:
    sooner, later = NOW + timedelta(minutes=2), NOW + timedelta(hours=2)
    assert row(view(attended(ME, "Priya", promised_at=sooner)), ME, NOW).due_at == sooner
    assert row(view(attended(ME, "Priya", promised_at=later)), ME, NOW).due_at == NOW + timedelta(
        minutes=4
    )


def test_one_matter_of_mine_goes_before_a_more_urgent_one_of_others() -> None:
    urgent = attended(TOM, "Tom Whitby", answer_by=NOW - timedelta(hours=1))
    assert row(view(urgent, attended(ME, "Priya Nair")), ME, NOW).group is Group.WAITING


def test_the_team_sees_whoever_waits() -> None:
    assert row(view(attended(TOM, "Tom Whitby")), None, NOW).group is Group.WAITING


@pytest.mark.parametrize(
    ("state", "more", "words"),
    [
        ("waiting_customer", {"turn_at": NOW}, "on Colleen since"),
        (
            "waiting_third",
            {"turn_at": NOW, "waits_on": "the network crew"},
            "on the network crew since",
        ),
        ("snoozed", {"wake_at": NOW}, "snoozed until"),
    ],
)
def test_who_waits_on_whom_in_words(state: str, more: dict[str, object], words: str) -> None:
    seen = row(view(matter(state=state, **more)), ME, NOW)
    assert (seen.group, seen.wait, seen.due_at) == (Group.WAITS, words, None)


def test_a_solved_case_is_quiet_and_watched() -> None:
    seen = row(view(matter(case_state="watched", watch_ends_at=NOW + timedelta(days=7))), ME, NOW)
    assert (seen.group, seen.wait) == (Group.QUIET, "watched until")
    assert row(view(), ME, NOW).wait == "solved"


def test_the_promise_that_is_due_first_stands_first() -> None:
    soon = row(view(attended(ME, "P N", answer_by=NOW)), ME, NOW)
    later = row(view(attended(ME, "P N", answer_by=NOW + timedelta(minutes=1))), ME, NOW)
    assert soon.rank < later.rank


def test_the_latest_quiet_one_stands_first() -> None:
    old = row(view(last_at=NOW - timedelta(days=1)), ME, NOW)
    assert row(view(), ME, NOW).rank < old.rank


def test_the_last_line_says_who() -> None:
    mine = view(last_kind="reply", last_author_id=ME, last_author="Priya Nair", last_text="On it")
    assert row(mine, ME, NOW).last == "You: On it"
    assert row(mine, TOM, NOW).last == "Priya: On it"
    assert row(replace(mine, last_kind="note"), TOM, NOW).last == "Priya, note: On it"
    assert row(view(last_text=""), ME, NOW).last == "A file"


def test_somebody_without_a_name() -> None:
    assert (
        row(view(matter(state="waiting_customer", turn_at=NOW), customer=""), ME, NOW).wait
        == "on the customer since"
    )


@pytest.mark.parametrize(
    ("text", "fresh", "quoted"),
    [
        (
            "Hello\n\nOn 3 August Priya Nair wrote:\n> Lovely",
            "Hello",
            "On 3 August Priya Nair wrote:\n> Lovely",
        ),
        (
            "Ja\n\nAm 3. August schrieb Priya Nair:\n> Gut",
            "Ja",
            "Am 3. August schrieb Priya Nair:\n> Gut",
        ),
        ("Yes\n> No\n> Maybe", "Yes", "> No\n> Maybe"),
        ("a > b\n> c\nd", "a > b\n> c\nd", ""),
        ("Only words", "Only words", ""),
        ("", "", ""),
    ],
)
def test_quoted_mail_is_folded(text: str, fresh: str, quoted: str) -> None:
    assert fold(text) == (fresh, quoted)


def test_a_household_keeps_its_whole_name() -> None:
    assert given("Priya Nair") == "Priya"
    assert given("Mick and Trish Doolan") == "Mick and Trish Doolan"
    assert given(None) == "a teammate"


def test_sizes() -> None:
    assert [size_words(n) for n in (840, 12_400, 3_400_000)] == ["840 B", "12 kB", "3.4 MB"]
