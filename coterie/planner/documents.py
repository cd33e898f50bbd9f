"""Plans as files: one that comes in is read with care, one that goes out is as the commands write it."""

import gzip
import json
import re
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan, PlannedArea, as_json, read_plan
from coterie.planning.trial.known import known_of

MOST_BYTES = 40_000_000
MOST_AREAS = 20_000
MOST_NUMBER = 1e15
SLOTS = 336
"""Half-hours of a week."""


def read_upload(content: bytes) -> Plan:
    """The plan of a file, gzipped or not. Raises `Invalid`, in words, for whatever a page could not show."""
    return checked(read_json(unpacked(content)))


def unpacked(content: bytes) -> bytes:
    """No more of it than a plan may have, however small it came."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as file:
            found = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid("This file says that it is gzipped, but is damaged.", "broken_file", "file") from error  # fmt: skip
    if len(found) > MOST_BYTES:
        raise Invalid(f"Unpacked it has more than the {MOST_BYTES // 1_000_000} MB that a plan may have.", "too_large", "file")  # fmt: skip
    return found


def read_json(content: bytes) -> Any:
    if not content.strip():
        raise Invalid("Choose a file: this one is empty.", "empty", "file")
    try:
        text = content.decode()
        if re.search(r"\\u0000", text) or "\x00" in text:
            raise Invalid("The file holds a character that no database keeps (U+0000).", "no_plan", "file")  # fmt: skip
        return json.loads(text, parse_constant=no_number)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Invalid(f"This file is no JSON: {error}.", "broken_file", "file") from error
    except RecursionError as error:
        raise Invalid("This file is nested deeper than any plan.", "broken_file", "file") from error


def no_number(word: str) -> Any:
    raise Invalid(f"The file says {word} where a number belongs.", "no_plan", "file")


def checked(document: Any) -> Plan:
    """The plan of a document, looked at as closely as pages need."""
    plan = read_plan(document)
    if not plan.communities or not plan.areas:
        raise Invalid("This plan has no communities, or no areas.", "no_plan", "communities")
    if len(plan.areas) > MOST_AREAS:
        raise Invalid(f"This plan has {len(plan.areas):,} areas; pages show up to {MOST_AREAS:,}.", "too_many_areas", "areas")  # fmt: skip
    known = {check_area(each) for each in plan.areas}
    if len(known) < len(plan.areas):
        raise Invalid("An area stands in the plan twice.", "twice", "areas")
    for each in plan.communities:
        check_texts(each.id, each.name, *each.areas)
        check_number(each.customers, f"customers of {each.id}")
        check_number(each.contacts, f"contacts of {each.id}")
        strange = sorted(set(each.areas) - known)
        if strange:
            raise Invalid(f"{each.id} has the area {strange[0]}, which is none of the plan's areas.", "no_area", "communities")  # fmt: skip
    check_staff(plan)
    check_waves(plan)
    return plan


def check_area(area: PlannedArea) -> str:
    check_texts(area.area, area.name, area.region, area.whole)
    check_number(area.customers, f"customers of {area.area}")
    check_number(area.contacts, f"contacts of {area.area}")
    for value, furthest in ((area.lat, 90), (area.lon, 180)):
        if value is not None and not (is_number(value) and -furthest <= value <= furthest):
            raise Invalid(f"The area {area.area} lies at {value!r}, which is nowhere.", "no_plan", "areas")  # fmt: skip
    return area.area


def check_texts(*given: Any) -> None:
    for each in given:
        if not isinstance(each, str) or len(each) > 200:
            raise Invalid(f"{str(each)[:40]!r} stands in the plan where a short text belongs.", "no_plan", "communities")  # fmt: skip


def check_number(value: Any, what: str) -> None:
    if not is_number(value) or value < 0:
        raise Invalid(f"The {what} are {value!r}, which is no number from 0 on.", "no_plan", what)


def is_number(value: Any) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MOST_NUMBER
    )


def check_staff(plan: Plan) -> None:
    """What the page of people reads: positions are numbers for every half-hour of a week."""
    of = plan.staff.get("communities", {})
    if not isinstance(of, Mapping):
        raise Invalid("`staff.communities` of the plan is no object.", "no_plan", "staff")
    for id_, said in of.items():
        for name in ("positions", "positions_low", "positions_high"):
            row = said.get(name) if isinstance(said, Mapping) else ()
            if row is not None and (
                not isinstance(row, list) or len(row) != SLOTS or not all(map(is_number, row))
            ):
                raise Invalid(f"`{name}` of {id_} in `staff` is no list of {SLOTS} numbers.", "no_plan", "staff")  # fmt: skip
    known_of(plan)
    for name in ("assignments", "training", "assumptions", "lacking"):
        if not isinstance(plan.staff.get(name, []), list):
            raise Invalid(f"`staff.{name}` of the plan is no list.", "no_plan", "staff")


def check_waves(plan: Plan) -> None:
    given, known = plan.waves.get("waves", []), {each.id for each in plan.communities}
    if not isinstance(given, list):
        raise Invalid("`waves.waves` of the plan is no list.", "no_plan", "waves")
    for wave in given:
        if not isinstance(wave, Mapping) or not isinstance(wave.get("number"), int):
            raise Invalid("A wave of the plan has no number.", "no_plan", "waves")
        named = wave.get("communities")
        if not isinstance(named, list) or not set(map(str, named)) <= known:
            raise Invalid(f"Wave {wave['number']} names communities that the plan doesn't have.", "no_plan", "waves")  # fmt: skip


def packed(plan: Plan) -> bytes:
    """The file to download, as the commands write it."""
    return (json.dumps(as_json(plan), ensure_ascii=False, indent=1) + "\n").encode()
