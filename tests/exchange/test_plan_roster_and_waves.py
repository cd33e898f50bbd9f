"""The commands `plan roster` and `plan waves`: files in, files out, and nothing written where something is wrong."""

import csv
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest
from typer.testing import CliRunner

from coterie.exchange.outputs import write_all
from coterie.exchange.plan_commands import plan
from coterie.exchange.roster_files import read_positions
from coterie.exchange.roster_rules import read_rules_file
from coterie.kit.errors import Invalid
from coterie.planning.plan import read_plan
from coterie.planning.rosters.document import read_roster
from coterie.planning.rosters.model import Prices, Rules
from coterie.planning.rosters.rules import breaches


def run(*words: object) -> str:
    """What the command prints; its `Invalid` goes through to the test."""
    result = CliRunner().invoke(plan, [str(word) for word in words])
    if isinstance(result.exception, Invalid):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    positions = [2 if 16 <= at % 48 < 36 else 0 for at in range(336)]
    communities = [
        {"id": f"c{n}", "name": f"C{n}", "areas": [f"a{n}"], "customers": 100 + n, "contacts": 300.0, "buddy": f"c{3 - n}", "site": "hall", "experts": 8}
        for n in (1, 2)
    ]  # fmt: skip
    (tmp_path / "plan.json").write_text(json.dumps({"communities": communities, "staff": {"communities": {"c1": {"positions": positions}}}}))  # fmt: skip
    rows = [f"p{n},Person {n},38,5,,,billing:3,en,{'c1' if n < 9 else 'c2'}" for n in range(10)]
    (tmp_path / "people.csv").write_text("\n".join(["ref,name,hours,days,earliest,latest,skills,languages,community", *rows]))  # fmt: skip
    (tmp_path / "leave.csv").write_text("ref,from,to\np1,2026-12-07,2026-12-13\np9,2026-12-07,2026-12-08\n")  # fmt: skip
    (tmp_path / "wishes.csv").write_text("ref,day,wish,weight\np2,sun,off,5\np3,2026-12-08,early,\n")  # fmt: skip
    return tmp_path


def lines(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


def roster_words(folder: Path) -> list[object]:
    return ["roster", "--plan", folder / "plan.json", "--community", "c1", "--people", folder / "people.csv", "--week", "2026-12-07", "--out", folder / "roster.json"]  # fmt: skip


def roster(folder: Path, *more: object) -> str:
    return run(*roster_words(folder), *more)


def test_a_roster_goes_to_people_calendars_and_the_live_system(folder: Path) -> None:
    out = roster(folder, "--leave", folder / "leave.csv", "--wishes", folder / "wishes.csv", "--zone", "Australia/Sydney", "--ics", folder / "ics", "--shifts", folder / "shifts.csv")  # fmt: skip
    assert "Person 8" in out and "Person 9" not in out and "leave" in out and "Wishes: 2 of 2" in out  # fmt: skip
    made = read_roster(json.loads((folder / "roster.json").read_text()))
    assert breaches(made) == [] and len(made.frame.people) == 9
    rows = lines(folder / "shifts.csv")
    assert len(rows) == len(made.shifts) and not any(row["ref"] == "p1" for row in rows)
    calendar = icalendar.Calendar.from_ical((folder / "ics/c1.ics").read_bytes())
    assert len(calendar.events) == len(rows)
    events: list[Any] = list(calendar.events)
    starts = [event["dtstart"].dt for event in events]
    assert all(start.tzname() == "AEDT" for start in starts)
    assert sorted(starts) == sorted(datetime.fromisoformat(row["starts_at"]) for row in rows)
    assert len(list((folder / "ics").iterdir())) == 10


def test_the_next_roster_follows_the_last_and_json_is_one_document(folder: Path) -> None:
    roster(folder)
    (folder / "roster.json").rename(folder / "before.json")
    out = roster(folder, "--week", "2026-12-14", "--after", folder / "before.json", "--shifts", folder / "s.json", "--json")  # fmt: skip
    document = json.loads(out)
    assert document["before"] and breaches(read_roster(document)) == []
    bodies: dict[str, Any] = json.loads((folder / "s.json").read_text())
    assert sum(len(each["shifts"]) for each in bodies.values()) == len(document["shifts"])


@pytest.mark.parametrize(
    ("name", "content", "more", "named"),
    [
        ("people.csv", "ref,hours\np1,many\n", [], "line 2: hours is 'many'"),
        ("people.csv", "ref,hours\np1,38\np1,38\n", [], "line 3: p1 stands"),
        ("people.csv", "ref,earliest\np1,08:15\n", [], "earliest is '08:15'"),
        ("people.csv", "ref,community\np1,c7\n", [], "nobody of c1"),
        ("people.csv", "name\nAna\n", [], "no column ref"),
        ("leave.csv", "ref,from,to\np1,2026-12-09,2026-12-07\n", ["--leave"], "line 2: leave from"),
        ("wishes.csv", "ref,day,wish\np1,mon,never\n", ["--wishes"], "off, early or late"),
        ("wishes.csv", "ref,day,wish\np1,someday,off\n", ["--wishes"], "day is 'someday'"),
        ("rules.toml", "sleep = 1\n", ["--rules"], "sleep is no rule"),
        (
            "rules.toml",
            "rest_h = 11.3\n",
            ["--rules"],
            "`rest_h` of rules.toml is 11.3; it must be full or half hours",
        ),
        ("positions.csv", "day,time,positions\nmon,08:00,x\n", ["--positions"], "positions is 'x'"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_written(
    folder: Path, name: str, content: str, more: list[str], named: str
) -> None:
    (folder / name).write_text(content)
    with pytest.raises(Invalid, match=named):
        roster(folder, *more, *([folder / name] if more else []))
    assert not (folder / "roster.json").exists()


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (["--week", "2026-12-08"], "no Monday"),
        (["--community", "c9"], "names nobody of c9"),
        (["--zone", "Mars/Base"], "no time zone"),
    ],
)
def test_wrong_options_are_named(folder: Path, more: list[str], named: str) -> None:
    with pytest.raises(Invalid, match=named):
        roster(folder, *more)


def test_waves_stand_in_the_plan_a_list_and_a_picture(folder: Path) -> None:
    out = run("waves", "--plan", folder / "plan.json", "--start", "2026-12-07", "--pilots", 1, "--lend", 2, "--picture", folder / "w.svg", "--list", folder / "w.csv")  # fmt: skip
    assert "2 waves" in out and "Pilots" in out
    planned = read_plan(json.loads((folder / "plan.json").read_text()))
    assert planned.waves["weeks"] == planned.waves["bound_weeks"] == 6
    assert (folder / "w.svg").read_text().startswith("<svg")
    assert [row["wave"] for row in lines(folder / "w.csv")] == ["0", "1"]


def test_a_picture_of_an_unknown_kind_changes_nothing(folder: Path) -> None:
    before = (folder / "plan.json").read_text()
    with pytest.raises(Invalid, match=r"w.gif is no .svg"):
        run("waves", "--plan", folder / "plan.json", "--start", "2026-12-07", "--picture", folder / "w.gif")  # fmt: skip
    assert (folder / "plan.json").read_text() == before


@pytest.fixture
def nothing_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*given: Any, **more: Any) -> Any:
        raise AssertionError("something was computed")

    monkeypatch.setattr("coterie.planning.rosters.making.make_roster", never)
    monkeypatch.setattr("coterie.planning.waves.order.move", never)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(each): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.mark.usefixtures("nothing_made")
@pytest.mark.parametrize(
    ("command", "option", "target", "named"),
    [
        ("waves", "--picture", "nowhere/x.svg", "there is no folder"),
        ("waves", "--list", "nowhere/x.csv", "there is no folder"),
        ("waves", "--list", "plan.json", "the target of two options"),
        ("waves", "--out", ".", "it is a folder"),
        ("roster", "--ics", "people.csv", "is no folder"),
        ("roster", "--ics", "people.csv/deeper", "is no folder"),
        ("roster", "--shifts", "nowhere/x.csv", "there is no folder"),
        ("roster", "--out", "people.csv/x", "is no folder"),
    ],
)
def test_a_target_that_can_not_be_written_is_named_before_anything_is_made(folder: Path, command: str, option: str, target: str, named: str) -> None:  # fmt: skip
    before = contents(folder)
    words = {"waves": ["waves", "--plan", folder / "plan.json", "--start", "2027-02-01"], "roster": roster_words(folder)}  # fmt: skip
    with pytest.raises(Invalid, match=f"can't be written: .*{named}"):
        run(*words[command], option, folder / target)
    assert contents(folder) == before


def test_all_files_are_written_or_none(folder: Path) -> None:
    before = contents(folder)
    (folder / "taken.svg").mkdir()
    with pytest.raises(Invalid, match=r"taken\.svg can't be written"):
        write_all({folder / "plan.json": b"{}", folder / "taken.svg": b"<svg/>"})
    assert contents(folder) == before
    write_all({folder / "plan.json": b"{}", folder / "new" / "x.ics": b"x"})
    assert (folder / "plan.json").read_bytes() == b"{}" and (folder / "new" / "x.ics").exists()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (
            "days_in_a_row = 2.5",
            r"`days_in_a_row` of rules\.toml is 2\.5; it must be a whole number",
        ),
        ("days_in_a_row = 15", "`days_in_a_row` .* up to 14"),
        ('rest_h = "x"', r"`rest_h` of rules\.toml is 'x'; it must be a number"),
        ("rest_h = nan", "`rest_h`"),
        ("rest_h = -1", "`rest_h` .* full or half hours"),
        ("lengths_h = []", "`lengths_h`"),
        ("lengths_h = 8", "`lengths_h` .* a list"),
        ("lengths_h = [4, 13]", r"`lengths_h\[1\]` .* from 1 to 12 hours"),
        ("begin_every_h = 0", "`begin_every_h` .* half an hour"),
        ('pause_paid = "no"', "`pause_paid` .* true or false"),
        ("early_before = 9", "`early_before` .* a text"),
        ('late_from = "12:10"', "`late_from` .* such as 08:30"),
        ("away = 1.0", "`away` .* below 1"),
        ('[present]\n"language:vi" = "x"', r"`present\.language:vi` .* a whole number"),
        ('[present]\n"vi" = 1', r"`present\.vi` .* such as language:vi"),
        ("present = 1", "`present` .* an object"),
        ("[prices]\nwish = -5", r"`prices\.wish` .* from 0 on"),
        ("[prices]\nwush = 5", "wush is no price; there are wish"),
        ("prices = 5", "`prices` .* an object"),
    ],
)
def test_a_rule_is_named_with_what_it_may_be(tmp_path: Path, given: str, named: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(given)
    with pytest.raises(Invalid, match=named):
        read_rules_file(path)


def test_rules_that_are_not_said_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text("")
    assert read_rules_file(path) == Rules()
    path.write_text('rest_h = 10.5\nlengths_h = [8, 4]\nlate_from = "13:30"\npause_paid = true\n[present]\n"seat:voice" = 1\n[prices]\nwish = 2\n')  # fmt: skip
    assert read_rules_file(path) == Rules(
        rest=21, lengths=(8, 16), late_from=27, pause_paid=True, present={"seat:voice": 1}, prices=Prices(wish=2.0)
    )  # fmt: skip


MONDAY = date(2026, 12, 7)


def positions_file(folder: Path, *rows: str) -> Path:
    path = folder / "positions.csv"
    path.write_text("\n".join(["day,time,positions", *rows]))
    return path


def test_weekdays_are_of_every_week_and_dates_of_their_own(tmp_path: Path) -> None:
    path = positions_file(tmp_path, "mon,08:00,2", "2026-12-08,08:00,3", "2026-12-15,09:30,4", "2026-12-14,08:00,0")  # fmt: skip
    found = read_positions(path, MONDAY, 2)
    assert len(found) == 2 * 336
    asked = {divmod(at, 48): many for at, many in enumerate(found) if many}
    assert asked == {(0, 16): 2, (1, 16): 3, (8, 19): 4}


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        (("mon,08:00,2", "mon,08:00,3"), "line 3: mon 08:00 stands in this file before, at .*line 2"),
        (("mon,08:00,2", "Monday,08:00,3"), "line 3: Monday 08:00"),
        (("2026-12-07,08:00,2", "2026-12-07,08:00,2"), "line 3: 2026-12-07 08:00"),
        (("mon,08:00,2", "2026-12-21,08:00,3"), "line 3: day is '2026-12-21', which is not in the 14 days from 2026-12-07 on"),
        (("mon,08:00,2", "2026-12-06,08:00,3"), "line 3: day is '2026-12-06'"),
        (("mon,08:00,0",), "asks for no position"),
        (("mon,24:00,1",), "line 2: a time is needed"),
    ],
)  # fmt: skip
def test_positions_that_stand_twice_or_outside_the_weeks_are_named(tmp_path: Path, rows: tuple[str, ...], named: str) -> None:  # fmt: skip
    with pytest.raises(Invalid, match=named):
        read_positions(positions_file(tmp_path, *rows), MONDAY, 2)
