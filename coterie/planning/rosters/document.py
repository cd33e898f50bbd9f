"""A roster as a document: everything that a swap must know stands in it, times as people write them."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from coterie.kit.errors import Invalid
from coterie.planning.rosters.contracts import paid
from coterie.planning.rosters.fairness import fairness
from coterie.planning.rosters.model import (  # fmt: skip
    DAY,
    Frame,
    Person,
    Prices,
    Proof,
    Roster,
    Rules,
    Shift,
    Wish,
    clock,
)
from coterie.planning.rosters.rules import breaches

FORMAT = 1


def as_json(roster: Roster, community: str, zone: str) -> dict[str, Any]:
    frame = roster.frame
    return {
        "format": FORMAT,
        "community": community,
        "zone": zone,
        "monday": frame.monday.isoformat(),
        "weeks": frame.weeks,
        "positions": list(frame.positions),
        "people": [{**asdict(person), "can": sorted(person.can)} for person in frame.people],
        "leave": {ref: [frame.date_of(day).isoformat() for day in sorted(days)] for ref, days in frame.leave.items()},
        "wishes": [{**asdict(wish), "day": frame.date_of(wish.day).isoformat()} for wish in frame.wishes],
        "rules": asdict(frame.rules),
        "before": [said(frame, shift) for shift in frame.before],
        "shifts": [said(frame, shift) for shift in sorted(roster.shifts, key=lambda s: (s.begins, s.person))],
        "gaps": gaps(roster),
        "cover": [proven(each) for each in roster.cover],
        "assign": [proven(each) for each in roster.assign],
        "fairness": fair(roster),
    }  # fmt: skip


def said(frame: Frame, shift: Shift) -> dict[str, Any]:
    """Times on the clock of the community; an end before its start is one of the next morning."""
    return {
        "person": shift.person,
        "day": frame.date_of(shift.day).isoformat(),
        "from": clock(shift.start),
        "to": clock(shift.start + shift.length),
        "pause": None if shift.pause is None else clock(shift.start + shift.pause),
        "hours": paid(shift.length, frame.rules) / 2,
    }


def gaps(roster: Roster) -> list[dict[str, Any]]:
    return [
        {"day": roster.frame.date_of(each.at // DAY).isoformat(), "time": clock(each.at), "missing": each.missing, "of": each.rule}
        for each in breaches(roster)
        if each.at is not None
    ]  # fmt: skip


def proven(proof: Proof) -> dict[str, float]:
    return {"hours": proof.cost, "bound": proof.bound, "gap": round(proof.gap, 6)}  # fmt: skip


def fair(roster: Roster) -> dict[str, Any]:
    found = fairness(roster)
    return {
        **{sort: dict(zip(("least", "most"), found.spread(sort), strict=True)) for sort in found.burdens},
        "wishes": found.wishes,
        "granted": found.granted,
        "refused": [{"person": wish.person, "day": roster.frame.date_of(wish.day).isoformat(), "wish": wish.kind} for wish in found.refused],
        "no_days_off_together": [{"person": ref, "week": week} for ref, week in found.no_pair],
    }  # fmt: skip


def read_roster(document: Any) -> Roster:
    """The roster of a document that `plan roster` wrote. Raises `Invalid` for anything else."""
    if not isinstance(document, dict) or document.get("format") != FORMAT or "shifts" not in document:  # fmt: skip
        raise Invalid("This is no roster of this version.", "no_roster")
    try:
        return read(document)
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(f"This roster can't be read: {error}.", "no_roster") from error


def read(document: Mapping[str, Any]) -> Roster:
    monday = date.fromisoformat(document["monday"])
    frame = Frame(
        monday,
        document["weeks"],
        tuple(document["positions"]),
        tuple(Person(**{**each, "can": frozenset(each["can"])}) for each in document["people"]),
        {ref: frozenset(day_of(each, monday) for each in days) for ref, days in document["leave"].items()},
        tuple(Wish(**{**each, "day": day_of(each["day"], monday)}) for each in document["wishes"]),
        read_rules(document["rules"]),
        tuple(read_shift(each, monday) for each in document["before"]),
    )  # fmt: skip
    cover, assign = (tuple(Proof(p["hours"], p["bound"]) for p in document[name]) for name in ("cover", "assign"))  # fmt: skip
    return Roster(frame, tuple(read_shift(each, monday) for each in document["shifts"]), cover, assign)  # fmt: skip


def read_rules(given: Mapping[str, Any]) -> Rules:
    known = {field.name: given[field.name] for field in fields(Rules) if field.name in given}
    prices = Prices(**known.pop("prices", {}))
    return Rules(**{**known, "lengths": tuple(known["lengths"]), "prices": prices})


def read_shift(given: Mapping[str, Any], monday: date) -> Shift:
    start, end = half_hours(given["from"]), half_hours(given["to"])
    end += DAY if end <= start else 0
    pause = None if given["pause"] is None else (half_hours(given["pause"]) - start) % DAY
    return Shift(given["person"], day_of(given["day"], monday), start, end - start, pause)


def day_of(written: str, monday: date) -> int:
    return (date.fromisoformat(written) - monday).days


def half_hours(written: str) -> int:
    """`08:30` is 17; only full and half hours are. Raises `ValueError`."""
    hour, _, minute = written.partition(":")
    if minute not in {"00", "30"} or not 0 <= int(hour) <= DAY // 2:
        raise ValueError(f"{written!r} is no full or half hour such as 08:30")
    return 2 * int(hour) + (minute == "30")
