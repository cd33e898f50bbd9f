"""Lists come page by page: together the pages are the whole, once and in order."""

import asyncio
from typing import Any

from coterie.api.edge import cursor
from coterie.api.shapes import event_shown
from coterie.communities import actions as communities
from coterie.kit import events
from tests.api.site import Site

API = "/api/v1"


async def pages(site: Site, path: str, limit: int) -> list[Any]:
    """Every item, asked for page by page."""
    items: list[Any] = []
    after = ""
    while True:
        token = site.people["admin"].token
        answer = (await site.call("GET", f"{API}{path}?limit={limit}{after}", token)).json
        assert len(answer["items"]) <= limit
        items += answer["items"]
        if answer["next"] is None:
            return items
        after = f"&after={answer['next']}"


async def test_a_long_queue_is_told_to_its_end(site: Site) -> None:
    await everybody_leaves(site)
    waiting = [(await site.contact("North")).json["episode_id"] for _ in range(5)]
    queue = f"/communities/{site.communities['North']}/queue"
    assert [each["episode_id"] for each in await pages(site, queue, 2)] == waiting
    found = await pages(site, queue, 5)
    assert len(found) == 5
    gone = cursor("queue", found[0]["time_given"], found[0]["waiting_since"], "not an id")
    answer = await site.call("GET", f"{API}{queue}?after={gone}", site.people["admin"].token)
    assert (answer.status, answer.json["code"]) == (422, "bad_cursor")


async def everybody_leaves(site: Site) -> None:
    now = site.house.now()
    async with site.house.ledger.unit(site.communities["North"], now=now) as tx:
        for person in (
            site.mates["North"],
            *(site.people[r] for r in ("manager", "coach", "expert")),
        ):
            await communities.set_presence(tx, now, person.id, "off")


async def test_communities_come_once_each_whatever_their_names_begin_with(site: Site) -> None:
    now = site.house.now()
    async with site.house.ledger.unit(now=now) as tx:
        region = await communities.found_region(tx, now, "Inland")
        for name in ("_under", "Zulu", "zebra", "\xc9toile", "a-b", "a b"):
            await communities.found_community(tx, now, region, name, "Australia/Sydney")
    found = [each["name"] for each in await pages(site, "/communities", 1)]
    assert len(found) == len(set(found)) == 8
    assert found == [each["name"] for each in await pages(site, "/communities", 100)]


async def first_event(site: Site, token: str) -> list[Any]:
    """A transaction that runs just now, in another database too, hides what came after it began."""
    for _ in range(200):
        found: list[Any] = (await site.call("GET", f"{API}/events?limit=1", token)).json["items"]
        if found:
            break
        await asyncio.sleep(0.05)
    return found


async def test_times_are_written_alike_everywhere(site: Site) -> None:
    await everybody_leaves(site)
    token = site.people["admin"].token
    receipt = (await site.contact("North")).json
    [waiting] = await pages(site, f"/communities/{site.communities['North']}/queue", 5)
    assert receipt["time_given"] == waiting["time_given"]
    [event] = await first_event(site, token)
    async with site.house.read() as tx:
        [first] = await events.after(tx, event["community_id"], event["number"] - 1, 1)
    assert event_shown(first)["at"] == event["at"]
    assert event["at"].endswith("Z")
