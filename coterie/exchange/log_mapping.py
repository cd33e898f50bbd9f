"""A TOML file that says how to read a log of another system: what its columns are called, what its values mean.

docs/reference/files.md has the format. What we don't know is refused, so that no typo passes.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from coterie.exchange.mapping import read_toml
from coterie.exchange.moments import check_format
from coterie.kit.errors import Invalid

COLUMNS = (
    "case", "customer", "time", "event", "group", "agent", "area", "topic", "channel",
    "closed", "reopened",
)  # fmt: skip
CODES = ("case", "customer", "event", "group", "agent", "area", "topic", "channel")
OF_AN_EVENT = ("event", "time", "group", "agent", "channel")
SETTINGS = ("unknown", "closing", "reopening", "times", "zone", "joiner", "delimiter")

UTC = ZoneInfo("UTC")

Sources = Mapping[str, tuple[str, ...]]
"""Their columns by ours; several are joined."""


@dataclass(frozen=True, slots=True)
class EventOf:
    """An event that a row tells of: what it is called, where that is fixed, and which columns are its own."""

    event: str | None = None
    columns: Sources = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogMapping:
    """How to read a log. Of what the file doesn't say, it says what it would be by itself."""

    columns: Sources = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    events: tuple[EventOf, ...] = (EventOf(),)
    unknown: frozenset[str] = frozenset()
    closing: frozenset[str] | None = None
    reopening: frozenset[str] | None = None
    times: tuple[str, ...] = ()
    zone: ZoneInfo | None = None
    """Whose clock the times are on that don't say theirs; None where the file doesn't say."""
    joiner: str = " "
    delimiter: str | None = None


def read_log_mapping(path: Path | None) -> LogMapping:
    """The mapping; without a file everything is called as we call it."""
    if path is None:
        return LogMapping()
    try:
        return log_mapping(read_toml(path))
    except ValueError as error:
        raise Invalid(f"{path}: {error}", "mapping") from error


def log_mapping(content: Mapping[str, Any]) -> LogMapping:
    """Raises ValueError, in words, for what can't be meant."""
    check_names("the file", content, ("columns", "defaults", "log", "events"))
    log = table_of(content, "log", SETTINGS)
    columns = sources("columns", table_of(content, "columns", COLUMNS))
    return LogMapping(
        columns=columns,
        defaults=texts("defaults", table_of(content, "defaults", CODES[1:])),
        events=events_of(content.get("events"), columns),
        unknown=frozenset(list_of(log, "unknown") or ()),
        closing=values_of(log, "closing"),
        reopening=values_of(log, "reopening"),
        times=tuple(check_format(each) for each in list_of(log, "times") or ()),
        zone=zone_of(zone) if (zone := text_of(log, "zone")) else None,
        joiner=text_of(log, "joiner") or " ",
        delimiter=delimiter_of(text_of(log, "delimiter")),
    )


def check_names(where: str, given: Collection[str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            raise ValueError(f"{where} may hold {', '.join(known)}, not {name}.")


def table_of(content: Mapping[str, Any], name: str, known: Collection[str]) -> Mapping[str, Any]:
    found = content.get(name, {})
    if not isinstance(found, dict):
        raise ValueError(f"{name} must be a table: [{name}].")  # noqa: TRY004  wrong in the file
    check_names(f"[{name}]", found, known)
    return found


def sources(where: str, given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    found = {name: tuple(list_of(given, name) or ()) for name in given}
    for name, columns in found.items():
        if not columns or not all(columns):
            raise ValueError(f"[{where}] {name} must name a column, or a list of them.")
    return found


def texts(where: str, given: Mapping[str, Any]) -> dict[str, str]:
    for name, text in given.items():
        if not isinstance(text, str) or not text:
            raise ValueError(f"[{where}] {name} must be a text.")
    return dict(given)


def events_of(given: Any, columns: Sources) -> tuple[EventOf, ...]:
    """Where a row tells of several events: one for each [[events]]."""
    if given is None:
        return (EventOf(),)
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):  # fmt: skip
        raise ValueError("events must be tables: [[events]].")
    for name in ("time", "event"):
        if name in columns:
            raise ValueError(f"[columns] can't name {name} where [[events]] do.")
    return tuple(event_of(each) for each in given)


def event_of(given: Mapping[str, Any]) -> EventOf:
    check_names("[[events]]", given, OF_AN_EVENT)
    event = text_of(given, "event")
    if not event or "time" not in given:
        raise ValueError("[[events]] needs event, what it is called, and time, its column.")
    return EventOf(event, sources("events", {n: v for n, v in given.items() if n != "event"}))


def list_of(given: Mapping[str, Any], name: str) -> list[str] | None:
    """A text, or a list of texts."""
    value = given.get(name)
    if value is None:
        return None
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in found):
        raise ValueError(f"{name} must be a text, or a list of texts.")
    return found


def text_of(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} must be a text.")
    return value


def values_of(given: Mapping[str, Any], name: str) -> frozenset[str] | None:
    found = list_of(given, name)
    return None if found is None else frozenset(each.casefold() for each in found)


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(
            f"zone must be a time zone such as Europe/Stockholm, not {name}."
        ) from error


def delimiter_of(given: str | None) -> str | None:
    if given is not None and (len(given) != 1 or given in '"\r\n'):
        raise ValueError("delimiter must be one character.")
    return given
