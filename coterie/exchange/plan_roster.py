"""The command `plan roster`: who of a community works when."""

import json as json_
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from coterie.kit.errors import Invalid
from coterie.kit.progress import progress
from coterie.kit.terminal import Json, say

if TYPE_CHECKING:
    from coterie.planning.rosters.model import Frame, Roster, Shift


def roster(
    community: Annotated[str, typer.Option(help="Whose roster: an id of the plan.")],
    people: Annotated[Path, typer.Option(help="CSV: ref, and what is agreed with each.")],
    week: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first Monday.")],
    out: Annotated[Path, typer.Option(help="The roster, as JSON.")],
    plan: Annotated[Path | None, typer.Option(help="A plan with positions, by `plan staff`.")] = None,
    positions: Annotated[Path | None, typer.Option(help="CSV day,time,positions in place of the plan's.")] = None,
    leave: Annotated[Path | None, typer.Option(help="CSV ref,from,to.")] = None,
    wishes: Annotated[Path | None, typer.Option(help="CSV ref,day,wish,weight: off, early or late.")] = None,
    rules: Annotated[Path | None, typer.Option(help="TOML: rest, lengths, days in a row, prices.")] = None,
    after: Annotated[Path | None, typer.Option(help="The roster of the weeks before.")] = None,
    weeks: Annotated[int, typer.Option(min=1, max=12)] = 1,
    zone: Annotated[str, typer.Option(help="The community's clock, such as Australia/Sydney.")] = "UTC",
    ics: Annotated[Path | None, typer.Option(help="A folder for calendars.")] = None,
    shifts: Annotated[Path | None, typer.Option(help="Shifts for the live system: .csv, or .json with bodies for the API.")] = None,
    short: Annotated[bool, typer.Option("--short", help="Write the best even where somebody is missing.")] = False,
    seed: Annotated[int, typer.Option()] = 0,
    json: Json = False,
) -> None:  # fmt: skip
    """Give shifts to the people of a community, so that positions are filled, contracts kept and wishes heard."""
    from coterie.exchange.outputs import as_document, check_targets, write_all
    from coterie.planning.rosters.document import as_json
    from coterie.planning.rosters.making import make_roster
    from coterie.planning.rosters.told import told

    clock = zone_of(zone)
    check_targets(out, shifts, folder=ics)
    frame = framed(community, people, week.date(), plan, positions, leave, wishes, rules, after, weeks)  # fmt: skip
    with progress("Making the roster") as shown:
        made = make_roster(frame, short=short, seed=seed, watch=shown.count)
    document = as_json(made, community, zone)
    contents = {out: as_document(document)}
    if ics:
        contents |= calendars(ics, made, community, clock, datetime.now(UTC))
    if shifts:
        contents[shifts] = shifts_as(shifts.suffix, made, clock)
    write_all(contents)
    say(told(made, community), document, as_json=json)


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Invalid(f"{name!r} is no time zone such as Australia/Sydney.", "zone", "zone") from error  # fmt: skip


def framed(community: str, people: Path, monday: date, plan: Path | None, positions: Path | None, leave: Path | None, wishes: Path | None, rules: Path | None, after: Path | None, weeks: int) -> "Frame":  # fmt: skip
    """What the files say, together. Raises `Invalid`, naming the file and what is wrong."""
    from coterie.exchange.roster_files import (
        read_leave,
        read_people,
        read_wishes,
    )
    from coterie.exchange.roster_rules import read_rules_file
    from coterie.planning.rosters.model import Frame, Rules

    if monday.weekday():
        raise Invalid(f"{monday} is no Monday: a roster begins with one.", "monday", "week")
    members = read_people(people, community)
    return Frame(
        monday,
        weeks,
        positions_of(community, monday, weeks, plan, positions),
        members,
        read_leave(leave, members, monday) if leave else {},
        read_wishes(wishes, members, monday, weeks) if wishes else (),
        read_rules_file(rules) if rules else Rules(),
        shifts_before(after, monday) if after else (),
    )


def positions_of(community: str, monday: date, weeks: int, plan: Path | None, positions: Path | None) -> tuple[int, ...]:  # fmt: skip
    from coterie.exchange.plan_files import read_plan_file
    from coterie.exchange.roster_files import planned_positions, read_positions

    if positions:
        return read_positions(positions, monday, weeks)
    if not plan:
        raise Invalid("A roster needs positions: give --plan FILE or --positions FILE.", "no_positions", "positions")  # fmt: skip
    return planned_positions(read_plan_file(plan), community) * weeks


def shifts_before(after: Path, monday: date) -> "tuple[Shift, ...]":
    """The shifts of an earlier roster, their days counted from this one's Monday."""
    from dataclasses import replace

    from coterie.exchange.plan_files import read_document
    from coterie.planning.rosters.document import read_roster

    before = read_roster(read_document(after))
    days = (monday - before.frame.monday).days
    if days < 7 * before.frame.weeks:
        raise Invalid(f"{after.name} holds weeks that aren't before {monday}.", "after", "after")
    kept = (*before.frame.before, *before.shifts)
    return tuple(replace(shift, day=shift.day - days) for shift in kept)


def calendars(folder: Path, made: "Roster", community: str, zone: ZoneInfo, now: datetime) -> dict[Path, bytes]:  # fmt: skip
    """One for the community, and one for each person, named by their ref."""
    from coterie.planning.rosters.calendar import calendar_of

    found = {folder / f"{safe(community)}.ics": calendar_of(made, made.shifts, community, zone, now, named=True)}  # fmt: skip
    for person in made.frame.people:
        mine = [shift for shift in made.shifts if shift.person == person.ref]
        own = calendar_of(made, mine, community, zone, now, named=False)
        found[folder / f"{safe(community)}-{safe(person.ref)}.ics"] = own
    return found


def safe(ref: str) -> str:
    """A ref as a name of a file, each its own: what isn't a letter, digit or `-_.` is written as its number."""
    return "".join(each if each.isascii() and (each.isalnum() or each in "-_.") else f"%{ord(each):x}" for each in ref)  # fmt: skip


def shifts_as(suffix: str, made: "Roster", zone: ZoneInfo) -> bytes:
    from coterie.planning.rosters.calendar import bodies

    found = bodies(made, zone)
    if suffix == ".json":
        return (json_.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()
    return ("\n".join(["ref,starts_at,ends_at", *lines_of(found)]) + "\n").encode()


def lines_of(found: dict[str, Any]) -> list[str]:
    import csv
    import io

    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    for ref, body in found.items():
        for shift in body["shifts"]:
            writer.writerow([ref, shift["starts_at"], shift["ends_at"]])
    return made.getvalue().splitlines()
