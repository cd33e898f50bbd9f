"""`plan forecast` and `plan staff`, as somebody at a terminal meets them: made logs, real logs, and files with something wrong."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import polars as pl
import pytest

from coterie.exchange.plan_choices import Choices, Sources
from coterie.exchange.plan_files import read_plan_file, write_document
from coterie.exchange.plan_history import read_history
from coterie.exchange.plan_outlook import ALL, Days, look_ahead
from coterie.exchange.plan_staffing import Staffed, staff
from coterie.exchange.plan_tables import (
    read_counts,
    read_efforts,
    read_people,
    read_sites,
    read_special_days,
    read_topic_skills,
)
from coterie.kit.errors import Invalid
from coterie.planning.plan import PlannedArea, as_json, read_plan
from tests.recorded import recorded

ROOT = Path(__file__).parents[2]
MAPPINGS = ROOT / "mappings"
SERVICENOW = recorded("servicenow_incidents/incident_event_log.csv.gz")
VOLVO = recorded("volvo_incidents/incidents.csv.gz")
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def quiet(done: int, total: int | None = None) -> None:
    """Nobody watches."""


def log_of(folder: Path, days: int = 42, a_day: int = 40, seed: int = 1) -> Path:
    """Three areas, the first as large as the others together; half is calls; each is answered after some minutes."""
    draw, path = Random(seed), folder / "log.csv"
    lines = ["case,customer,time,event,group,agent,area,topic,channel"]
    case = 0
    for day in range(days):
        for _ in range(a_day):
            case += 1
            at = MONDAY + timedelta(day, draw.uniform(9, 17) * 3600)
            area = draw.choice(["2650", "2650", "2651", "2652"])
            about = f"{area},{draw.choice(['billing', 'network'])},{draw.choice(['Phone', 'chat'])}"
            lines.append(f"{case},k{case},{at.isoformat()},opened,G,,{about}")
            later = at + timedelta(0, draw.uniform(60, 600))
            lines.append(f"{case},k{case},{later.isoformat()},answered,G,a{case % 9},{about}")
    path.write_text("\n".join(lines) + "\n")
    return path


def plan_of(folder: Path, **more: Any) -> Path:
    path = folder / "plan.json"
    document = {
        "communities": [
            {"id": "c1", "name": "One", "areas": ["2650"], "customers": 500, "contacts": 1.0},
            {"id": "c2", "name": "Two", "areas": ["2651", "2652"], "customers": 500, "contacts": 1.0},
        ],
        "areas": [{"area": area, "customers": 250} for area in ("2650", "2651", "2652")],
        "adjacency": [], "balance": 0.0, "seed": 3, "tolerance": 0.02, "of_others": {"kept": True}, **more,
    }  # fmt: skip
    write_document(path, document)
    return path


PEOPLE = """ref,name,group,site,skills,languages,seats,hours
p1,Ana,Billing,Wagga,billing:4,en;it,voice;messaging,38
p2,Bo,Billing,Wagga,billing:5;network:1,en,voice,38
p3,Cy,Network,Orange,network:4,en,voice;messaging,30
p4,Di,Network,Orange,network:3;billing:2,en,messaging,38
"""


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Staffed]:
    def run(people: str = "", sites: str = "", **chosen: Any) -> Staffed:
        files = {}
        for name, text in (("people", people), ("sites", sites)):
            if text:
                files[name] = tmp_path / f"{name}.csv"
                files[name].write_text(text)
        sources = Sources(log_of(tmp_path), **files)
        return staff(read_plan_file(plan_of(tmp_path)), sources, Choices(**chosen), quiet)

    return run


Made = Callable[..., Staffed]


def test_each_community_has_the_contacts_of_its_areas(made: Made) -> None:
    section = made().plan.staff
    weeks = [section["communities"][each]["contacts_week"] for each in ("c1", "c2")]
    assert sum(sum(week.values()) for week in weeks) == pytest.approx(280, rel=0.1)
    for week in weeks:
        assert sum(week.values()) == pytest.approx(140, rel=0.15)
        assert week["voice"] == pytest.approx(week["messaging"], rel=0.25)


def test_the_section_has_the_shape_that_others_read(made: Made) -> None:
    found = made()
    for each in found.plan.communities:
        said = found.plan.staff["communities"][each.id]
        assert [len(said[name]) for name in ("positions", "positions_low", "positions_high")] == [336] * 3  # fmt: skip
        assert [len(said["arrivals"][kind]) for kind in ("voice", "messaging")] == [336] * 2
        triples = zip(said["positions_low"], said["positions"], said["positions_high"], strict=True)
        assert all(low <= usual <= high for low, usual, high in triples)
        assert each.experts == said["headcount"] > 0
        assert dict(each.skills) == said["skills"]
        assert set(each.skills) == {"billing", "network"}
        opened = np.array(said["positions"]).reshape(7, 48)
        assert (opened[:, 16:40] >= 1).all() and opened.sum() == opened[:, 16:40].sum()
    assert found.plan.staff["effort"]["*"]["source"] == "fitted"
    assert found.plan.staff["assumptions"]


def test_how_many_have_both_seats_is_told_where_the_file_tells_seats(made: Made) -> None:
    assert made(PEOPLE).plan.staff["both_seats"] == 0.5
    assert made(PEOPLE + "p5,Ed,Network,Orange,network:3,en,,38\n").plan.staff["both_seats"] == 0.4
    assert "both_seats" not in made("ref,group\np1,Billing\n").plan.staff


def test_a_plan_keeps_what_others_wrote_and_is_the_same_made_again(made: Made) -> None:
    first = made()
    assert first.plan.more == {"of_others": {"kept": True}}
    assert made().plan == first.plan
    assert read_plan(json.loads(json.dumps(as_json(first.plan)))) == first.plan


def test_a_site_set_by_hand_stays_and_one_that_was_chosen_is_chosen_again(tmp_path: Path) -> None:
    plan, log = read_plan_file(plan_of(tmp_path)), log_of(tmp_path)
    tables = {"people": PEOPLE, "sites": "site,seats\nWagga,90\nOrange,90\n"}
    files = {name: tmp_path / f"{name}.csv" for name in tables}
    for name, text in tables.items():
        files[name].write_text(text)
    first = staff(plan, Sources(log, **files), Choices(), quiet).plan
    assert staff(first, Sources(log, **files), Choices(), quiet).plan == first
    for site in ("Wagga", "Orange"):
        both = tuple(replace(each, site=site) for each in plan.communities)
        again = staff(replace(first, communities=both, staff={}), Sources(log, **files), Choices(), quiet).plan  # fmt: skip
        assert {each.site for each in again.communities} == {site}
    files["people"].write_text(PEOPLE.replace("Orange", "Wagga"))
    moved = staff(first, Sources(log, **files), Choices(), quiet).plan
    assert {each.site for each in moved.communities} == {"Wagga"}


def test_hours_on_another_clock_move_with_it(made: Made) -> None:
    """From 9 to 17 in London is from 20 on in Sydney: closed, so kept for the morning after."""
    here, there = (made(zone=zone, hours="Mon-Sun 09:00-17:00") for zone in ("UTC", "Australia/Sydney"))  # fmt: skip
    voice = np.array(here.plan.staff["communities"]["c1"]["arrivals"]["voice"]).reshape(7, 48)
    assert voice[:, 18:34].sum() > 0.95 * voice.sum()
    moved = np.array(there.plan.staff["communities"]["c1"]["arrivals"]["voice"]).reshape(7, 48)
    assert moved[:, 18:34].sum() < 0.05 * moved.sum()
    assert there.needs.work.calls.sum() < 0.05 * here.needs.work.calls.sum()


TIMES = ("2026-03-02T00:00:00", "2026-03-02T00:30:00", "2026-03-02T01:00:00", "2026-07-01T23:30:00")


@pytest.mark.parametrize("zone", ["Australia/Sydney", "Asia/Kathmandu", "America/Los_Angeles"])
def test_times_without_a_zone_are_on_the_same_clock_in_a_log_and_in_counts(zone: str, tmp_path: Path) -> None:  # fmt: skip
    log, counts, mapping = (tmp_path / name for name in ("log.csv", "counts.csv", "log.toml"))
    log.write_text("case,time\n" + "".join(f"{at},{at}\n" for at in TIMES))
    counts.write_text("time,contacts\n" + "".join(f"{at},1\n" for at in TIMES))
    contacts = read_history(log, None, zone, "messaging", quiet, effort=False).contacts
    found, stated = contacts.series(contacts.channel >= 0), read_counts(counts, None, zone)
    assert found.first == stated.first == date(2026, 3, 2)
    assert (found.counts == stated.counts).all()
    assert np.flatnonzero(found.counts[0]).tolist() == [0, 1, 2]
    assert np.flatnonzero(found.counts[-1]).tolist() == [47]
    mapping.write_text('[log]\nzone = "UTC"\n')
    moved = read_history(
        log, mapping, "Australia/Sydney", "messaging", quiet, effort=False
    ).contacts
    assert (moved.first, sorted(moved.half_hour.tolist())) == (date(2026, 3, 2), [22, 23, 24, 122 * 48 + 19])  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "offset"),
    [("Asia/Kathmandu", "+05:45"), ("Pacific/Chatham", "+13:45"), ("Australia/Eucla", "+08:45"), ("Asia/Kolkata", "+05:30")],
)  # fmt: skip
def test_half_hours_of_a_clock_that_is_a_quarter_off_are_its_own(zone: str, offset: str, tmp_path: Path) -> None:  # fmt: skip
    path = tmp_path / "log.csv"
    clock = ("00:00:00", "00:14:59", "00:15:00", "00:29:59", "00:30:00", "12:44:59", "23:59:59")
    path.write_text("case,time\n" + "".join(f"{at},2026-01-05T{at}{offset}\n" for at in clock))
    contacts = read_history(path, None, zone, "messaging", quiet, effort=False).contacts
    assert (contacts.first, contacts.days) == (date(2026, 1, 5), 1)
    assert sorted(contacts.half_hour.tolist()) == [0, 0, 0, 0, 1, 25, 47]


def worn(path: Path, every: int) -> int:
    """Break the time of every so-manieth row; how many that are."""
    lines = path.read_text().splitlines()
    broken = range(every, len(lines), every)
    for at in broken:
        case, customer, _, rest = lines[at].split(",", 3)
        lines[at] = f"{case},{customer},soon,{rest}"
    path.write_text("\n".join(lines) + "\n")
    return len(broken)


def test_rows_of_a_log_that_can_not_be_used_are_told_and_many_are_too_many(tmp_path: Path) -> None:
    log = log_of(tmp_path)
    number = worn(log, 100)
    said = f"{number} of 3,360 rows of log.csv can't be used; the first is line 101: time 'soon' is no time (ISO 8601)"  # fmt: skip
    found = look_ahead(log, None, None, None, "messaging", Days(), 1, tested=False, watch=quiet)
    assert found.as_json()["notes"] == [f"{said}."] and f"{said}." in list(found.told())
    assert f"{said}." in staff(read_plan_file(plan_of(tmp_path)), Sources(log), Choices(), quiet).plan.staff["assumptions"]  # fmt: skip
    worn(log, 7)
    with pytest.raises(Invalid, match=r"rows of log\.csv can't be used; the first is line 8: time 'soon'.*More than a tenth"):  # fmt: skip
        read_history(log, None, None, "messaging", quiet)


def test_placeholder_dates_and_days_in_part_are_told_and_move_no_forecast(tmp_path: Path) -> None:
    log = log_of(tmp_path)
    head, *rows = log.read_text().splitlines()
    first, last = "2026-03-02T14", "2026-04-12T11"
    log.write_text("\n".join([head, *(row for row in rows if first < row.split(",")[2] < last)]))
    plain = look_ahead(log, None, None, None, "messaging", Days(), 1, tested=False, watch=quiet)
    odd = [f"o{n},k,1970-01-01T00:00:00Z,opened,G,,2650,billing,chat" for n in range(10)]
    log.write_text(log.read_text() + "\n" + "\n".join(odd) + "\n")
    found = look_ahead(log, None, None, None, "messaging", Days(), 1, tested=False, watch=quiet)
    assert found.as_json()["channels"] == plain.as_json()["channels"]
    assert found.found["voice"].series.seen.tolist() == [False, *[True] * 40, False]
    assert [note.split(",")[0] for note in found.notes] == [
        "Contacts on 1970-01-01 are left out (10): more than 8 weeks without any part them from the others",
        "The log begins within 2026-03-02", "The log ends within 2026-04-12",
    ]  # fmt: skip
    said = staff(read_plan_file(plan_of(tmp_path)), Sources(log), Choices(), quiet).plan.staff["assumptions"]  # fmt: skip
    assert set(found.notes) < set(said)


@pytest.mark.parametrize("midnight", ["", "T00:00:00", "T00:00:00+10:00", " 00:00:00Z"])
def test_a_log_of_days_says_nothing_of_half_hours(midnight: str, tmp_path: Path) -> None:
    path, mapping = tmp_path / "log.csv", tmp_path / "log.toml"
    days = [f"{case},{(MONDAY + timedelta(case % 40)).date()}{midnight}\n" for case in range(200)]
    path.write_text("case,Opened on\n" + "".join(days) + "x,2026-03-05T09:00:00Z\n")
    mapping.write_text('[columns]\ntime = "Opened on"\n')
    for zone in (None, "Australia/Sydney"):
        with pytest.raises(Invalid, match=r"times of log\.csv say a day and no hour: 100% of 201.*column Opened on.*--counts"):  # fmt: skip
            read_history(path, mapping, zone, "messaging", quiet)


def test_everybody_is_assigned_and_sits_where_their_community_does(made: Made) -> None:
    found = made(PEOPLE)
    section = found.plan.staff
    sites = {each.id: each.site for each in found.plan.communities}
    assert set(sites.values()) == {"Wagga", "Orange"}
    assert sorted(each["person"] for each in section["assignments"]) == ["p1", "p2", "p3", "p4"]
    for each in section["assignments"]:
        assert each["to_site"] == sites[each["to_community"]]
    assert section["moved_sites"] == {"count": 0, "bound": 0}
    trained = {(each["person"], each["skill"]) for each in section["training"]}
    assert {("p4", "billing"), ("p2", "network")} <= trained
    assert next(lack for lack in section["lacking"] if lack["what"] == "language")["which"] == "it"
    assert section["paid_hours"] == 36


def test_a_site_that_nobody_knows_is_named(made: Made) -> None:
    with pytest.raises(Invalid, match=r"p3 in people\.csv sits at Orange, which sites\.csv doesn't name"):  # fmt: skip
        made(PEOPLE, "site,seats\nWagga,90\n")


def test_where_no_contact_names_an_area_of_the_plan_customers_decide(tmp_path: Path) -> None:
    log = log_of(tmp_path)
    log.write_text(log.read_text().replace("265", "965"))
    found = staff(read_plan_file(plan_of(tmp_path)), Sources(log), Choices(), quiet)
    shares = [sum(found.plan.staff["communities"][each]["contacts_week"].values()) for each in ("c1", "c2")]  # fmt: skip
    assert shares[0] == shares[1]
    assert any("No contact names an area" in each for each in found.plan.staff["assumptions"])


def test_an_area_that_was_split_shares_its_contacts_by_customers(tmp_path: Path) -> None:
    plan = read_plan_file(plan_of(tmp_path))
    areas = (
        PlannedArea("2650 1", customers=300, whole="2650"), PlannedArea("2650 2", customers=100, whole="2650"),
        PlannedArea("2651", customers=250), PlannedArea("2652", customers=250),
    )  # fmt: skip
    one, two = plan.communities
    split = replace(plan, areas=areas, communities=(replace(one, areas=("2650 1", "2651", "2652")), replace(two, areas=("2650 2",))))  # fmt: skip
    found = staff(split, Sources(log_of(tmp_path)), Choices(), quiet)
    weeks = [sum(found.plan.staff["communities"][each]["contacts_week"].values()) for each in ("c1", "c2")]  # fmt: skip
    assert weeks[1] / sum(weeks) == pytest.approx(0.5 * 0.25, abs=0.03)


def test_who_gave_up_in_the_log_says_how_patient_callers_are(tmp_path: Path) -> None:
    log, draw = log_of(tmp_path), Random(4)
    lines = log.read_text().splitlines()
    for number in range(300):
        at = MONDAY + timedelta(number % 40, 36_000 + number)
        gone = at + timedelta(0, draw.expovariate(1 / 90))
        lines += [f"g{number},g,{at.isoformat()},opened,G,,2650,billing,Phone", f"g{number},g,{gone.isoformat()},abandoned,G,,2650,billing,Phone"]  # fmt: skip
    log.write_text("\n".join(lines) + "\n")
    found = staff(read_plan_file(plan_of(tmp_path)), Sources(log), Choices(), quiet).plan.staff
    assert found["patience"]["source"] == "fitted" and found["patience"]["n"] == 300
    assert found["rule"]["patience_s"] == pytest.approx(found["patience"]["exponential_mean_s"])


def test_measured_efforts_go_before_what_the_log_lets_one_infer(tmp_path: Path) -> None:
    efforts, draw = tmp_path / "efforts.csv", Random(1)
    rows = [f"{topic},{draw.gammavariate(4, mean / 4)}" for topic, mean in (("billing", 200), ("network", 800)) for _ in range(400)]  # fmt: skip
    efforts.write_text("\n".join(["topic,seconds", *rows]))
    found = staff(read_plan_file(plan_of(tmp_path)), Sources(log_of(tmp_path), efforts=efforts), Choices(), quiet).plan.staff  # fmt: skip
    assert found["effort"]["billing"]["mean_s"] == pytest.approx(200, rel=0.1)
    assert found["effort"]["network"]["mean_s"] == pytest.approx(800, rel=0.1)
    assert found["follow_ups"] == {}


def test_a_log_without_people_leaves_effort_to_an_assumption(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    rows = [f"{n},{(MONDAY + timedelta(n % 28, 36_000 + 60 * n)).isoformat()}" for n in range(400)]
    log.write_text("\n".join(["case,time", *rows]))
    found = staff(read_plan_file(plan_of(tmp_path)), Sources(log), Choices(effort_s=300), quiet)
    assert found.plan.staff["effort"]["*"] | {"params": 0} == {"kind": "lognormal", "mean_s": 300, "sd_s": 225, "source": "assumed", "n": 0, "params": 0}  # fmt: skip
    assert any("400 contacts without a channel are taken for messaging" in each for each in found.plan.staff["assumptions"])  # fmt: skip


@pytest.mark.skipif(SERVICENOW is None, reason="servicenow_incidents is not on this machine")
def test_contacts_of_a_real_log_are_its_cases() -> None:
    """Counted by themselves from the file: the first line of each incident by time."""
    assert SERVICENOW is not None
    found = read_history(SERVICENOW, MAPPINGS / "servicenow_incidents.toml", None, "messaging", quiet, effort=False).contacts  # fmt: skip
    log = pl.read_csv(SERVICENOW, infer_schema=False).with_columns(at=pl.col("sys_updated_at").str.to_datetime("%d/%m/%Y %H:%M"))  # fmt: skip
    opened = log.sort("at", maintain_order=True).group_by("number", maintain_order=True).agg(pl.col("at").first(), pl.col("location").replace("?", None).drop_nulls().first(), pl.col("contact_type").first())  # fmt: skip
    assert len(found) == opened.height == 17_136
    by_half_hour = Counter((at.date() - found.first).days * 48 + at.hour * 2 + at.minute // 30 for at in opened["at"])  # fmt: skip
    assert Counter(found.half_hour.tolist()) == by_half_hour
    areas = Counter(found.areas[each] or None for each in found.area.tolist())
    assert areas == Counter(opened["location"].to_list())
    phone = opened.filter(pl.col("contact_type").is_in(["Phone", "IVR"])).height
    assert int(found.of_kind("voice").sum()) == phone


@pytest.mark.parametrize(("log", "mapping"), [(SERVICENOW, "servicenow_incidents.toml"), (VOLVO, "volvo_incidents.toml")])  # fmt: skip
def test_a_real_log_staffs_a_plan(log: Path | None, mapping: str, tmp_path: Path) -> None:
    if log is None:
        pytest.skip("the recorded logs are not on this machine")
    history = read_history(log, MAPPINGS / mapping, None, "messaging", quiet, effort=False).contacts
    named = [area for area in history.areas if area]
    plan = read_plan_file(plan_of(tmp_path, communities=[
        {"id": f"c{at}", "name": f"{at}", "areas": named[at::3], "customers": 100, "contacts": 1.0}
        for at in range(3)
    ], areas=[]))  # fmt: skip
    found = staff(plan, Sources(log, MAPPINGS / mapping), Choices(), quiet)
    assert min(found.needs.people) > 0
    work = found.needs.work
    busy = (work.voice_load + work.message_load) / np.maximum(found.needs.positions, 1)
    assert busy.max() <= 0.85 + 1e-9
    week = sum(float(each.sum()) for each in found.needs.arrivals.values())
    busiest = np.bincount(history.half_hour // 336).max()
    assert 0.3 * busiest < week < 2 * busiest


def test_a_forecast_of_channels_adds_up_to_about_the_whole(tmp_path: Path) -> None:
    found = look_ahead(log_of(tmp_path), None, None, None, "messaging", Days(), 2, tested=True, watch=quiet)  # fmt: skip
    assert list(found.found) == [ALL, "messaging", "voice"]
    whole, *parts = (each.forecast.mean.sum() for each in found.found.values())
    assert sum(parts) == pytest.approx(whole, rel=0.02)
    said = found.as_json()
    assert said["backtest"][ALL]["origins"] > 5 and len(said["channels"][ALL]["days"]) == 14
    assert "week 1 ahead" in "\n".join(found.told())


@pytest.mark.parametrize("minutes", [5, 15, 30, 60, 120])
def test_counts_of_any_stretch_up_to_two_hours_are_read(minutes: int, tmp_path: Path) -> None:
    path, start = tmp_path / "counts.csv", MONDAY.replace(tzinfo=None)
    rows = [f"{start + timedelta(day, at * 60)},{minutes / 5}" for day in range(3) for at in range(480, 720, minutes) if day != 1]  # fmt: skip
    path.write_text("\n".join(["time,contacts", *rows]))
    found = read_counts(path, None, "Australia/Sydney")
    assert (found.first, found.days, found.seen.tolist()) == (date(2026, 3, 2), 3, [True, False, True])  # fmt: skip
    assert found.counts[0][16:24].tolist() == [6.0] * 8 and found.counts.sum() == 96


def test_few_measured_efforts_say_nothing_and_strange_topics_are_named(tmp_path: Path) -> None:
    efforts = tmp_path / "efforts.csv"
    efforts.write_text("\n".join(["topic,seconds", *["bilingg,100"] * 29]))
    found = staff(read_plan_file(plan_of(tmp_path)), Sources(log_of(tmp_path), efforts=efforts), Choices(), quiet).plan.staff  # fmt: skip
    plain = staff(read_plan_file(plan_of(tmp_path)), Sources(log_of(tmp_path)), Choices(), quiet).plan.staff  # fmt: skip
    assert (found["effort"], found.get("follow_ups")) == (plain["effort"], plain.get("follow_ups"))
    said = " ".join(found["assumptions"])
    assert "such as bilingg" in said and "29 measured contacts" in said
    assert "is as measured" not in said


def test_skills_of_topics_that_the_log_does_not_have_are_named(tmp_path: Path) -> None:
    skills, people = tmp_path / "skills.csv", tmp_path / "people.csv"
    skills.write_text("topic,skill\nbilingg,billing\n")
    people.write_text(PEOPLE)
    sources = Sources(log_of(tmp_path), people=people, skills=skills)
    said = " ".join(staff(read_plan_file(plan_of(tmp_path)), sources, Choices(), quiet).plan.staff["assumptions"])  # fmt: skip
    assert "such as bilingg" in said
    assert "No topic of the log is in skills.csv" in said


def test_a_stretch_of_no_whole_half_hours_is_spread_over_those_that_it_touches(
    tmp_path: Path,
) -> None:
    path, start = tmp_path / "counts.csv", MONDAY.replace(tzinfo=None)
    rows = [f"{start + timedelta(0, at * 60)},3" for at in range(480, 750, 45)]
    path.write_text("\n".join(["time,contacts", *rows]))
    assert read_counts(path, None, "Australia/Sydney").counts[0][16:25].tolist() == [2.0] * 9


def test_the_hour_that_the_clock_repeats_may_stand_there_twice(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    times = [f"2026-04-05 {hour:02}:{minute}" for hour in (0, 1, 2, 2, 3) for minute in ("00", "30")]  # fmt: skip
    path.write_text("\n".join(["time,contacts", *(f"{time},1" for time in times)]))
    found = read_counts(path, None, "Australia/Sydney").counts[0]
    assert found[:8].tolist() == [1, 1, 1, 1, 2, 2, 1, 1]


WRONG_TABLES: list[tuple[Callable[[Path], Any], str, str]] = [
    (read_people, "ref,skills\na,billing:9\n", "line 2: skills has 'billing:9'"),
    (read_people, "ref,skills\na,billing\n", "line 2: skills has 'billing'"),
    (read_people, "ref\na\na\n", "line 3: ref is a, who stands in an earlier line"),
    (read_people, "ref,hours\na,-2\n", "hours is -2"),
    (
        read_people,
        "ref,hours\na,1e9\n",
        r"line 2: hours is 1e\+09: paid hours of a week are above 0 and at most 168",
    ),
    (read_people, "ref,hours\na,nan\n", "hours is"),
    (read_people, "ref,hours\na,inf\n", "hours is"),
    (read_people, "name\nAna\n", "has no column ref. It has name."),
    (read_people, "ref\n", "names no people"),
    (read_sites, "site,seats\nx,many\n", "seats is 'many', which is no number"),
    (
        read_people,
        "ref,seats\nx,calls;messaging\n",
        "seats is 'calls': there are voice and messaging",
    ),
    (read_sites, "site,lat,lon\nx,95,10\n", "no place on the earth"),
    (read_special_days, "day,name\n24.12.2026,Eve\n", "write it as 2026-12-24"),
    (read_special_days, "day,name,factor\n2026-12-24,Eve,-1\n", "factor is -1"),
    (
        read_people,
        "ref,skills\na,billing:4;billing:1\n",
        "line 2: skills has billing with two levels",
    ),
    (read_topic_skills, "topic,skill\nbills,x\nbills,y\n", "line 3: skill is y for bills"),
    (
        lambda path: read_counts(path, None, "Australia/Sydney"),
        "time,contacts\n2026-03-02 08:00,5\n2026-03-02 08:30,5\n2026-03-02 08:00,5\n",
        "line 4: time is 2026-03-02 08:00, which stands in an earlier line",
    ),
    (
        lambda path: read_counts(path, None, "UTC"),
        "time,contacts\n2026-03-02,1e12\n",
        "number from 0 to 10,000,000",
    ),
    (read_efforts, "topic,seconds\nbilling,0\n", "must be above 0"),
    (
        lambda path: read_counts(path, None, "UTC"),
        "time,contacts\n2026-03-02,5\n2026-03-03,5\n",
        "1,440 minutes apart",
    ),
    (lambda path: read_counts(path, None, "UTC"), "time,contacts\nnoon,5\n", "'noon' is no time"),
    (
        lambda path: read_counts(path, None, "UTC"),
        "time,contacts\n2026-03-02,-5\n",
        "contacts is '-5'",
    ),
]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"paid_hours": float("nan")}, "Paid hours are nan"),
        ({"paid_hours": float("inf")}, "at most 168"),
        ({"paid_hours": 0.0}, "above 0"),
        ({"shrinkage": float("nan")}, "Shrinkage is nan"),
        ({"shrinkage": 1.0}, "Shrinkage is 1.0"),
        ({"effort_s": float("inf")}, "effort of a contact is inf"),
        ({"patience_s": float("nan")}, "give up after nan"),
    ],
)
def test_a_choice_that_can_not_be_is_named(given: dict[str, float], named: str) -> None:
    with pytest.raises(Invalid, match=named):
        Choices(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(("read", "text", "why"), WRONG_TABLES)
def test_a_table_with_something_wrong_is_refused_by_line(read: Callable[[Path], Any], text: str, why: str, tmp_path: Path) -> None:  # fmt: skip
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(Invalid, match=why):
        read(path)


def coterie(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "coterie", "plan", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=ROOT,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_at_the_terminal_a_plan_is_written_or_left_alone(tmp_path: Path) -> None:
    plan, log, out = plan_of(tmp_path), log_of(tmp_path), tmp_path / "out.json"
    before = plan.read_text()
    done = coterie("staff", "--plan", plan, "--history", log, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["headcount"] == sum(each["experts"] for each in said["communities"])
    assert json.loads(out.read_text())["staff"] == said["staff"]
    failed = coterie("staff", "--plan", plan, "--history", log, "--country", "XX")
    assert failed.returncode == 1 and failed.stdout == ""
    assert failed.stderr.splitlines() == ["coterie: No holidays are known of XX: name a country by its code of two letters, such as AU."]  # fmt: skip
    assert plan.read_text() == before


def test_at_the_terminal_a_forecast_is_told(tmp_path: Path) -> None:
    log = log_of(tmp_path)
    done = coterie("forecast", "--history", log, "--weeks", "1", "--backtest")
    assert done.returncode == 0 and "the week before" in done.stdout
    short = coterie("forecast", "--history", log_of(tmp_path, days=10))
    assert (short.returncode, short.stdout) == (1, "")
    assert "a forecast needs two weeks at least" in short.stderr
    assert coterie("forecast").returncode == 1
