"""Many who write at once, each one message after the other, each message with one key until it is acknowledged."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from time import monotonic

from coterie.bench.http import Connection, Response
from tests.kill.people import AREAS

PATIENCE_S = 20
SAID_TWICE = 0.05
"""How many acknowledged messages are sent once more, as if the answer had been lost."""


@dataclass(slots=True)
class Post:
    """What all senders share: where to, and what has happened so far."""

    port: int
    token: str
    total: int
    in_flight: int = 0
    acknowledged: int = 0
    answered_at: float = 0.0
    """When the last 2xx came."""
    statuses: Counter[int] = field(default_factory=Counter)
    lost: int = 0
    """Requests that ended without an answer."""


@dataclass(slots=True)
class Sender:
    """One customer's program. `receipts` are the acknowledged messages, in order."""

    number: int
    texts: Sequence[str]
    random: Random
    receipts: list[dict[str, str]] = field(default_factory=list)

    async def run(self, post: Post) -> None:
        line = Connection("127.0.0.1", post.port)
        for text in self.texts:
            receipt = await self.acknowledged(post, line, text)
            self.receipts.append(receipt)
            post.acknowledged += 1
            if self.random.random() < SAID_TWICE:
                assert await self.acknowledged(post, line, text) == receipt
        line.close()

    async def acknowledged(self, post: Post, line: Connection, text: str) -> dict[str, str]:
        """Send it until somebody says that it is kept."""
        while True:
            answer = await self.attempt(post, line, text)
            if answer is not None and answer.status == 201:
                receipt: dict[str, str] = json.loads(answer.body)
                return receipt
            await asyncio.sleep(0.05 + self.random.random() / 20)

    async def attempt(self, post: Post, line: Connection, text: str) -> Response | None:
        headers = (
            f"Authorization: Bearer {post.token}\r\nIdempotency-Key: {text}\r\n"
            "Content-Type: application/json\r\n"
        )
        post.in_flight += 1
        try:
            async with asyncio.timeout(PATIENCE_S):
                answer = await line.request("POST", "/api/v1/contacts", headers, self.body(text))
        except (OSError, TimeoutError):
            post.lost += 1
            line.close()
            return None
        finally:
            post.in_flight -= 1
        post.statuses[answer.status] += 1
        if answer.status == 201:
            post.answered_at = monotonic()
        return answer

    def body(self, text: str) -> bytes:
        who = {
            "kind": "handle", "value": f"sender {self.number}", "proved": True,
            "area": AREAS[self.number % len(AREAS)],
        }  # fmt: skip
        return json.dumps({"channel": "messenger", "from": who, "text": text}).encode()


def line_up(senders: int, total: int, seed: int) -> list[Sender]:
    """So many senders who together have `total` messages to send."""
    return [
        Sender(
            number,
            [f"{number}-{turn}" for turn in range(total // senders + (number < total % senders))],
            Random(seed + number),
        )
        for number in range(senders)
    ]
