"""A light XMPP client: enough to log in, keep a session alive and exchange messages."""

import asyncio
from base64 import b64encode
from dataclasses import dataclass, field
from typing import cast
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import ParserCreate

STREAM = (
    "<stream:stream to='{host}' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>"
)
BIND = (
    "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
    "<resource>bench</resource></bind></iq>"
)
REGISTER = (
    "<iq type='set' id='register'><query xmlns='jabber:iq:register'>"
    "<username>{name}</username><password>{name}</password></query></iq>"
)


@dataclass(eq=False)
class Session(asyncio.Protocol):
    """A session of user `name`, whose password is their name. Elements arrive in `heard`.

    It has stream management (XEP-0198): the server keeps what was not acknowledged, and sends it
    again when the session is resumed. That is what our streams do, too.
    """

    host: str
    name: str
    heard: "asyncio.Queue[Element]" = field(default_factory=asyncio.Queue)
    stanzas: int = 0

    @classmethod
    async def open(cls, port: int, host: str, name: str) -> "Session":
        """Create the account if it is new, log in and become available."""
        session = cls(host, name)
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: session, "127.0.0.1", port)
        await session._log_in()
        return session

    def send(self, text: str) -> None:
        """Write stanzas that are already XML."""
        self.transport.write(text.encode())

    async def message(self) -> str:
        """The body of the next message."""
        while (element := await self.heard.get()).tag != "message":
            pass
        return element.findtext("body") or ""

    def close(self) -> None:
        """End the session in order."""
        self.send("</stream:stream>")
        self.transport.close()

    async def _log_in(self) -> None:
        await self._restart()
        await self._ask(REGISTER.format(name=self.name), "iq")
        plain = b64encode(f"\0{self.name}\0{self.name}".encode()).decode()
        await self._ask(
            f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{plain}</auth>",
            "success",
        )
        await self._restart()
        await self._ask(BIND, "iq")
        await self._ask("<enable xmlns='urn:xmpp:sm:3' resume='true'/>", "enabled")
        await self._ask("<presence/>", "presence")

    async def _restart(self) -> None:
        self._new_parser()
        await self._ask(STREAM.format(host=self.host), "stream:features")

    async def _ask(self, text: str, tag: str) -> None:
        self.send(text)
        async with asyncio.timeout(30):
            answer = await self.heard.get()
        if answer.tag != tag:
            raise ConnectionError(f"{self.name} expected <{tag}> but was told <{answer.tag}>")

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.parser.Parse(data)

    # expat calls these

    def _new_parser(self) -> None:
        self.parser, self.depth = ParserCreate(), 0
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 2:
            self.builder = TreeBuilder()
        if self.depth >= 2:
            self.builder.start(tag, attributes)

    def _text(self, text: str) -> None:
        if self.depth >= 2:
            self.builder.data(text)

    def _end(self, tag: str) -> None:
        self.depth -= 1
        if self.depth >= 1:
            self.builder.end(tag)
        if self.depth == 1:
            self._element(self.builder.close())

    def _element(self, element: Element) -> None:
        if element.tag == "r":
            self.send(f"<a xmlns='urn:xmpp:sm:3' h='{self.stanzas}'/>")
        else:
            self.stanzas = 0 if element.tag == "enabled" else self.stanzas + 1
            self.heard.put_nowait(element)
