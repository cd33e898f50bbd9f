"""A scorecard by the API: what it says, over which days, and who may see it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from coterie.kit.ids import new_id
from coterie.performance.scorecard import BY_NAME
from tests.api.site import Site

API = "/api/v1"
OTHER, HOME = "South", "North"


async def figures(site: Site, turns: int) -> dict[str, Any]:
    """By name, once so many turns are in it: a transaction in another database may hide the newest for a while."""
    for _ in range(200):
        found = {each["name"]: each for each in (await card(site)).json["items"]}
        if found["service_level"]["n"] >= turns:
            break
        await asyncio.sleep(0.05)
    return found


async def card(site: Site, query: str = "", token: str = "") -> Any:
    path = f"{API}/communities/{site.communities[HOME]}/scorecard{query}"
    return await site.call("GET", path, token or site.people["manager"].token)


async def answer(site: Site, receipt: Any) -> None:
    sent = await site.call(
        "POST", f"{API}/threads/{receipt['thread_id']}/messages", site.mates[HOME].token,
        {"case_id": receipt["case_id"], "text": "Let me look.", "kind": "reply"},
        headers={"idempotency-key": new_id()},
    )  # fmt: skip
    assert sent.status == 201, sent.json


async def test_it_says_every_figure_with_its_n_and_nothing_under_five_answers(site: Site) -> None:
    for number in range(5):
        found = await figures(site, number)
        assert list(found) == list(BY_NAME)
        assert found["service_level"]["n"] == number
        assert found["service_level"]["value"] is None
        receipt = (await site.contact(HOME)).json
        await answer(site, receipt)
    level = (await figures(site, 5))["service_level"]
    assert (level["value"], level["n"]) == (1.0, 5)
    assert level["counter"] == "first_contact_resolution"
    assert level["definition"] == BY_NAME["service_level"].definition


async def test_it_covers_the_days_that_are_asked_for(site: Site) -> None:
    receipt = (await site.contact(HOME)).json
    await answer(site, receipt)
    await figures(site, 1)
    today = site.house.now().date()
    for query, n in (
        ("", 1),
        (f"?from={site.house.now().isoformat().replace('+', '%2B')}", 1),
        (f"?from={today - timedelta(days=1)}&to={today + timedelta(days=1)}", 1),
        (f"?to={today - timedelta(days=2)}", 0),
    ):
        seen = await card(site, query)
        assert seen.status == 200, seen.json
        [found] = [each for each in seen.json["items"] if each["name"] == "service_level"]
        assert found["n"] == n, query


@pytest.mark.parametrize(
    "query",
    ["?from=yesterday", "?to=2026-13-01", "?from=2026-11-24T10:00:00", "?from=2026-11-24&to=2026-11-23", "?from=1901-01-01&to=2026-01-01"],
)  # fmt: skip
async def test_days_that_are_none_are_refused_in_words(site: Site, query: str) -> None:
    refused = await card(site, query)
    assert (refused.status, refused.json["code"]) == (422, "malformed")
    assert refused.json["detail"].endswith(".")


async def test_who_is_of_another_community_finds_none(site: Site) -> None:
    assert (await card(site, token=site.mates[OTHER].token)).status == 404
