"""A body has a largest size: more is refused before it is read."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coterie.api.problems import problem

LARGEST_BODY = 1_000_000


class SmallBodies:
    """Refuses a body that says it is too large at once, and one that doesn't say as soon as it is."""

    def __init__(self, app: ASGIApp, most: int = LARGEST_BODY) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.said(scope) > self.most:
            await problem(413, self.sentence, "too_large")(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.most:
                raise HTTPException(413, self.sentence)
            return message

        await self.app(scope, counted, send)

    @property
    def sentence(self) -> str:
        return f"A request has at most {self.most:,} bytes."

    def said(self, scope: Scope) -> int:
        """The size that its header tells; 0 where there is none."""
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit():
                return int(value)
        return 0
