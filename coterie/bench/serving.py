"""Servers to measure: each on a free port of loopback, for as long as it is measured."""

import asyncio
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

PATIENCE = 60.0


def free_port() -> int:
    """A port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def serving(
    command: Sequence[str | Path],
    port: int,
    *,
    log: Path,
    stop: signal.Signals = signal.SIGTERM,
    **options: Any,
) -> AsyncIterator[int]:
    """Run a server until the end, from when it accepts connections; gives its process id."""
    with log.open("wb") as words:
        start = partial(subprocess.Popen, command, stdout=words, stderr=words, **options)
        server = await asyncio.to_thread(start)
    try:
        await _listening(port, server, log)
        yield server.pid
    finally:
        server.send_signal(stop)
        await asyncio.to_thread(server.wait, PATIENCE)


async def _listening(port: int, server: "subprocess.Popen[Any]", log: Path) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await _accepts(port):
            if server.poll() is not None:
                words = log.read_text(errors="replace")[-1000:]
                raise SystemExit(f"{server.args!r} ended with {server.returncode}: {words}")
            await asyncio.sleep(0.1)


async def _accepts(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
