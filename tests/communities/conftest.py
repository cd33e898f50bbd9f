"""A region, a site and two communities to act on."""

import pytest

from coterie.communities import actions
from coterie.kit import events
from coterie.kit.db import Tx
from tests.communities.places import NOW, Place


@pytest.fixture
async def place(tx: Tx) -> Place:
    events.begin(tx)
    region = await actions.found_region(tx, NOW, "New South Wales")
    site = await actions.found_site(tx, NOW, region, "Wagga Wagga", "Australia/Sydney")
    riverina = await actions.found_community(
        tx, NOW, region, "Riverina", "Australia/Sydney", site_id=site
    )
    hunter = await actions.found_community(tx, NOW, region, "Hunter", "Australia/Sydney", hue=30)
    return Place(region, riverina, hunter)
