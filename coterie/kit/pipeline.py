"""A connection whose pipeline sends nothing until somebody waits for an answer.

psycopg's own pipeline writes to the socket, and looks at it, at every statement. Ours keeps what it was told and sends
it in one piece when an answer is fetched: on a path of a dozen statements that is a third of the server's time.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection, AsyncPipeline
from psycopg.abc import PQGen
from psycopg.generators import send


class Saved(AsyncPipeline):
    """A pipeline that saves its statements up. It hooks in where psycopg communicates and where it fetches."""

    def _communicate_gen(self) -> PQGen[None]:
        """A statement alone is no reason to send."""
        return
        yield

    def _fetch_gen(self, *, flush: bool) -> PQGen[None]:
        """Send all that was saved, and fetch the answers to it."""
        while self.command_queue:
            self.command_queue.popleft()()
        if self.result_queue:
            if flush:
                self.pgconn.send_flush_request()
            yield from send(self.pgconn)
            yield from super()._fetch_gen(flush=False)


class Connection(AsyncConnection[Any]):
    """A connection with such pipelines."""

    @asynccontextmanager
    async def pipeline(self) -> AsyncIterator[AsyncPipeline]:
        """Statements sent together. Inside another pipeline it only waits for what came before."""
        if self._pipeline is None:
            self._pipeline = Saved(self)
        async with super().pipeline() as pipeline:
            yield pipeline

    async def answered(self) -> None:
        """Send what is saved and wait for all answers so far: an error among them is raised here."""
        if self._pipeline is not None:
            async with self.lock:
                # The library waits for answers only at a pipeline's end; this is its own way of doing it.
                await self.wait(self._pipeline._fetch_gen(flush=True))  # noqa: SLF001
