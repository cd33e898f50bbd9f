"""Imports against a real database: good rows go in, others are reported, a dry run changes nothing, twice is once."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from coterie.customers.model import Address
from coterie.exchange.areas import import_areas
from coterie.exchange.customers import import_customers
from coterie.exchange.experts import import_experts
from coterie.exchange.export import export
from coterie.exchange.mapping import Mapped
from coterie.exchange.report import Report
from coterie.kit.db import transaction
from coterie.kit.errors import Invalid
from tests.world import Expert, World, made_world

TABLES = ("customers", "identities", "homes", "households", "events", "areas", "adjacency", "accounts", "experts", "memberships")  # fmt: skip


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as world:
        await world.community("Riverina", ["2650", "2701"])
        await world.community("Top End", ["0800"])
        yield world


class Files:
    """Writes a file and imports it, as the command does."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.path = folder / "file.csv"

    async def customers(self, text: str, *, dry_run: bool = False) -> Report:
        self.path.write_text(text)
        return await import_customers(
            self.world.house.ledger, self.world.now, self.path,
            mapped=Mapped(), country="AU", dry_run=dry_run, watch=lambda *_: None,
        )  # fmt: skip

    async def experts(self, text: str, *, dry_run: bool = False) -> Report:
        self.path.write_text(text)
        return await import_experts(
            self.world.house.ledger, self.world.now, self.path,
            mapped=Mapped(), dry_run=dry_run, watch=lambda *_: None,
        )  # fmt: skip

    async def areas(self, text: str, *, dry_run: bool = False) -> Report:
        self.path.write_text(text)
        return await import_areas(
            self.world.house.ledger, self.world.now, self.path,
            mapped=Mapped(), dry_run=dry_run, watch=lambda *_: None,
        )  # fmt: skip


@pytest.fixture
def files(world: World, tmp_path: Path) -> Files:
    return Files(world, tmp_path)


async def all_of(world: World, sql: str) -> list[tuple[Any, ...]]:
    async with world.house.read() as tx:
        cursor = await tx.execute(sql)
        found: list[tuple[Any, ...]] = await cursor.fetchall()
        return found


async def counts(world: World) -> dict[str, int]:
    return {table: (await all_of(world, f"SELECT count(*) FROM {table}"))[0][0] for table in TABLES}


def figures(report: Report) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.same, report.refused


HEADER = "ref,name,email,phone,area,household,vulnerable\n"


def many(rows: int) -> str:
    """Every twentieth row is broken, each in a way of its own."""
    out = io.StringIO()
    table = csv.writer(out)
    for n in range(rows):
        area, phone, email = ("2650", "0800")[n % 2], f"0491{n:06}", f"c{n}@example.org"
        if n % 20 == 19:
            broken = [("9999", phone, email), (area, "12", email), (area, phone, "nobody"), (area, "0491000000", email)]  # fmt: skip
            area, phone, email = broken[n // 20 % 4]
        table.writerow((f"C{n}", f"Name {n}", email, phone, area, f"H{n // 2}" if n % 4 < 2 else "", "no"))  # fmt: skip
    return HEADER + out.getvalue()


async def test_good_rows_go_in_where_five_percent_are_broken(world: World, files: Files) -> None:
    before = await counts(world)
    tried = await files.customers(many(2000), dry_run=True)
    assert await counts(world) == before
    done = await files.customers(many(2000))
    assert figures(tried) == figures(done) == (1900, 0, 0, 100)
    assert tried.faults == done.faults
    assert [str(fault) for fault in done.faults[:4]] == [
        "line 21, area: there is no area '9999'.",
        "line 41, phone: '12' is not a phone number.",
        "line 61, email: 'nobody' is not an e-mail address.",
        "line 81, phone: '+61491000000' stands on line 2 already",
    ]
    after = await counts(world)
    assert after["customers"] == 1900
    assert after["homes"] == 1900
    assert after["identities"] == 3 * 1900


async def test_importing_again_changes_nothing(world: World, files: Files) -> None:
    await files.customers(many(400))
    before = await counts(world)
    again = await files.customers(many(400))
    assert figures(again) == (0, 0, 380, 20)
    assert await counts(world) == before


async def test_homes_follow_rule_one_and_events_tell_of_each(world: World, files: Files) -> None:
    await files.customers(
        HEADER
        + "A,Ana,a@b.cd,,0800,,\n"
        + "B,Bo,b@b.cd,,,,\n"
        + "C,Cy,c@b.cd,,2650,Lee,\n"
        + "D,Di,d@b.cd,,0800,Lee,\n"
    )
    found = await all_of(
        world,
        """
        SELECT c.ref, m.name, h.reason
        FROM customers c
        JOIN homes h ON h.customer_id = c.id AND h.until IS NULL AND h.community_id = c.community_id
        JOIN communities m ON m.id = c.community_id
        ORDER BY c.ref
        """,
    )
    assert found == [
        ("A", "Top End", "territory"),
        ("B", "Riverina", "catch_all"),
        ("C", "Riverina", "territory"),
        ("D", "Riverina", "household"),
    ]
    told = await all_of(world, "SELECT count(*) FROM events WHERE kind = 'customer_registered'")
    assert told == [(4,)]


async def test_a_change_of_area_moves_the_home_and_keeps_what_the_file_leaves_out(
    world: World, files: Files
) -> None:
    await files.customers(HEADER + "A,Ana,a@b.cd,0491 570 156,0800,,yes\n")
    world.later(days=1)
    moved = await files.customers("ref,email,area\nA,new@b.cd,2650\n")
    assert figures(moved) == (0, 1, 0, 0)
    [(name, vulnerable, home)] = await all_of(
        world,
        """
        SELECT c.name, c.vulnerable, m.name
        FROM customers c
        JOIN communities m ON m.id = c.community_id
        """,
    )
    assert (name, vulnerable, home) == ("Ana", True, "Riverina")
    known = await all_of(world, "SELECT kind, value FROM identities ORDER BY kind, value")
    assert known == [("email", "a@b.cd"), ("email", "new@b.cd"), ("phone", "+61491570156"), ("ref", "A")]  # fmt: skip
    history = await all_of(world, "SELECT until - since FROM homes ORDER BY since")
    assert history == [(timedelta(days=1),), (None,)]


async def test_somebody_who_wrote_before_is_the_same_customer(world: World, files: Files) -> None:
    address = Address("email", "ana@x.org")
    receipt = await world.customer("Ana", "2650").writes("Hello", address=address)
    report = await files.customers(HEADER + "A,Ana,Ana@X.org,,2650,,\n")
    assert figures(report) == (0, 1, 0, 0)
    assert await all_of(world, "SELECT id, ref FROM customers") == [(receipt.customer_id, "A")]


async def test_a_phone_of_another_customer_and_a_lost_zero_are_said(
    world: World, files: Files
) -> None:
    await files.customers(HEADER + "A,Ana,,0491570156,2650,,\n")
    report = await files.customers(HEADER + "B,Bo,,+61 491 570 156,2650,,\nC,Cy,c@b.cd,,800,,\n")
    assert figures(report) == (0, 0, 0, 2)
    assert [str(fault) for fault in report.faults] == [
        "line 2, phone: '+61491570156' belongs to customer A",
        "line 3, area: there is no area '800'. Is it 0800, with its leading zeros?",
    ]


async def test_a_file_in_the_wrong_encoding_changes_nothing(world: World, files: Files) -> None:
    before = await counts(world)
    good = "".join(f"C{n},Ana,c{n}@b.cd\n" for n in range(9000))
    files.path.write_text("ref,name,email\n" + good + "X,Zoë,z@b.cd\n", encoding="cp1252")
    with pytest.raises(Invalid, match="not UTF-8"):
        await import_customers(
            world.house.ledger, world.now, files.path,
            mapped=Mapped(), country="AU", dry_run=False, watch=lambda *_: None,
        )  # fmt: skip
    assert await counts(world) == before


async def test_a_file_without_addresses_is_refused(files: Files) -> None:
    with pytest.raises(Invalid, match="one of email and phone"):
        await files.customers("ref,name\nA,Ana\n")


EXPERTS = "ref,name,email,community,role,skills,languages,seats\n"
ANA = "E1,Ana Lee,ana@x.org,riverina,coach,billing:4;network:2,en;it,messaging;voice\n"


async def test_experts_are_appointed_changed_and_moved(world: World, files: Files) -> None:
    before = await counts(world)
    tried = await files.experts(EXPERTS + ANA, dry_run=True)
    assert await counts(world) == before
    done = await files.experts(EXPERTS + ANA)
    assert figures(tried) == figures(done) == (1, 0, 0, 0)
    assert figures(await files.experts(EXPERTS + ANA)) == (0, 0, 1, 0)
    world.later(days=1)
    moved = ANA.replace("riverina,coach,billing:4", "Top End,expert,billing:5")
    assert figures(await files.experts(EXPERTS + moved)) == (0, 1, 0, 0)
    now = await all_of(
        world,
        """
        SELECT c.name, m.role, s.level
        FROM memberships m
        JOIN communities c ON c.id = m.community_id
        JOIN skills s ON s.expert_id = m.expert_id AND s.skill = 'billing'
        WHERE m.until IS NULL
        """,
    )
    assert now == [("Top End", "expert", 5)]


async def test_an_expert_who_owns_cases_stays(world: World, files: Files) -> None:
    await files.experts(EXPERTS + ANA)
    [(expert_id,)] = await all_of(world, "SELECT id FROM experts")
    ana = Expert(world.communities["Riverina"], expert_id, "Ana Lee")
    await ana.comes()
    receipt = await world.customer("Li", "2650").writes("Help")
    await ana.answers(receipt.case_id)
    report = await files.experts(EXPERTS + ANA.replace("riverina", "Top End"))
    assert report.refused == 1
    assert "still owns cases" in str(report.faults[0])
    assert await all_of(world, "SELECT state FROM presence") == [("present",)]


async def test_bad_experts_are_said_row_by_row(files: Files) -> None:
    report = await files.experts(
        EXPERTS
        + "E1,Ana,ana@x.org,Nowhere,,,,\n"
        + "E2,Bo,bo@x.org,Riverina,boss,,,\n"
        + "E3,Cy,cy@x.org,Riverina,expert,billing:9,,\n"
        + "E4,Di,di@x.org,Riverina,expert,,,telex\n"
        + "E5,Ed,ed@x.org,Riverina,,,,\n"
        + "E5,Flo,flo@x.org,Riverina,,,,\n"
    )
    assert figures(report) == (1, 0, 0, 5)
    assert [fault.line for fault in report.faults] == [2, 3, 4, 5, 7]
    assert str(report.faults[0]) == "line 2, community: there is no community 'Nowhere'"
    assert str(report.faults[4]) == "line 7, ref: 'E5' stands on line 6 already"


async def test_areas_and_neighbours(world: World, files: Files) -> None:
    text = "area,name,lat,lon,customers\n0822,Humpty Doo,-12.6,131.1,900\n0822,Again,,,\n2650,Wagga Wagga,,,\n9,North,95,,\n"
    tried = await files.areas(text, dry_run=True)
    assert figures(tried) == (1, 1, 0, 2)
    assert await all_of(world, "SELECT area FROM areas WHERE area = '0822'") == []
    assert figures(await files.areas(text)) == (1, 1, 0, 2)
    assert figures(await files.areas(text)) == (0, 0, 2, 2)
    pairs = "a,b\n2701,2650\n2650,2701\n0800,9999\n"
    assert figures(await files.areas(pairs)) == (1, 0, 1, 1)
    assert await all_of(world, "SELECT a, b FROM adjacency") == [("2650", "2701")]


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet"])
async def test_what_was_exported_can_be_imported(
    world: World, files: Files, tmp_path: Path, suffix: str
) -> None:
    await files.customers(many(100))
    out = tmp_path / f"out{suffix}"
    async with transaction(world.house.pool) as tx:
        assert await export(tx, "customers", out, lambda _: None) == 95
        assert await export(tx, "events", tmp_path / f"events{suffix}", lambda _: None) >= 95
    assert list(tmp_path.glob("*.part*")) == []
    report = await import_customers(
        world.house.ledger, world.now, out,
        mapped=Mapped(), country="AU", dry_run=False, watch=lambda *_: None,
    )  # fmt: skip
    assert figures(report) == (0, 0, 95, 0)


async def test_an_export_into_nowhere_is_said(world: World, tmp_path: Path) -> None:
    async with transaction(world.house.pool) as tx:
        with pytest.raises(Invalid, match="can't be written"):
            await export(tx, "events", tmp_path / "none" / "out.csv", lambda _: None)
