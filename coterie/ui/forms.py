"""Forms as they are sent, what was refused of them, and a sentence that survives one redirect."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from coterie.kit.errors import Refused

FLASH = "flash"


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
