"""From the cells of a row to what it says, or to the faults that refuse it. Pure: one row in, one answer out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from coterie.communities.model import Area
from coterie.customers.model import IdentityKind
from coterie.customers.rules import normal
from coterie.exchange.report import Fault
from coterie.exchange.tables import Line
from coterie.kit.errors import Invalid

CUSTOMER_COLUMNS = ("ref", "name", "email", "phone", "area", "household", "segment", "language", "vulnerable")  # fmt: skip
EXPERT_COLUMNS = ("ref", "name", "email", "community", "role", "skills", "languages", "seats")
AREA_COLUMNS = ("area", "name", "lat", "lon", "customers", "contacts")
PAIR_COLUMNS = ("a", "b")

LONGEST = {"ref": 100, "name": 200, "household": 100, "segment": 60, "language": 20, "area": 20}
LONGEST_OTHER = 1000
YES, NO = frozenset(("yes", "y", "true", "1")), frozenset(("no", "n", "false", "0", ""))

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as a file names them. Addresses are in their stored form; empty is unknown."""

    line: int
    ref: str
    name: str
    email: str
    phone: str
    area: str
    household: str
    segment: str
    language: str
    vulnerable: bool


@dataclass(frozen=True, slots=True)
class ExpertRow:
    """An expert as a file names them. What is None was not given and stays as it is."""

    line: int
    ref: str
    name: str
    email: str
    community: str
    role: str
    skills: dict[str, int] | None
    languages: list[str] | None
    seats: list[str] | None


class Cells:
    """The cells of one row, read one by one; what is wrong with them is gathered and said together."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.faults: list[Fault] = [Fault(line.number, "", line.fault)] if line.fault else []

    def text(self, column: str, *, needed: bool = False) -> str:
        text = self.line.cells.get(column, "")
        if needed and not text:
            self.refuse(column, "is empty")
        elif not text.isprintable():
            self.refuse(column, "holds characters that can't be shown, such as a line break or NUL")
        elif len(text) > (longest := LONGEST.get(column, LONGEST_OTHER)):
            self.refuse(column, f"is longer than {longest} characters")
        return text

    def read(self, column: str, reader: Callable[[str], T], default: T) -> T:
        """The cell through a reader, whose ValueError or Invalid is the fault; empty is the default."""
        text = self.text(column)
        if not text:
            return default
        try:
            return reader(text)
        except Invalid as no:
            self.refuse(column, no.sentence)
        except ValueError as no:
            self.refuse(column, str(no))
        return default

    def refuse(self, column: str, reason: str) -> None:
        self.faults.append(Fault(self.line.number, column, reason))


def read_customer(line: Line, country: str | None) -> CustomerRow | list[Fault]:
    """One customer; only `ref` and one address are needed."""
    cells = Cells(line)
    if line.fault:
        return cells.faults
    row = CustomerRow(
        line=line.number,
        ref=cells.text("ref", needed=True),
        name=" ".join(cells.text("name").split()),
        email=cells.read("email", address("email", None), ""),
        phone=cells.read("phone", address("phone", country), ""),
        area=cells.text("area"),
        household=cells.text("household"),
        segment=cells.text("segment"),
        language=cells.read("language", language, ""),
        vulnerable=cells.read("vulnerable", yes_or_no, False),
    )
    if not cells.faults and not row.email and not row.phone:
        cells.refuse("", "has neither e-mail nor phone: a customer needs one of them")
    return cells.faults or row


def address(kind: IdentityKind, country: str | None) -> Callable[[str], str]:
    return lambda text: normal(kind, text, country)


def language(text: str) -> str:
    if not text.replace("-", "").isalnum() or not 2 <= len(text) <= 12:
        raise ValueError(f"{text!r} is no language code such as en or zh-Hans")
    return text


def yes_or_no(text: str) -> bool:
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise ValueError(f"{text[:20]!r} is neither yes nor no")


def read_expert(line: Line) -> ExpertRow | list[Fault]:
    """One expert. What the cells may hold is checked again by the verbs that write them."""
    cells = Cells(line)
    if line.fault:
        return cells.faults
    row = ExpertRow(
        line=line.number,
        ref=cells.text("ref", needed=True),
        name=cells.text("name", needed=True),
        email=cells.text("email", needed=True),
        community=cells.text("community", needed=True),
        role=cells.read("role", str.lower, "expert"),
        skills=cells.read("skills", skills, None),
        languages=cells.read("languages", parts, None),
        seats=cells.read("seats", parts, None),
    )
    return cells.faults or row


def skills(text: str) -> dict[str, int] | None:
    """`billing:4;network:2` as a level for each skill."""
    found: dict[str, int] = {}
    for part in parts(text) or []:
        skill, colon, level = (piece.strip() for piece in part.partition(":"))
        if not colon or not level.isdecimal() or skill in found:
            raise ValueError(f"{part[:40]!r} is not a skill with its level, such as billing:4")
        found[skill] = int(level)
    return found


def parts(text: str) -> list[str] | None:
    return [part.strip() for part in text.split(";") if part.strip()]


def read_area(line: Line) -> Area | list[Fault]:
    cells = Cells(line)
    if line.fault:
        return cells.faults
    area = Area(
        area=cells.text("area", needed=True),
        name=cells.text("name"),
        lat=cells.read("lat", degrees(90), None),
        lon=cells.read("lon", degrees(180), None),
        customers=cells.read("customers", whole, None),
        contacts=cells.read("contacts", whole, None),
    )
    return cells.faults or area


def degrees(most: int) -> Callable[[str], float | None]:
    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not -most <= number <= most:
            raise ValueError(f"{text[:20]!r} is no number from -{most} to {most}")
        return number

    return read


def whole(text: str) -> int | None:
    number = text.removesuffix(".0")
    if not number.isdecimal() or int(number) > 2_000_000_000:
        raise ValueError(f"{text[:20]!r} is no whole number from 0 on")
    return int(number)


def read_pair(line: Line, known: Mapping[str, Any]) -> tuple[str, str] | list[Fault]:
    """Two neighbouring areas, the smaller first."""
    cells = Cells(line)
    if line.fault:
        return cells.faults
    a, b = (cells.text(column, needed=True) for column in PAIR_COLUMNS)
    for column, area in (("a", a), ("b", b)):
        if area and area not in known:
            cells.refuse(column, f"there is no area {area[:20]}")
    if a and a == b:
        cells.refuse("b", f"{a[:20]} can't be its own neighbour")
    return cells.faults or (min(a, b), max(a, b))
