"""What every page of the administration needs: the frame, the reader, a sentence that survives one redirect, forms."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from urllib.parse import quote, unquote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from coterie.kit.access.gate import Gate
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import Refused
from coterie.kit.house import House
from coterie.ui import places
from coterie.ui.frame import Frame
from coterie.ui.reader import Reader, zone_named, zone_of
from coterie.ui.templates import ENVIRONMENT, html

FLASH = "flash"
ADMIN = places.ADMIN
LOOKERS = places.LOOKING
MEMBERS = places.MEMBERS
WIDE_LOOKERS = places.WIDE


@dataclass(frozen=True, slots=True)
class Flash:
    """A sentence about what was just done."""

    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a form said and why it was refused, so that the page can show both again."""

    given: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refused: Refused | None = None

    def value(self, name: str, otherwise: Any = "") -> Any:
        """The text of a field as it was sent, else as it is."""
        return self.given[name][0] if name in self.given else otherwise

    def values(self, name: str, otherwise: Sequence[str] = ()) -> Sequence[str]:
        """Every value of a field that may have several."""
        return self.given.get(name, ()) if self.refused else otherwise

    def rows(self, names: Sequence[str], otherwise: Iterable[Any] = ()) -> list[Any]:
        """Fields that repeat side by side, row by row; rows in which nothing was written are left out."""
        if not self.refused:
            return list(otherwise)
        columns = [self.given.get(name, ()) for name in names]
        return [row for row in zip(*columns, strict=False) if any(row)]

    def wrong(self, name: str) -> str:
        named = getattr(self.refused, "field", None) == name
        return self.refused.sentence if self.refused and named else ""

    @property
    def sentence(self) -> str:
        return self.refused.sentence if self.refused else ""

    @property
    def status(self) -> int:
        return self.refused.status if self.refused else 200


NOTHING_SAID = Said()


class Form:
    """A form as it was sent: texts without what no database keeps, lists, ticks."""

    def __init__(self, given: FormData) -> None:
        self.given = given

    def text(self, name: str) -> str:
        found = self.given.get(name, "")
        return clean(found) if isinstance(found, str) else ""

    def as_typed(self, name: str) -> str:
        """A password: spaces are part of it."""
        found = self.given.get(name, "")
        return whole_letters(found) if isinstance(found, str) else ""

    def texts(self, name: str) -> list[str]:
        return [clean(each) for each in self.given.getlist(name) if isinstance(each, str)]

    def ticked(self, name: str) -> bool:
        return bool(self.text(name))

    def number(self, name: str, otherwise: float) -> float:
        try:
            return float(self.text(name).replace(",", "."))
        except ValueError:
            return otherwise

    def refused(self, refused: Refused) -> Said:
        return Said({name: self.texts(name) for name in self.given}, refused)


async def read_form(request: Request) -> Form:
    return Form(await request.form())


def asked(request: Request, name: str) -> str:
    """A word of the address."""
    return clean(request.query_params.get(name, ""))[:200]


def clean(text: str) -> str:
    return whole_letters(text).replace("\x00", "").strip()


def whole_letters(text: str) -> str:
    """Without halves of surrogate pairs, which come of a strange charset."""
    return text.encode("utf-8", "replace").decode()


def pairs(things: Iterable[Any]) -> list[tuple[str, str]]:
    """Ids and names, for a choice."""
    return [(each.id, each.name) for each in things]


def titled(words: Iterable[str]) -> list[tuple[str, str]]:
    return [(word, word.capitalize()) for word in words]


ENVIRONMENT.filters["pairs"] = pairs
ENVIRONMENT.filters["titled"] = titled


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


def writing(request: Request, *stream_ids: str) -> AbstractAsyncContextManager[Tx]:
    """A transaction to act in, which holds these communities."""
    house = house_of(request)
    return house.ledger.unit(*stream_ids, now=house.now())


def gate_of(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


def network_of(request: Request) -> str:
    return request.client.host if request.client else ""


def home_of(viewer: Viewer) -> str:
    """Where somebody works."""
    if viewer.community_ids:
        return "/workspace"
    return "/administration" if viewer.role in WIDE_LOOKERS else "/account"


def frame_of(request: Request, viewer: Viewer) -> Frame:
    return Frame(
        person_id=viewer.account_id,
        person=viewer.name,
        csrf=viewer.csrf,
        home=home_of(viewer),
        places=places.of_administration(
            viewer.role, request.url.path, member=bool(viewer.community_ids)
        ),
        shortcuts=viewer.shortcuts,
    )


def zone_for(request: Request, viewer: Viewer) -> tzinfo:
    """The clock of who looks."""
    return zone_named(viewer.zone or "") or zone_of(request.cookies)


def show(
    request: Request, viewer: Viewer, name: str, said: Said = NOTHING_SAID, **context: Any
) -> HTMLResponse:
    """A page of the administration."""
    response = html(
        f"administration/html/{name}",
        status=said.status,
        frame=frame_of(request, viewer),
        viewer=viewer,
        reader=Reader(zone_for(request, viewer), house_of(request).now()),
        flash=flash_in(request),
        said=said,
        may_change=viewer.role == "admin",
        **context,
    )
    return without_flash(request, response)


def show_alone(
    request: Request, name: str, said: Said = NOTHING_SAID, **context: Any
) -> HTMLResponse:
    """A page for who is not signed in."""
    response = html(
        f"administration/html/{name}",
        status=said.status,
        said=said,
        flash=flash_in(request),
        **context,
    )
    return without_flash(request, response)


def go(to: str, words: str = "", kind: str = "ok") -> RedirectResponse:
    """On to another page, which says the words once."""
    response = RedirectResponse(to, status_code=303)
    if words:
        content = quote(f"{kind}|{words}")
        response.set_cookie(FLASH, content, max_age=60, httponly=True, samesite="lax")
    return response


def flash_in(request: Request) -> Flash | None:
    kind, found, words = unquote(request.cookies.get(FLASH, "")).partition("|")
    return Flash(words[:500], kind if kind in ("ok", "warn", "danger") else "") if found else None


def without_flash(request: Request, response: HTMLResponse) -> HTMLResponse:
    if FLASH in request.cookies:
        response.delete_cookie(FLASH, httponly=True, samesite="lax")
    return response


async def or_back(to: str, verb: Callable[[], Any], words: str) -> Response:
    """Do it and say so, or say why not; either way on to the same page."""
    try:
        await verb()
    except Refused as refused:
        return go(to, refused.sentence, "danger")
    return go(to, words)
