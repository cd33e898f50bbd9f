"""Regions, sites, communities, their hours and settings."""

from typing import Any

import pytest

from coterie.administration.durations import read_duration, written_duration
from coterie.communities import queries
from coterie.communities.model import Community
from coterie.communities.settings import DEFAULTS
from tests.administration.office import Office
from tests.administration.test_people import said
from tests.world import World

LIST = "/administration/communities"


async def riverina(office: Office) -> Community:
    async with office.house.read() as tx:
        found = await queries.community(tx, office.ids["Riverina"])
    assert found
    return found


def profile(office: Office, **given: Any) -> dict[str, Any]:
    usual = {"name": "Gippsland", "region_id": office.ids["region"], "zone": "Australia/Melbourne", "languages": "en, vi", "hue": "123"}  # fmt: skip
    return {**usual, **given}


async def test_a_region_a_site_and_a_community_are_made(office: Office) -> None:
    async with office.visitor("Ines") as admin:
        assert said(await admin.post(f"{LIST}/regions", name="Gippsland")).startswith("ok|")
        assert "already" in said(await admin.post(f"{LIST}/regions", name="Gippsland"))
        site = {"name": "Sale", "region_id": office.ids["region"], "zone": "Australia/Melbourne"}
        assert said(await admin.post(f"{LIST}/sites", **site)).startswith("ok|")
        assert "Choose a region" in said(await admin.post(f"{LIST}/sites", name="X", zone="UTC"))
        answer = await admin.post(f"{LIST}/new", **profile(office))
        page = (await admin.get(answer.headers["location"])).text
        assert "Gippsland" in page and 'data-hue="125"' in page and "Nobody yet" in page


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": "riverina"}, "called riverina already"),
        ({"name": " "}, "at least one letter"),
        ({"zone": "Nowhere"}, "no time zone"),
        ({"zone": "../../etc/passwd"}, "no time zone"),
        ({"languages": ""}, "no language"),
        ({"hue": "400"}, "from 0 to 359"),
        ({"region_id": "x"}, "Choose a region"),
        ({"buddy_id": "x"}, "Choose a community"),
    ],
)
async def test_a_wrong_community_is_refused_in_words(
    office: Office, given: dict[str, str], says: str
) -> None:
    async with office.visitor("Ines") as admin:
        answer = await admin.post(f"{LIST}/new", **profile(office, **given))
        assert 400 <= answer.status_code < 500 and says in answer.text
    assert len(await office.all_rows("SELECT id FROM communities")) == 2
    assert len(await office.all_rows("SELECT id FROM streams")) == 2, "nothing half done"


async def test_a_change_of_a_community_keeps_what_is_wrong_on_the_page(office: Office) -> None:
    path = f"{LIST}/{office.ids['Riverina']}"
    async with office.visitor("Ines") as admin:
        wrong = await admin.post(path, **profile(office, name="Hunter", languages="en"))
        assert "called Hunter already" in wrong.text and 'value="Hunter"' in wrong.text
        good = profile(office, name="Riverina West", buddy_id=office.ids["Hunter"])
        assert (await admin.post(path, **good)).status_code == 303
    assert (await riverina(office)).name == "Riverina West"


async def test_settings_are_typed_as_people_say_them(office: Office) -> None:
    path = f"{LIST}/{office.ids['Riverina']}/settings"
    async with office.visitor("Ines") as admin:
        form = {"promise_first_messaging_s": "5 min", "watch_days": "14", "weight_idle": "0,2"}
        assert (await admin.post(path, **form)).status_code == 303
        settings = (await riverina(office)).settings
        assert (settings.promise_first_messaging_s, settings.watch_days) == (300, 14)
        assert settings.weight_idle == 0.2 and settings.quiet_email_s == DEFAULTS.quiet_email_s
        page = (await admin.get(path)).text
        assert "Back to 10 min" in page and "Back to 7 days" in page
        await admin.post(path, **form, default="watch_days")
        settings = (await riverina(office)).settings
        assert (settings.promise_first_messaging_s, settings.watch_days) == (300, 7)


@pytest.mark.parametrize(
    ("key", "text", "says"),
    [
        ("promise_first_messaging_s", "soon", "no length of time"),
        ("promise_first_messaging_s", "2 days", "from 1 min to 24 h"),
        ("promise_first_messaging_s", "9" * 40, "no length of time"),
        ("watch_days", "1.5", "whole number"),
        ("watch_days", "many", "is no number"),
        ("watch_days", "nan", "whole number"),
        ("weight_idle", "nan", "from 0 to 1"),
        ("weight_idle", "1e999", "from 0 to 1"),
    ],
)
async def test_a_wrong_setting_is_said_beside_it_and_changes_nothing(
    office: Office, key: str, text: str, says: str
) -> None:
    path = f"{LIST}/{office.ids['Riverina']}/settings"
    async with office.visitor("Ines") as admin:
        answer = await admin.post(path, **{"watch_order_days": "40", key: text})
        assert answer.status_code == 422 and says in answer.text
        assert f'id="w-{key}"' in answer.text and f'value="{text}"' in answer.text
    assert (await riverina(office)).settings == DEFAULTS


async def test_hours_are_edited_day_by_day(office: Office) -> None:
    path = f"{LIST}/{office.ids['Riverina']}/hours"
    async with office.visitor("Ines") as admin:
        form = {"mon": "09:00-12:00, 13:00-17:00", "sat": "10:00-24:00", "holidays": "2026-12-25\n2026-12-26"}  # fmt: skip
        assert (await admin.post(path, **form)).status_code == 303
        hours = (await riverina(office)).settings.hours
        assert hours.week[0] == ((540, 720), (780, 1020)) and hours.week[6] == ()
        assert len(hours.holidays) == 2
        for wrong, says in (
            ({"mon": "9 to 5"}, "is no time"),
            ({"holidays": "Christmas", "always": "yes"}, "is no date"),
            ({}, "at least one opening"),
        ):
            answer = await admin.post(path, **wrong)
            assert answer.status_code == 422 and says in answer.text
        assert (await riverina(office)).settings.hours == hours
        await admin.post(path, always="yes", mon="09:00-17:00")
        assert (await riverina(office)).settings.hours.always_open


async def test_there_is_always_one_catch_all(office: Office) -> None:
    async with office.visitor("Ines") as admin:
        await admin.post(f"{LIST}/{office.ids['Hunter']}/catch-all")
    rows = await office.all_rows("SELECT name FROM communities WHERE catch_all")
    assert rows == [("Hunter",)]


@pytest.mark.parametrize("seconds", [0, 8, 60, 90, 600, 5400, 86_400, 172_800, 172_801, 604_800])
def test_a_duration_reads_back_as_it_was_written(seconds: int) -> None:
    assert read_duration(written_duration(seconds)) == seconds


async def waits(office: Office, kept: int, missed: int) -> None:
    """So many times were given and kept, and so many missed."""
    world = World(office.house, office.clock)
    for number in range(kept + missed):
        await world.customer(f"Customer {number}", "2650").writes()
    async with office.house.ledger.unit(office.ids["Riverina"], now=world.now) as tx:
        await tx.execute(
            """
            UPDATE waits SET seconds = 60, ended_at = at, kept = ahead < %s
            """,
            [kept],
        )


@pytest.mark.parametrize(
    ("kept", "missed", "says", "sign"),
    [
        (18, 2, "90%</b> of 20 queued", "tag--ok"),
        (15, 5, "under 85%", "tag--warn"),
        (20, 0, "over 97%", "tag--warn"),
        (17, 2, "too few to say", None),
    ],
)
async def test_a_community_says_how_many_times_given_were_met(
    office: Office, kept: int, missed: int, says: str, sign: str | None
) -> None:
    await waits(office, kept, missed)
    async with office.visitor("Mia") as manager:
        page = (await manager.get(f"{LIST}/{office.ids['Riverina']}")).text
    assert says in page
    assert sign is None or sign in page
