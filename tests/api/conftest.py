"""The whole app, for each test anew, or for all tests of a file that only ask who may do what."""

from collections.abc import AsyncIterator

import pytest

from tests.api.site import Site, opened_site
from tests.conftest import copied


@pytest.fixture
async def site(database: str) -> AsyncIterator[Site]:
    async with opened_site(database) as opened:
        yield opened


@pytest.fixture(scope="module")
async def shared_site(server: str, template: str) -> AsyncIterator[Site]:
    with copied(server, template) as database:
        async with opened_site(database) as opened:
            yield opened
