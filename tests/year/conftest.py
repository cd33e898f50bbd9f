"""The year runs on the loop that the server runs on, and two of them are compared."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.conftest import copied


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": True}


@pytest.fixture
def new_database(server: str, template: str) -> Iterator[Callable[[], str]]:
    """Gives the address of one more fresh migrated database each time it is asked."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(copied(server, template))
