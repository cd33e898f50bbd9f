"""What every route needs: the house, the viewer's rights, the idempotency key, cursors, times."""

import base64
from datetime import UTC, datetime
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Header, Path, Query, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from coterie.kit.access.requirements import needs
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import Invalid, Refused
from coterie.kit.house import House, house_of
from coterie.kit.keys import LONGEST_KEY
from coterie.kit.times import given_time


async def the_house(request: Request) -> House:
    return house_of(request)


House_: TypeAlias = Annotated[House, Depends(the_house)]
Id: TypeAlias = Annotated[str, Path(min_length=1, max_length=64)]
IdField: TypeAlias = Annotated[str, Field(min_length=1, max_length=64, description="An opaque id.")]

contacts_writer = needs("contacts:write")
ContactsWriter: TypeAlias = Annotated[Viewer, contacts_writer]
CustomersReader: TypeAlias = Annotated[Viewer, needs("customers:read")]
CustomersWriter: TypeAlias = Annotated[Viewer, needs("customers:write")]
Reader: TypeAlias = Annotated[Viewer, needs("conversations:read")]
Writer: TypeAlias = Annotated[Viewer, needs("conversations:write")]
CommunitiesReader: TypeAlias = Annotated[Viewer, needs("communities:read")]
CommunitiesWriter: TypeAlias = Annotated[Viewer, needs("communities:write")]
EventsReader: TypeAlias = Annotated[Viewer, needs("events:read")]


class MissingKey(Refused):
    status = 400


async def idempotency_key(
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            max_length=LONGEST_KEY,
            description="Required. Belongs to the token and never expires: same key and body, same answer.",
        ),
    ] = None,
) -> str:
    if key is None or not key.strip() or not key.isprintable():
        raise MissingKey("This call needs an Idempotency-Key header.", "key_missing")
    if len(key) > LONGEST_KEY:
        raise Invalid(
            f"An Idempotency-Key has at most {LONGEST_KEY} characters.",
            "malformed",
            field="Idempotency-Key",
        )
    return key


Key: TypeAlias = Annotated[str, Depends(idempotency_key)]


def expert_of(viewer: Viewer) -> str:
    """The expert who acts. A program acts as the account of its token."""
    if viewer.expert_id is None:
        raise Refused("This token belongs to nobody who answers customers.", "no_expert")
    return viewer.expert_id


def in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def time_as_json(at: datetime) -> str:
    """A time as every answer writes it, where one is written by hand."""
    return in_utc(at).isoformat().replace("+00:00", "Z")


Time: TypeAlias = Annotated[datetime, AfterValidator(in_utc)]
"""As it is shown."""
GivenTime: TypeAlias = Annotated[datetime, AfterValidator(given_time)]


def no_null(text: str) -> str:
    if "\x00" in text:
        raise ValueError("text can't hold null characters")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("text must be well-formed Unicode") from error
    return text


Text: TypeAlias = Annotated[str, AfterValidator(no_null)]


class Shape(BaseModel):
    """What comes in: unknown members are refused, so that a slip of the pen is said at once."""

    model_config = ConfigDict(extra="forbid")


class Shown(BaseModel):
    """What goes out."""

    model_config = ConfigDict(from_attributes=True)


Limit: TypeAlias = Annotated[int, Query(ge=1, le=500, description="At most so many items.")]
After: TypeAlias = Annotated[
    str | None, Query(max_length=300, description="The `next` of the answer before.")
]


def cursor(*parts: Any) -> str:
    """An opaque place in a list."""
    return base64.urlsafe_b64encode("\n".join(map(str, parts)).encode()).decode().rstrip("=")


def bad_cursor() -> Invalid:
    return Invalid("That cursor is not one of this list's.", "bad_cursor", field="after")


def read_cursor(given: str, kind: str, parts: int) -> list[str]:
    """The parts of a cursor of this kind; Invalid where it is none of ours."""
    try:
        padded = given + "=" * (-len(given) % 4)
        found = base64.urlsafe_b64decode(padded.encode()).decode().split("\n")
    except ValueError:
        found = []
    if len(found) != parts + 1 or found[0] != kind or "\x00" in "".join(found):
        raise bad_cursor()
    return found[1:]


def read_time(given: str) -> datetime:
    """A time in a cursor; ValueError where it is none."""
    return given_time(datetime.fromisoformat(given))


def number(given: str) -> int:
    if not given.isdecimal() or len(given) > 18:
        raise bad_cursor()
    return int(given)
