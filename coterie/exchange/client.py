"""A client of the public API that tries again: a call that may have arrived is repeated under the same key."""

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from coterie.kit.errors import Invalid, Refused

PATIENCE_S = 60.0
LONGEST_PAUSE_S = 2.0
BUSY = (429, 502, 503, 504)


class NoAnswer(Refused):
    """The server said no: its sentence, and the status in `answered`."""

    def __init__(self, answered: int, sentence: str) -> None:
        super().__init__(sentence, "api")
        self.answered = answered


class Api:
    """Calls under /api/v1 of one server, each with the token of who acts."""

    def __init__(self, url: str, *, connections: int = 32) -> None:
        self.http = httpx.AsyncClient(
            base_url=checked_url(url).rstrip("/") + "/api/v1",
            timeout=30,
            limits=httpx.Limits(max_connections=connections),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.http.aclose()

    async def call(
        self, method: str, path: str, token: str, body: Any = None, *, key: str | None = None
    ) -> Any:
        """The answer as it was sent, or `NoAnswer`. Calls without a key must be such as may be repeated."""
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        waited, pause = 0.0, 0.1
        while True:
            response, problem = None, ""
            try:
                response = await self.http.request(method, path, json=body, headers=headers)
            except httpx.TransportError as error:
                problem = f"{type(error).__name__} {error}".strip()
            if response is not None and response.status_code not in BUSY:
                return answer_of(response)
            if waited >= PATIENCE_S:
                said = problem or f"status {response.status_code if response else 0}"
                raise NoAnswer(0, f"The server does not answer: {said}")
            asked = float(response.headers.get("Retry-After", 0)) if response is not None else 0.0
            await asyncio.sleep(max(pause, asked))
            waited, pause = waited + max(pause, asked), min(pause * 2, LONGEST_PAUSE_S)

    async def items(self, path: str, token: str) -> AsyncIterator[Any]:
        """Every item of a list, page after page."""
        after = ""
        while True:
            joint = "&" if "?" in path else "?"
            page = await self.call("GET", f"{path}{joint}after={after}" if after else path, token)
            for item in page["items"]:
                yield item
            if not page.get("next"):
                return
            after = page["next"]


def checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid(f"{url[:80]!r} is no address of a server, such as http://127.0.0.1:8000.")
    return url


def checked_token(token: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token or not token:
        raise Invalid("What was given as --token is no token.")
    return token


def answer_of(response: httpx.Response) -> Any:
    if response.is_success:
        return response.json() if response.content else None
    try:
        problem = response.json()
        sentence = problem.get("detail") or problem.get("title") or response.text
    except (ValueError, AttributeError):
        sentence = response.text[:200] or f"status {response.status_code}"
    raise NoAnswer(response.status_code, str(sentence))
