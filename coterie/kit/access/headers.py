"""Headers that keep a browser from doing what no page of ours needs. Plain ASGI, so that streams stay streams."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), payment=(), usb=()",
}
OVER_HTTPS = {"strict-transport-security": "max-age=31536000"}


class SecurityHeaders:
    """Adds each header that a response has not set itself: the messenger's frame names its own ancestors."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self.app = app
        wanted = {**HEADERS, **(OVER_HTTPS if https else {})}
        self.headers = [(name.encode(), content.encode()) for name, content in wanted.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(each for each in self.headers if each[0] not in own),
                ]
            await send(message)

        await self.app(scope, receive, send_with_headers)
