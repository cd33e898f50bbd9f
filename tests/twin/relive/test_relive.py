"""A log lived again: what is inferred from it, and that the policy keeps its rules in it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.exchange.relive import live_again
from coterie.kit.errors import Invalid
from coterie.twin.relive.beside import beside
from coterie.twin.relive.inference import LEAST, LONGEST, efforts, pieces_of, spans_of, teams_of
from coterie.twin.relive.living import relive
from coterie.twin.relive.model import Lived, Team, Touch

DATA = Path(__file__).parents[4] / "shared" / "data"
MAPPINGS = Path(__file__).parents[3] / "mappings"
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def touch(case: str, minutes: float, person: str = "", area: str = "a", **more: str) -> Touch:
    given = {"customer": f"of {case}", "topic": "t", "group": "g", **more}
    return Touch(
        case, given["customer"], area, given["topic"], given["group"], person,
        MONDAY + timedelta(minutes=minutes),
    )  # fmt: skip


def minutes(span: timedelta) -> float:
    return span / timedelta(minutes=1)


def test_effort_is_the_time_since_the_persons_event_before() -> None:
    """Shared by events of one moment, 45 minutes at most; the first of a day takes what is usual for them."""
    touches = [
        touch("1", 0, "ana"), touch("1", 10, "ana"), touch("2", 30, "ana"), touch("3", 30, "ana"),
        touch("4", 300, "ana"), touch("5", 1440, "ana"), touch("6", 0), touch("7", 5, "bo"),
    ]  # fmt: skip
    assert [minutes(each) for each in efforts(touches)] == [20, 10, 10, 10, 45, 20, 0, 1]
    assert [minutes(each) for each in (LEAST, LONGEST)] == [1, 45]


def test_the_first_piece_could_be_begun_at_the_opening_and_each_other_when_it_was() -> None:
    touches = [touch("1", 0), touch("1", 60, "ana"), touch("1", 200, "bo")]
    first, second = pieces_of(touches, [timedelta(0), timedelta(minutes=10), timedelta(minutes=5)])
    assert (first.at, first.begun) == (MONDAY, MONDAY + timedelta(minutes=50))
    assert second.at == second.begun == MONDAY + timedelta(minutes=195)


def test_people_are_there_from_the_first_to_the_last_of_a_day() -> None:
    five = timedelta(minutes=5)
    spans = spans_of([(touch("1", 0, "ana"), five), (touch("2", 120, "ana"), five), (touch("3", 1500, "ana"), five)])  # fmt: skip
    assert [(minutes(s.begins - MONDAY), minutes(s.ends - MONDAY)) for s in spans] == [(-5, 120), (1495, 1500)]  # fmt: skip


def test_a_day_of_work_ends_by_silence_whatever_the_clock_says() -> None:
    """Shifts from nine to five, with a touch each half-hour: they are the same days wherever on earth they are."""
    found = set()
    for offset in (0, 10, -8, 5.75, 14):
        touches = [
            touch(f"{day} {half}", day * 1440 + half * 30 - offset * 60, "ana") for day in range(5) for half in range(17)
        ]  # fmt: skip
        took = efforts(touches)
        spans = spans_of(zip(touches, took, strict=True))
        assert [minutes(span.ends - span.begins) for span in spans] == [510] * 5
        busy = sum(took, timedelta()) / sum((s.ends - s.begins for s in spans), timedelta())
        found.add((round(busy, 9), tuple(took)))
    assert len(found) == 1


def test_an_owner_keeps_their_case_and_waits_come_from_being_busy() -> None:
    """Ana has one thing in hand when the second case comes: Bo takes it. What follows on the first waits for Ana."""
    touches = [
        touch("1", 0, "ana"), touch("1", 40, "bo"), touch("2", 5, "bo"), touch("3", 90, "ana"), touch("4", 95, "bo"),
    ]  # fmt: skip
    [team] = teams_of(touches)
    own = relive(team, own_follow_ups=True)
    by_case = {case: [d.person for d in own.done if d.piece.case == case] for case in "1234"}
    assert len(set(by_case["1"])) == 1
    found = beside(touches, [team], {"own": [own]})
    log, after = found.sides
    assert log.figures["person_changed_share"].value == 0.25
    assert after.figures["person_changed_share"].value == 0


LOGS = st.lists(
    st.tuples(
        st.integers(0, 8), st.integers(0, 3 * 1440), st.sampled_from(["", "ana", "bo", "cy", "dee"]),
        st.sampled_from(["", "a", "b", "c"]), st.sampled_from(["t", "u"]),
    ),
    min_size=1, max_size=60,
)  # fmt: skip


@given(LOGS, st.integers(1, 3), st.booleans())
def test_every_piece_is_done_once_by_one_who_does_one_thing_at_a_time(
    cells: list[tuple[int, int, str, str, str]], number: int, own: bool
) -> None:
    """Nothing is begun before it came, a case has one piece in hand, and nobody begins where they aren't."""
    ordered = sorted(cells, key=lambda cell: (cell[0], cell[1]))
    touches = [
        touch(str(case), at, person, area, topic=topic) for case, at, person, area, topic in ordered
    ]
    if not any(each.person for each in touches):
        return
    teams = teams_of(touches, number)
    assert Counter(worker.name for team in teams for worker in team.workers) == Counter(
        {each.person for each in touches if each.person}
    )
    lived = [relive(team, own_follow_ups=own) for team in teams]
    assert [one.done for one in lived] == [relive(t, own_follow_ups=own).done for t in teams]
    for team, one in zip(teams, lived, strict=True):
        check(team, one)
    beside(touches, teams, {"any": lived})


def check(team: Team, one: Lived) -> None:
    assert len(one.done) + one.never <= len(team.pieces)
    assert len({id(each.piece) for each in one.done}) == len(one.done)
    spans = {worker.name: worker.spans for worker in team.workers}
    for done in one.done:
        assert done.begun >= done.piece.at
        assert any(span.begins <= done.begun <= span.ends for span in spans[done.person])
    for key in ("person", "case"):
        ends: dict[str, datetime] = {}
        for done in sorted(one.done, key=lambda each: each.begun):
            whose = done.person if key == "person" else done.piece.case
            assert done.begun >= ends.get(whose, done.begun)
            ends[whose] = done.begun + done.piece.effort


@pytest.mark.parametrize("name", ["servicenow_incidents"])
def test_a_real_log_lived_again(name: str) -> None:
    files = [each for each in DATA.glob(f"{name}/*") if ".csv" in each.name]
    if not files:
        pytest.skip(f"the real data isn't here: {DATA / name}")
    found = live_again(files[0], MAPPINGS / f"{name}.toml", None, lambda *_: None)
    told = found.as_json()
    log, own, at_once = (told["sides"][side] for side in ("log", "own", "at_once"))
    assert log["group_changed_share"]["value"] > 0.3
    assert own["same_person_share"]["low"] > log["same_person_share"]["high"]
    assert own["person_changed_share"]["value"] < at_once["person_changed_share"]["value"]
    assert len(told["communities"]) == round(
        sum(each["people"] for each in told["communities"]) / 45
    )
    assert any("How long until somebody begins?" in line for line in found.told())


def test_a_log_without_people_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("case,customer,time,event\n1,li,2026-03-02T09:00:00Z,New\n")
    with pytest.raises(Invalid, match="names no people"):
        live_again(path, None, None, lambda *_: None)
    path.write_text("case,customer,time,event,agent\n1,li,2026-03-02T09:00:00Z,New,ana\n")
    with pytest.raises(Invalid, match="at least one community"):
        live_again(path, None, 0, lambda *_: None)


def test_what_a_log_can_not_tell_is_said_or_refused(tmp_path: Path) -> None:
    """Rows without a time are told while they are few; times without an hour say nothing of a day's work."""
    path, head = tmp_path / "log.csv", "case,customer,time,event,agent\n"
    rows = [
        f"{n},k{n},{(MONDAY + timedelta(minutes=90 * n)).isoformat()},New,ana\n" for n in range(40)
    ]
    path.write_text(head + "".join(rows) + "x,y,,New,ana\n")
    found = live_again(path, None, None, lambda *_: None)
    said = "1 of 41 rows of log.csv can't be used; the first is line 42: time is empty."
    assert found.as_json()["notes"] == [said] and next(found.told()) == said
    path.write_text(head + "".join(rows[:4]) + "x,y,,New,ana\n")
    with pytest.raises(Invalid, match=r"1 of 5 rows .* line 6: time is empty\. More than a tenth"):
        live_again(path, None, None, lambda *_: None)
    path.write_text(head + "".join(f"{n},k,2026-03-{n % 28 + 1:02},New,ana\n" for n in range(40)))
    with pytest.raises(Invalid, match=r"times of log\.csv say a day and no hour.*column time"):
        live_again(path, None, None, lambda *_: None)
