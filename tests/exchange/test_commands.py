"""Import and export as somebody at a terminal meets them."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import polars
import pytest

from coterie.communities.queries import communities, lost
from coterie.workspace.queries import found_again
from tests.world import Community, made_world

Done = subprocess.CompletedProcess[str]


Coterie = Callable[..., Awaitable[Done]]


@pytest.fixture
async def coterie(database: str, tmp_path: Path) -> Coterie:
    """The command over a database with one community."""
    async with made_world(database) as world:
        await world.community("Riverina", ["2650"])

    async def run(*arguments: str | Path) -> Done:
        return await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "coterie", *arguments, "--data", tmp_path / "data"],
            env=os.environ | {"COTERIE_DATABASE_URL": database},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


async def test_from_a_file_and_back_into_one(coterie: Coterie, tmp_path: Path) -> None:
    path, out = tmp_path / "c.csv", tmp_path / "out.csv.gz"
    path.write_text("ref,email,area\nA,a@b.cd,2650\nB,b@b.cd,9999\n")
    tried = await coterie("import", "customers", path, "--dry-run", "--json")
    assert tried.returncode == 1
    assert json.loads(tried.stdout)["refused"] == 1
    assert json.loads(tried.stdout)["dry_run"] is True
    done = await coterie("import", "customers", path)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "line 3, area: there is no area '9999'.",
        "1 of 2 rows imported (1 new, 0 changed, 0 as they were); 1 refused.",
    ]
    assert done.stderr == "coterie: 1 of 2 rows were refused.\n"
    exported = await coterie("export", "customers", "--out", out)
    assert (exported.returncode, exported.stdout) == (0, f"{out} holds 1 customers.\n")
    again = await coterie("import", "customers", out)
    assert again.returncode == 0
    assert "0 new, 0 changed, 1 as they were" in again.stdout


async def test_no_cell_of_an_export_is_a_formula_and_all_of_it_comes_back(
    coterie: Coterie, tmp_path: Path
) -> None:
    """A spreadsheet would run it for whoever opens the file."""
    path, out = tmp_path / "c.csv", tmp_path / "out.csv"
    path.write_text("ref,name,email,phone\n@A,=HYPERLINK(1),-a@b.cd,+61491570156\n")
    assert (await coterie("import", "customers", path)).returncode == 0
    assert (await coterie("export", "customers", "--out", out)).returncode == 0
    cells = out.read_text().splitlines()[1].split(",")
    assert cells[1:5] == ["'@A", "'=HYPERLINK(1)", "'-a@b.cd", "+61491570156"]
    again = await coterie("import", "customers", out)
    assert "0 new, 0 changed, 1 as they were" in again.stdout
    parquet = tmp_path / "out.parquet"
    assert (await coterie("export", "customers", "--out", parquet)).returncode == 0
    again = await coterie("import", "customers", parquet)
    assert "0 new, 0 changed, 1 as they were" in again.stdout


@pytest.mark.parametrize("name", ["figures.csv", "figures.parquet"])
async def test_figures_come_by_day_though_no_server_runs(
    coterie: Coterie, database: str, tmp_path: Path, name: str
) -> None:
    async with made_world(database) as world:
        async with world.house.read() as tx:
            [known] = await communities(tx)
        ana = await Community(world, known.id, known.name).expert("Ana")
        for day in range(2):
            world.later(days=day)
            await ana.answers((await world.customer(f"Li {day}", "2650").writes()).case_id)
    out = tmp_path / name
    assert (await coterie("export", "figures", "--out", out)).returncode == 0
    read = polars.read_csv if out.suffix == ".csv" else polars.read_parquet
    table = read(out)
    level = table.filter(polars.col("figure") == "service_level")
    assert level.select("community", "n", "value").rows() == [("Riverina", 1, 1.0)] * 2
    assert level["day"].n_unique() == 2


async def test_what_is_no_import_is_wrong_use(coterie: Coterie, tmp_path: Path) -> None:
    wrong = await coterie("import", "elephants", tmp_path / "x.csv")
    assert wrong.returncode == 2
    missing = await coterie("import", "areas", tmp_path / "x.csv")
    assert missing.returncode == 1
    assert missing.stderr == f"coterie: There is no file {tmp_path / 'x.csv'}.\n"


async def test_a_command_beside_a_server_sends_nobody_away(
    coterie: Coterie, database: str, tmp_path: Path
) -> None:
    """Whose browser is open at the server is not lost because a command looked into the database."""
    async with made_world(database) as world:
        async with world.house.read() as tx:
            [known] = await communities(tx)
        ana = await Community(world, known.id, known.name).expert("Ana")
        async with world.house.read() as tx:
            await found_again(tx, [ana.id])
        assert (await coterie("export", "events", "--out", tmp_path / "e.csv")).returncode == 0
        async with world.house.read() as tx:
            assert await lost(tx) == []


LOG = "case,customer,time,event,group,agent,area\n"


async def test_a_history_is_reported_kept_once_and_its_areas_looked_up(
    coterie: Coterie, tmp_path: Path
) -> None:
    path = tmp_path / "log.csv"
    path.write_text(LOG + "1,li,2026-03-02,,A,x,2650\n1,li,2026-03-03,,B,x,9999\n")
    tried = await coterie("import", "history", path, "--dry-run")
    assert (tried.returncode, tried.stderr) == (0, "")
    assert "1 areas, of 1 events, are not known here: 9999." in tried.stdout
    assert tried.stdout.endswith("Nothing was kept.\n")
    done = await coterie("import", "history", path, "--json")
    document = json.loads(done.stdout)
    assert document["figures"]["group_changed_share"] == 1
    assert document["quality"]["areas"]["names"] == ["9999"]
    assert (document["kept"]["what"], Path(document["kept"]["file"]).exists()) == ("new", True)
    again = json.loads((await coterie("import", "history", path, "--json")).stdout)
    assert again == document | {"kept": document["kept"] | {"what": "same"}}


async def test_a_history_with_a_bad_row_says_which_and_fails(
    coterie: Coterie, tmp_path: Path
) -> None:
    path, mapping = tmp_path / "log.csv", tmp_path / "m.toml"
    path.write_text(LOG + "1,li,2026-03-02,,A,x,2650\n1,li,soon,,B,x,2650\n")
    done = await coterie("import", "history", path)
    assert (done.returncode, done.stderr) == (1, "coterie: 1 of 2 rows were refused.\n")
    assert done.stdout.startswith("line 3, time: 'soon' is no time (ISO 8601)\n")
    mapping.write_text("[columns")
    wrong = await coterie("import", "history", path, "--mapping", mapping)
    assert (wrong.returncode, wrong.stdout, wrong.stderr.count("\n")) == (1, "", 1)
    assert "is not TOML" in wrong.stderr


def test_a_history_needs_no_database(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(LOG + "1,li,2026-03-02,,A,x,2650\n")
    environment = {key: value for key, value in os.environ.items() if key != "COTERIE_DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "coterie", "import", "history", path, "--json", "--data", tmp_path],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    areas = json.loads(done.stdout)["quality"]["areas"]
    assert (areas["checked"], areas["why_not"]) == (False, "there is no database")
    assert not (tmp_path / "postgres").exists()
