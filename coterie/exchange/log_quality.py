"""What is wrong with a log, said before anybody believes its figures."""

from array import array
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import compress
from typing import Any

from coterie.exchange.log import Log
from coterie.exchange.log_order import Order
from coterie.exchange.moments import EPOCH
from coterie.exchange.report import Fault

GAPS = ("customer", "group", "agent", "area")
SHARED_CASES = 100
SHARED = f"a customer with {SHARED_CASES} cases or more is taken for an account that many share"
FEW = 20
"""How many lines and areas are named."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Where something isn't known: in how many events, and in how many cases from beginning to end."""

    events: int
    cases: int


@dataclass(frozen=True, slots=True)
class Clock:
    """Events that stand in the file after a later one of their case, and the lines of the first few."""

    backwards: int
    cases: int
    lines: list[int]


@dataclass(frozen=True, slots=True)
class Areas:
    """Which areas of the log nobody knows here, most events first; or why that was not looked at."""

    checked: bool
    why_not: str = ""
    unknown: int = 0
    events: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """Customers who are many people, by the rule that is said."""

    rule: str
    customers: list[tuple[str, int]]

    def as_json(self) -> dict[str, Any]:
        named = [{"customer": name, "cases": cases} for name, cases in self.customers]
        return {"rule": self.rule, "customers": named}


@dataclass(frozen=True, slots=True)
class Quality:
    """The report on a log. Duplicates are counted once, and then left out of everything else."""

    rows: int
    events: int
    cases: int
    customers: int
    groups: int
    people: int
    first_at: datetime | None
    last_at: datetime | None
    refused: int
    unreadable_times: int
    duplicates: int
    clock: Clock
    missing: dict[str, Gap]
    areas: Areas
    shared_accounts: Shared
    ignored_columns: tuple[str, ...]
    faults: list[Fault]

    def as_json(self) -> dict[str, Any]:
        times = {"first_at": written(self.first_at), "last_at": written(self.last_at)}
        return asdict(self) | times | {"shared_accounts": self.shared_accounts.as_json()}

    def sentences(self) -> Iterator[str]:
        """For a person: what there is, then what is wrong with it."""
        yield (
            f"{self.rows:,} rows, {self.events:,} events of {self.cases:,} cases, "
            f"from {written(self.first_at)} to {written(self.last_at)}."
        )
        yield f"{self.customers:,} customers, {self.groups:,} groups and {self.people:,} people are named."
        if self.refused:
            yield f"{self.refused:,} rows were refused, {self.unreadable_times:,} of them for a time that can't be read."
        if self.duplicates:
            yield f"{self.duplicates:,} lines stand there twice, and count once."
        if self.clock.backwards:
            yield (
                f"Times run backwards in the file: events {self.clock.backwards:,}, cases {self.clock.cases:,}, "
                f"such as on line {', '.join(map(str, self.clock.lines[:3]))}. They were put in order."
            )
        for name, gap in self.missing.items():
            if gap.events:
                yield (
                    f"Without {name}: {gap.events:,} events; {gap.cases:,} cases never name any."
                )
        yield from self.of_areas()
        for name, cases in self.shared_accounts.customers:
            yield f"Customer {name} has {cases:,} cases: {self.shared_accounts.rule}."
        if self.ignored_columns:
            yield f"Columns that were ignored: {', '.join(self.ignored_columns)}."

    def of_areas(self) -> Iterator[str]:
        if not self.areas.checked:
            yield f"Areas were not checked: {self.areas.why_not}."
        elif self.areas.unknown:
            yield (
                f"{self.areas.unknown:,} areas, of {self.areas.events:,} events, are not known here: "
                f"{', '.join(self.areas.names)}{', ...' if self.areas.unknown > FEW else ''}."
            )


def examine(log: Log, order: Order, areas: Collection[str] | str) -> Quality:
    """Look at all of it; `areas` are those that are known here, or why nobody can tell."""
    return Quality(
        rows=log.rows,
        events=len(order.events),
        cases=len(order.cases),
        customers=distinct(log, "customer"),
        groups=distinct(log, "group"),
        people=distinct(log, "agent"),
        first_at=moment(min(log.at, default=None)),
        last_at=moment(max(log.at, default=None)),
        refused=log.refused,
        unreadable_times=log.unreadable_times,
        duplicates=order.duplicates,
        clock=clock(log, order),
        missing={name: gap(log, order, name) for name in GAPS},
        areas=unknown_areas(log, order, areas),
        shared_accounts=Shared(SHARED, shared(log, order)),
        ignored_columns=log.ignored_columns,
        faults=log.faults,
    )


def distinct(log: Log, name: str) -> int:
    return len(set(log.columns[name]) - {0})


def moment(at: int | None) -> datetime | None:
    return None if at is None else EPOCH + timedelta(microseconds=at)


def written(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"


def clock(log: Log, order: Order) -> Clock:
    lines = sorted({log.line[event] for event in order.backwards})
    cases = set(log.numbers("case", order.backwards))
    return Clock(len(order.backwards), len(cases), lines[:FEW])


def gap(log: Log, order: Order, name: str) -> Gap:
    """Where there are no duplicates, the columns as they stand are all that counts."""
    told, cases = log.columns[name], log.columns["case"]
    if order.duplicates:
        told = array("i", log.numbers(name, order.events))
        cases = array("i", log.numbers("case", order.events))
    return Gap(told.count(0), len(order.cases) - len(set(compress(cases, told))))


def unknown_areas(log: Log, order: Order, known: Collection[str] | str) -> Areas:
    if isinstance(known, str):
        return Areas(checked=False, why_not=known)
    names = log.names["area"].names
    counts = Counter(log.numbers("area", order.events))
    unknown = Counter({names[n]: many for n, many in counts.items() if n and names[n] not in known})
    few = tuple(name for name, _ in unknown.most_common(FEW))
    return Areas(True, "", len(unknown), unknown.total(), few)


def shared(log: Log, order: Order) -> list[tuple[str, int]]:
    names = log.names["customer"].names
    counts = Counter(map(order.whose.__getitem__, order.cases))
    return [(names[whose], many) for whose, many in counts.most_common() if many >= SHARED_CASES]
