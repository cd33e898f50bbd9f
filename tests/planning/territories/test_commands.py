"""`coterie plan territories` and `plan move` as somebody at a terminal meets them."""

import csv
import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import polars
import pytest

from coterie.exchange.plan_files import read_plan_file
from tests.planning.territories.made_up import Country, country

Done = subprocess.CompletedProcess[str]


def coterie(*arguments: str | Path) -> Done:
    return subprocess.run(
        [sys.executable, "-m", "coterie", "plan", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def made() -> Country:
    return country(3, contacts=True)


@pytest.fixture
def folder(tmp_path: Path, made: Country) -> Path:
    """The made-up country as files, under another's names."""
    write(tmp_path / "areas.csv", ("code", "name", "lat", "lon", "customers", "contacts", "region"), [
        (each.area, each.name, each.lat, each.lon, each.customers, each.contacts, each.region) for each in made.areas
    ])  # fmt: skip
    write(tmp_path / "pairs.csv", ("from", "to"), made.pairs)
    (tmp_path / "mapping.toml").write_text(
        '[columns]\narea = "code"\n[adjacency]\na = "from"\nb = "to"\n'
    )
    return tmp_path


def write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with gzip.open(path, "wt") if path.suffix == ".gz" else path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def drawn(folder: Path, *more: str | Path) -> Done:
    return coterie(
        "territories", "--areas", folder / "areas.csv", "--adjacency", folder / "pairs.csv",
        "--mapping", folder / "mapping.toml", "--out", folder / "plan.json", *more,
    )  # fmt: skip


def test_from_files_to_a_plan_and_an_area_moved_by_hand(folder: Path, made: Country) -> None:
    done = drawn(folder, "--communities", "6", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    said, plan = json.loads(done.stdout), read_plan_file(folder / "plan.json")
    assert said["balance"] == plan.balance and len(said["communities"]) == 6
    assert {each.area for each in plan.areas} == {each.area for each in made.areas}
    homes = {area: each.id for each in plan.communities for area in each.areas}
    a, b = next(
        pair for pair in plan.adjacency if homes[pair[0]] != homes[pair[1]] and pair[0][0] == "0"
    )
    moved = folder / "moved.json"
    done = coterie("move", "--plan", folder / "plan.json", "--area", a, "--to", homes[b], "--out", moved, "--force")  # fmt: skip
    assert done.returncode == 0 and f"{moved} holds the plan after it." in done.stdout
    after = read_plan_file(moved)
    assert a in next(each for each in after.communities if each.id == homes[b]).areas
    assert after.territories["moves"] == [{"area": a, "from": homes[a], "to": homes[b]}]


def test_customers_are_counted_from_parquet_and_csv_alike(folder: Path, made: Country) -> None:
    codes = [each.area for each in made.areas for _ in range(each.customers % 7)]
    table = polars.DataFrame({"ref": [str(at) for at in range(len(codes) + 3)], "area": [*codes, "9999", "9999", None]})  # fmt: skip
    table.write_parquet(folder / "customers.parquet")
    with gzip.open(folder / "customers.csv.gz", "wb") as file:
        file.write(table.write_csv().encode())
    plans = []
    for name in ("customers.parquet", "customers.csv.gz"):
        done = drawn(folder, "--size", "80", "--customers", folder / name)
        assert done.returncode == 0, done.stderr
        assert "2 customers live in 1 areas that are not among the areas, most in 9999 (2)" in done.stdout  # fmt: skip
        assert "1 customers have no area" in done.stdout
        plans.append((folder / "plan.json").read_text())
    assert plans[0] == plans[1]
    assert sum(each.customers for each in read_plan_file(folder / "plan.json").areas) == len(codes)


def test_hazard_demand_and_pins_come_from_files_of_their_own(folder: Path, made: Country) -> None:
    write(folder / "hazard.csv", ("x", "y", "risk", "area"), [(each.lon, each.lat, 0.25, 77) for each in made.areas] + [("NA", "NA", "1.0000000000001", 0)])  # fmt: skip
    write(folder / "demand.csv", ("area", "day", "contacts"), [(each.area, f"2026-03-{day:02}", day) for each in made.areas[:40] for day in range(1, 29)])  # fmt: skip
    write(folder / "pins.csv.gz", ("area", "pin"), [("0000", "c02")])
    with (folder / "mapping.toml").open("a") as file:
        file.write('[hazard]\nlat = "y"\nlon = "x"\nhazard = "risk"\n')
    done = drawn(
        folder, "--communities", "6", "--hazard", folder / "hazard.csv", "--demand", folder / "demand.csv",
        "--pins", folder / "pins.csv.gz", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["buddies"]["by"] == ["demand", "hazard", "distance"]
    assert said["pins"] == {"0000": "c02"}
    assert "1 rows of hazard.csv say nothing of any place." in said["notes"]
    assert {each.hazard for each in read_plan_file(folder / "plan.json").areas} == {0.25}


def test_a_country_of_one_area_needs_no_neighbours(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text("area,customers\n0800,500\n")
    done = coterie("territories", "--areas", tmp_path / "areas.csv", "--communities", "1", "--out", tmp_path / "plan.json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    (only,) = read_plan_file(tmp_path / "plan.json").communities
    assert only.areas == ("0800",)


def test_days_without_a_line_had_no_contacts(folder: Path, made: Country) -> None:
    """Ten from Monday to Friday are fifty a week, not seventy: also where no area has a line on a Saturday."""
    workdays = [f"2026-03-{day:02}" for day in range(2, 30) if (day - 2) % 7 < 5]
    write(folder / "demand.csv", ("area", "day", "contacts"), [(each.area, f"{day}T08:00", 5) for each in made.areas for day in (*workdays, *workdays)])  # fmt: skip
    write(folder / "areas.csv", ("code", "lat", "lon", "customers"), [(each.area, each.lat, each.lon, each.customers) for each in made.areas])  # fmt: skip
    done = drawn(folder, "--communities", "6", "--demand", folder / "demand.csv")
    assert done.returncode == 0, done.stderr
    a_year = 365 / 26 * 200
    for each in read_plan_file(folder / "plan.json").areas:
        assert each.contacts == pytest.approx(a_year)


def test_of_several_hazards_of_an_area_the_mean_is_taken(folder: Path, made: Country) -> None:
    first, second = made.areas[0].area, made.areas[1].area
    (folder / "hazard.csv").write_text(f"area,hazard\n{first},0.2\n{first},0.8\n{second},0.1\n9999,1\n")  # fmt: skip
    done = drawn(folder, "--communities", "6", "--hazard", folder / "hazard.csv", "--json")
    assert done.returncode == 0, done.stderr
    hazards = {each.area: each.hazard for each in read_plan_file(folder / "plan.json").areas}
    assert hazards[first] == pytest.approx(0.5)
    assert hazards[second] == 0.1
    said = " ".join(json.loads(done.stdout)["notes"])
    assert f"such as {first}: the mean" in said and "such as 9999" in said


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("areas.csv", "code,customers\n0800,-5\n", "areas.csv, line 2, area 0800, customers: '-5'"),
        ("areas.csv", "code,customers\n0800,nan\n", "'nan' is no whole number"),
        ("areas.csv", "code,customers\n,5\n", "line 2, area: is empty"),
        ("areas.csv", "code,customers\n0800,5\n0800,6\n", "0800 stands there twice"),
        ("areas.csv", "code,customers\n0800,0\n", "nothing to balance"),
        ("areas.csv", "code\n", "There are no areas"),
        ("areas.csv", "postcode,customers\n0800,5\n", "takes area from code"),
        ("pairs.csv", "from,to\n0000,0000\n", "0000 can't be its own neighbour"),
        ("pairs.csv", "from,to\n0000,7777\n", "no area 7777"),
        ("pairs.csv", "from\n0000\n", "takes b from to"),
        ("pins.csv", "area,pin\n0000,1\n0000,2\n", "pins 0000 to 1 and to 2"),
        ("pins.csv", "area,pin\n7777,1\n", "no area 7777"),
        ("pins.csv", "area,pin\n0000,99\n", "pinned to 99, which is none of"),
        ("hazard.csv", "area,hazard\n0000,1.5\n", "'1.5' is no number from 0 to 1"),
        ("hazard.csv", "area,hazard\n7777,0.5\n", "tells of none of the areas"),
        ("demand.csv", "area,day,contacts\n0000,monday,4\n", "'monday' is no day"),
        ("demand.csv", "area,day,contacts\n7777,2026-03-01,4\n", "tells of none of the areas"),
        (
            "demand.csv",
            "area,day,contacts\n0000,2026-03-01,4\n0000,,4\n",
            "line 3, area 0000, day: is empty",
        ),
        (
            "demand.csv",
            "area,day,contacts\n0000,2026-03-01 or so,4\n",
            "'2026-03-01 or so' is no day",
        ),
        (
            "demand.csv",
            "area,day,contacts\n0000,1970-01-01,4\n0000,2026-03-01,4\n",
            "from 1970-01-01 to 2026-03-01",
        ),
        ("customers.csv", "area,contacts\n0000,-3\n", "line 2, area 0000, contacts: '-3'"),
        ("customers.csv", "ref\n1\n", "customers.csv has no column area"),
        ("mapping.toml", "[column]\n", "not column"),
        ("mapping.toml", "[pins]\npostcode = 'x'\n", "postcode must be one of area, pin"),
    ],
)
def test_what_is_wrong_is_named_in_one_line_and_nothing_is_written(
    folder: Path, name: str, text: str, named: str
) -> None:
    (folder / name).write_text(text)
    extra: list[str | Path] = []
    for kind in ("pins", "hazard", "demand", "customers"):
        if name == f"{kind}.csv":
            extra = [f"--{kind}", folder / name]
    done = drawn(folder, "--communities", "1" if name == "areas.csv" else "6", *extra)
    assert (done.returncode, done.stdout) == (1, "")
    assert named in done.stderr and done.stderr.count("\n") == 1
    assert not (folder / "plan.json").exists()


@pytest.mark.parametrize("contacts", [-1.0, float("nan"), float("inf")])
def test_contacts_of_customers_that_are_no_number_are_refused(
    folder: Path, contacts: float
) -> None:
    polars.DataFrame({"area": ["0000", "0001"], "contacts": [1.0, contacts]}).write_parquet(folder / "customers.parquet")  # fmt: skip
    done = drawn(folder, "--communities", "6", "--customers", folder / "customers.parquet")
    assert done.returncode == 1 and "a customer of 0001 with contacts" in done.stderr


def test_codes_that_were_stored_as_numbers_are_refused(folder: Path) -> None:
    polars.DataFrame({"ref": ["1"], "area": [800]}).write_parquet(folder / "customers.parquet")
    done = drawn(folder, "--communities", "6", "--customers", folder / "customers.parquet")
    assert done.returncode == 1 and "lose leading zeros" in done.stderr
