"""Pins at once: every one is done, and there is one home at every moment."""

import asyncio

from tests.api.site import NAMES, Answer, Site

API = "/api/v1"


async def test_whoever_pins_at_once_waits_for_nobody_in_vain(site: Site) -> None:
    """One whose customer moves while they wait looks again, and doesn't hold what another waits for."""
    receipt = (await site.contact("North", "li")).json
    customer, admin = f"{API}/customers/{receipt['customer_id']}", site.people["admin"].token

    async def pin(number: int) -> Answer:
        to = site.communities[NAMES[number % 2]]
        return await site.call("PUT", f"{customer}/pin", admin, {"community_id": to, "why": "So."})

    answers = await asyncio.gather(*(pin(number) for number in range(24)))
    assert {answer.status for answer in answers} == {200}
    history = (await site.call("GET", f"{customer}/home", admin)).json["history"]
    assert [each["until"] for each in history] == [None, *(each["since"] for each in history[:-1])]
