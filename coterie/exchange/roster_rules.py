"""The rules of a roster, as a TOML file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from coterie.kit.errors import Invalid
from coterie.kit.typed import People, Yes, read
from coterie.planning.rosters.document import half_hours
from coterie.planning.rosters.model import Prices, Rules

LONGEST_H = 168
ABILITIES = ("skill", "language", "seat")


def full_or_half(hours: float) -> float:
    if not 0 <= hours <= LONGEST_H or 2 * hours != round(2 * hours):
        raise ValueError(f"full or half hours, from 0 to {LONGEST_H}")
    return hours


def a_length(hours: float) -> float:
    if not 1 <= hours <= 12:
        raise ValueError("from 1 to 12 hours")
    return hours


def a_step(hours: float) -> float:
    if not 0.5 <= hours <= 24:
        raise ValueError("from half an hour to 24")
    return hours


def a_clock(written: str) -> str:
    try:
        half_hours(written)
    except ValueError:
        raise ValueError("a full or half hour such as 08:30") from None
    return written


def an_ability(written: str) -> str:
    kind, _, which = written.partition(":")
    if kind not in ABILITIES or not which:
        raise ValueError("such as language:vi, skill:billing or seat:voice")
    return written


Plain = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Hours = Annotated[Plain, AfterValidator(full_or_half)]
Length = Annotated[Hours, AfterValidator(a_length)]
Step = Annotated[Hours, AfterValidator(a_step)]
Clock = Annotated[str, Field(strict=True), AfterValidator(a_clock)]
Ability = Annotated[str, Field(strict=True), AfterValidator(an_ability)]


@dataclass(frozen=True, slots=True)
class GivenRules:
    """As people write them; None is as it is by default."""

    rest_h: Hours | None = None
    days_in_a_row: Annotated[int, Field(strict=True, ge=1, le=14)] | None = None
    lengths_h: Annotated[list[Length], Field(min_length=1)] | None = None
    begin_every_h: Step | None = None
    pause_after_h: Hours | None = None
    pause_paid: Yes | None = None
    under_h: Hours | None = None
    early_before: Clock | None = None
    late_from: Clock | None = None
    away: Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, lt=1)] | None = None
    present: Mapping[Ability, People] | None = None
    prices: Prices = field(default_factory=Prices)


HOURS = {"rest_h": "rest", "pause_after_h": "pause_after", "under_h": "under", "begin_every_h": "begin_every"}  # fmt: skip
CLOCKS = ("early_before", "late_from")
PLAIN = ("days_in_a_row", "pause_paid", "away", "present")


def read_rules_file(path: Path) -> Rules:
    """Rules of a TOML file; what it doesn't say stays as it is by default. Raises `Invalid`, naming the rule."""
    try:
        given = tomllib.loads(path.read_text())
    except FileNotFoundError as error:
        raise Invalid(f"There is no file {path}.", "no_file") from error
    except OSError as error:
        raise Invalid(f"{path} can't be read: {error.strerror}.", "no_file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{path.name} can't be read: {error}.", "rules") from error
    return rules_of(given, path.name)


def rules_of(given: Mapping[str, Any], file: str) -> Rules:
    known(given, GivenRules, "rule", file)
    if isinstance(given.get("prices"), Mapping):
        known(given["prices"], Prices, "price", file)
    found = read(GivenRules, dict(given), file, "rules")
    said: dict[str, Any] = {}
    for name, called in HOURS.items():
        said[called] = halves(getattr(found, name))
    for name in CLOCKS:
        written = getattr(found, name)
        said[name] = None if written is None else half_hours(written)
    for name in PLAIN:
        said[name] = getattr(found, name)
    if found.lengths_h is not None:
        said["lengths"] = tuple(sorted({round(2 * each) for each in found.lengths_h}))
    return Rules(**{name: value for name, value in said.items() if value is not None}, prices=found.prices)  # fmt: skip


def known(given: Mapping[str, Any], kind: Any, what: str, file: str) -> None:
    names = [each.name for each in fields(kind)]
    for name in given:
        if name not in names:
            raise Invalid(f"{file}: {name} is no {what}; there are {', '.join(names)}.", "rules", name)  # fmt: skip


def halves(hours: float | None) -> int | None:
    return None if hours is None else round(2 * hours)
