"""Trying a rule on the pages: the answer comes in lines, as a file, and without a customer's words; the server answers meanwhile."""

import json
from asyncio import create_task
from datetime import timedelta
from time import perf_counter

import pytest

from coterie.conversations import intake
from coterie.conversations.model import Incoming
from coterie.customers.model import Address
from coterie.kit.ids import new_id
from tests.administration.office import Office


async def day_with_a_contact(office: Office) -> str:
    """Somebody writes and nobody is there; the address of the page that tries it."""
    await intake.receive(
        office.house,
        Incoming(
            channel="messenger", text="My bill is wrong.", address=Address("messenger", "li"),
            key_owner=new_id(), key=new_id(), body=b"x", name="Li", area="2650",
        ),
    )  # fmt: skip
    office.later(hours=1)
    now = office.clock[0]
    since, until = ((now - timedelta(hours=h)).strftime("%Y-%m-%dT%H:%MZ") for h in (2, 0))
    return f"/administration/communities/{office.ids['Riverina']}/try{{}}?from={since}&to={until}&warm_up_s=0"


@pytest.mark.parametrize("name", ["Tom", "Mia"])
async def test_both_sides_are_shown_without_what_customers_wrote(office: Office, name: str) -> None:
    address = await day_with_a_contact(office)
    async with office.visitor(name) as visitor:
        assert "Deciding it again" in (await visitor.get(address.format(""))).text
        started, looked = perf_counter(), 0
        answer = create_task(visitor.get(address.format("/run")))
        while not answer.done():
            await office.all_rows("SELECT 1")
            looked += 1
        print(f"{looked} looks in {perf_counter() - started:.1f} s beside the replay")
        html = json.loads((await answer).text.strip().splitlines()[-1])["html"]
        assert "1 of 1 recorded decisions come out the same" in html
        assert "My bill" not in html and "Li" not in html.split()
        file = (await visitor.get(address.format(".csv"))).text
        assert file.splitlines()[0].startswith("at,case_id,episode_id,channel,was")
    assert looked > 10


async def test_what_can_not_be_tried_is_said_beside_it(office: Office) -> None:
    address = await day_with_a_contact(office)
    async with office.visitor("Mia") as manager:
        answer = await manager.get(address.format("").replace("warm_up_s=0", "warm_up_s=99999"))
        assert answer.status_code == 422
        assert "This may be from 0 s to 10 min." in answer.text
