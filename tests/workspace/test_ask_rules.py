"""How an ask reads from each chair."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from coterie.asks.model import Ask, Asked
from coterie.workspace import ask_rules
from coterie.workspace.model import Around, AskView

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
NAMES = {"priya": "Priya Nair", "marek": "Marek Kowalski", "jess": "Jess Tran", "tom": "Tom Whitby"}
OPEN = Ask(
    id="1", case_id="case", thread_id="thread", customer_id="li", community_id="riverina",
    topic="fixed_wireless", text="Mast or tower?", urgency="normal", state="open", at=NOW, step="teammate",
    asked_by="priya", step_ends_at=NOW + timedelta(minutes=2),
)  # fmt: skip
WAITING = (
    Asked("1", "marek", "teammate", "waiting", NOW),
    Asked("1", "jess", "teammate", "waiting", NOW),
)
AROUND = Around("1", "li", "Li Wang", "It drops", "priya", 5, 11)


def view(ask: Ask = OPEN, *people: Asked) -> AskView:
    return AskView(ask, people or WAITING, AROUND, NAMES)


def words(seen: AskView) -> list[str]:
    return [each.words for each in ask_rules.trail(seen)]


def test_each_sees_it_in_another_part_of_the_list() -> None:
    seen = {who: ask_rules.card(view(), who) for who in NAMES}
    assert {who: card.group for who, card in seen.items()} == {
        "priya": "own", "marek": "for_me", "jess": "for_me", "tom": "others",
    }  # fmt: skip
    assert seen["marek"].stands == "waits for you"
    assert seen["tom"].stands == "waits for the team"
    assert (seen["tom"].may_help, seen["priya"].may_help) == (True, False)


def test_the_way_it_went_is_told_step_by_step() -> None:
    people = (
        Asked("1", "jess", "teammate", "passed_over", NOW, NOW + timedelta(minutes=2), "time"),
        Asked("1", "tom", "coach", "declined", NOW, NOW + timedelta(minutes=3), "On the phone"),
        Asked("1", "marek", "manager", "accepted", NOW, NOW + timedelta(minutes=3, seconds=5)),
    )
    answered = replace(
        OPEN, state="answered", answered_by="marek", answered_at=NOW + timedelta(minutes=7),
        ended_at=NOW + timedelta(minutes=7), answer="A mast.", step_ends_at=None,
    )  # fmt: skip
    assert words(view(answered, *people)) == [
        "Jess passed over after 2 min",
        "Tom declined: On the phone",
        "Marek accepted after 3 min",
        "Answered in 7 min",
    ]
    card = ask_rules.card(view(answered, *people), "priya")
    assert (card.group, card.may_thank, card.answers) == ("lately", True, 11)
    assert not ask_rules.card(view(answered, *people), "marek").may_thank


def test_who_was_too_slow_for_a_quicker_one_is_not_shown_up() -> None:
    taken = Asked("1", "jess", "teammate", "passed_over", NOW, NOW, "taken")
    held = Asked("1", "marek", "teammate", "accepted", NOW, NOW)
    accepted = replace(OPEN, state="accepted", accepted_by="marek", accepted_at=NOW)
    assert words(view(accepted, taken, held)) == ["Marek accepted at once"]
    assert ask_rules.card(view(accepted, taken, held), "jess").stands == "Marek has it"
    assert ask_rules.card(view(accepted, taken, held), "marek").held


def test_what_passes_by_is_for_those_it_concerns() -> None:
    [asked] = ask_rules.told(view(), frozenset({"ask_made", "ask_passed"}))
    assert (asked.expert_ids, asked.words) == (
        frozenset({"marek", "jess"}),
        "Priya asks you: Mast or tower?",
    )
    withdrawn = replace(OPEN, state="withdrawn", ended_at=NOW, step_ends_at=None)
    assert ask_rules.told(view(withdrawn), frozenset({"ask_made", "ask_withdrawn"})) == []
    unanswered = replace(OPEN, state="unanswered", ended_at=NOW, step_ends_at=None)
    [told] = ask_rules.told(view(unanswered), frozenset({"ask_unanswered"}))
    assert told.expert_ids == {"priya"}


def test_a_language_is_asked_for_by_the_house() -> None:
    language = replace(
        OPEN,
        asked_by=None,
        language="zh",
        episode_id="e",
        step="speaker",
        step_ends_at=None,
        text="",
    )
    card = ask_rules.card(view(language, Asked("1", "marek", "speaker", "waiting", NOW)), "marek")
    assert card.text == "Who speaks Mandarin? Nobody who is here does."
    assert (card.who, card.until, card.group) == ("The house", None, "for_me")


def test_names_in_a_row() -> None:
    assert ask_rules.listing(["Marek"]) == "Marek"
    assert ask_rules.listing(["Marek", "Jess", "Tom"]) == "Marek, Jess and Tom"
    assert ask_rules.listing(["Marek", "Jess", "Tom", "Uma"]) == "Marek, Jess and 2 more"
