"""The peers that we are measured against start, take messages and end. Nothing is installed for this."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import pytest

from benchmarks.peers import ejabberd
from benchmarks.peers.debian import installed
from coterie.bench.load import Pair, Server, measured
from coterie.bench.processes import resident_bytes

Peer: TypeAlias = Callable[[Path], AbstractAsyncContextManager[Server]]
MESSAGES = 3
MEGABYTE = 1_000_000


@pytest.fixture(params=[ejabberd.with_mnesia, ejabberd.with_postgres], ids=["mnesia", "postgres"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[Server]:
    missing = [name for name in ejabberd.PACKAGES if not installed(name)]
    if missing:
        pytest.skip(
            f"{' and '.join(missing)} not installed: python -m benchmarks.messages does that"
        )
    peer: Peer = request.param
    with (
        TemporaryDirectory() as folder
    ):  # not below pytest's, where a database's own account can't go
        async with peer(Path(folder)) as running:
            yield running


async def test_every_pair_receives_what_it_sent(server: Server) -> None:
    pairs = await server.pairs(2)
    load = await measured(server.roots, pairs, a_few)
    await server.rest()
    for pair in pairs:
        pair.close()
    assert len(load.latencies) == len(pairs) * MESSAGES
    assert resident_bytes(server.roots) > MEGABYTE


async def a_few(pairs: Sequence[Pair]) -> list[float]:
    """An exchange returns when the other side has the message, and raises where that has another text."""
    for pair in pairs:
        for _ in range(MESSAGES):
            await pair.exchange()
    return [0.0] * MESSAGES * len(pairs)
