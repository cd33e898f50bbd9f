"""An office, empty and furnished."""

from collections.abc import AsyncIterator

import pytest

from tests.administration.office import Office, furnished, opened_office


@pytest.fixture
async def new_office(database: str) -> AsyncIterator[Office]:
    async with opened_office(database) as made:
        yield made


@pytest.fixture
async def office(new_office: Office) -> Office:
    await furnished(new_office)
    return new_office
