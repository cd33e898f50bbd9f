"""What happened in a world, as events of the live log: the same kinds, ids and values, so that the same figures fold them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from coterie.twin.scenario import Scenario
from coterie.twin.world import records
from coterie.twin.world.columns import NOTHING
from coterie.twin.world.world import World

REASONS = {records.FIRST_ANSWER: "first_answer", records.BY_ABSENCE: "absence", records.AT_HOME: "overflow"}  # fmt: skip
SPECIALISTS = 1 << 40
"""Whoever helps from outside the communities counts as one."""
KINDS = "customer", "case", "episode", "message", "expert", "ask", "crossing"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log."""

    stream_id: str
    at: datetime
    kind: str
    ids: Mapping[str, str]
    values: Mapping[str, Any] = field(default_factory=dict)


def id_of(kind: str, number: int) -> str:
    """In the form of the live system's ids."""
    return f"{KINDS.index(kind):08x}-0000-7000-8000-{number:012x}"


def events_of(scenario: Scenario, world: World, begin: datetime) -> Iterator[Event]:
    """Everything, in the order of time. `begin`: the Monday at midnight on which the world began."""
    written = world.has("records")
    cases = world.has("cases")
    homes = {int(c["customer"]): scenario.communities[c["unit"]].id for c in cases[["customer", "unit"]]}  # fmt: skip
    for customer, home in homes.items():
        yield Event(home, begin, "customer_registered", {"customer": id_of("customer", customer)})
    order = written["at"].argsort(kind="stable")
    for number in order:
        row = written[number]
        if row["kind"] == records.ENTERED:
            continue  # the live system knows no groups
        case = cases[row["case"]]
        yield event(scenario, row, int(number), case, begin)


def event(scenario: Scenario, row: Any, number: int, case: Any, begin: datetime) -> Event:
    ids = {
        "customer": id_of("customer", int(case["customer"])),
        "case": id_of("case", int(row["case"])),
        "episode": id_of("episode", int(row["episode"])),
    }
    if row["expert"] != NOTHING:
        ids["expert"] = id_of("expert", int(row["expert"]))
    if row["owner"] != NOTHING:
        ids["owner"] = id_of("expert", int(row["owner"]))
    kind, told = TOLD[int(row["kind"])]
    more, values = told(row, number)
    at = begin + timedelta(seconds=float(row["at"]))
    return Event(scenario.communities[case["unit"]].id, at, kind, {**ids, **more}, values)


Told = tuple[dict[str, str], dict[str, Any]]


def wrote(row: Any, number: int) -> Told:
    return {"message": id_of("message", number)}, {}


def placed(row: Any, number: int) -> Told:
    return ({"crossing": id_of("crossing", int(row["episode"]))} if row["value"] else {}), {}


def answered(row: Any, number: int) -> Told:
    value = int(row["value"])
    values: dict[str, Any] = {} if value & 4 else {"kept": bool(value & 1)}
    return {"message": id_of("message", number)}, {**values, **({"guest": True} if value & 2 else {})}  # fmt: skip


def owned(row: Any, number: int) -> Told:
    return {}, {"reason": REASONS[int(row["value"])]}


def asked(row: Any, number: int) -> Told:
    return {"ask": id_of("ask", int(row["episode"]))}, {}


def helped(row: Any, number: int) -> Told:
    ids = {"ask": id_of("ask", int(row["episode"]))}
    if row["expert"] == NOTHING:
        ids["expert"] = id_of("expert", SPECIALISTS)
    return ids, {"seconds": float(row["seconds"])}


def crossed(row: Any, number: int) -> Told:
    return {"crossing": id_of("crossing", int(row["episode"]))}, {"kind": "overflow"}


TOLD: Mapping[int, tuple[str, Callable[[Any, int], Told]]] = {
    records.WROTE: ("message_received", wrote),
    records.PLACED: ("episode_placed", placed),
    records.ANSWERED: ("reply_sent", answered),
    records.OWNED: ("owner_set", owned),
    records.REOPENED: ("case_reopened", lambda row, number: ({}, {"by": "customer"})),
    records.CLOSED: ("case_closed", lambda row, number: ({}, {"reason": "watched"})),
    records.ASKED: ("ask_made", asked),
    records.ASK_ANSWERED: ("ask_answered", helped),
    records.CROSSED: ("crossing_started", crossed),
}


def by_customer(events: Iterator[Event]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for each in events:
        found[each.ids["customer"]].append(each)
    return found
