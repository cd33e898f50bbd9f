"""A mail server that keeps what it gets in memory, so that a newcomer can read the codes that Coterie sends."""

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message

from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT = 200


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, as it came."""

    to: str
    subject: str
    text: str
    at: datetime


class Sink:
    """Takes every mail and sends none on."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.mails: deque[Mail] = deque(maxlen=KEPT)
        self.door = socket.socket()
        self.door.bind(("127.0.0.1", 0))
        self.port: int = self.door.getsockname()[1]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(self, loop=loop), sock=self.door)
        try:
            yield
        finally:
            server.close()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        parsed = message_from_bytes(envelope.original_content or b"")
        subject = str(make_header(decode_header(parsed["Subject"] or "")))
        mail = Mail(", ".join(envelope.rcpt_tos), subject, text_of(parsed), self.clock())
        self.mails.appendleft(mail)
        return "250 Kept"


def text_of(mail: Message) -> str:
    """The plain text of a mail, whatever it is wrapped in."""
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload.decode(part.get_content_charset() or "utf-8", "replace")
    return ""
