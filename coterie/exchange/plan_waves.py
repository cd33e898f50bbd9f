"""The command `plan waves`: pilots first, then waves until everybody has moved."""

import csv
import io
import json as json_
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from coterie.kit.errors import Invalid
from coterie.kit.progress import progress
from coterie.kit.terminal import Json, say
from coterie.planning.plan import Plan, as_json


def waves(
    plan: Annotated[Path, typer.Option(help="A plan with people, by `plan staff`.")],
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day on which the pilots begin to serve.")],
    out: Annotated[Path | None, typer.Option(help="The plan with its waves; the same file unless said.")] = None,
    pilots: Annotated[int, typer.Option(min=1)] = 5,
    weeks: Annotated[int, typer.Option(min=1, max=260, help="From the pilots' start to the last wave's, at most.")] = 26,
    wave_every: Annotated[int, typer.Option(min=1, help="Weeks.")] = 3,
    pilot_weeks: Annotated[int, typer.Option(min=1, help="Weeks of pilots alone.")] = 6,
    ahead: Annotated[int, typer.Option(min=1, help="Weeks before its start in which a community is trained.")] = 6,
    skill_weeks: Annotated[int, typer.Option(min=1, help="Weeks to learn a skill.")] = 2,
    skill_hours: Annotated[float, typer.Option(min=0, help="Hours to learn a skill.")] = 20.0,
    training_places: Annotated[int | None, typer.Option(min=1, help="Of each site; the fewest that do, unless said.")] = None,
    busy: Annotated[float, typer.Option(min=0.0, max=1.0, help="How busy the old groups are today.")] = 0.75,
    lend: Annotated[int, typer.Option(min=0, help="People whom each old group may borrow.")] = 0,
    picture: Annotated[Path | None, typer.Option(help="A picture: .svg, .png, or .json for its specification.")] = None,
    list_: Annotated[Path | None, typer.Option("--list", help="Who moves when, as CSV.")] = None,
    short: Annotated[bool, typer.Option("--short", help="Let old groups lack people, and list when.")] = False,
    seed: Annotated[int, typer.Option()] = 0,
    json: Json = False,
) -> None:  # fmt: skip
    """Say which communities go first and who moves when, within training places, with the old groups still served."""
    from coterie.exchange.outputs import as_document, check_targets, write_all
    from coterie.exchange.plan_files import read_plan_file
    from coterie.planning.waves.check import faults
    from coterie.planning.waves.model import Pace
    from coterie.planning.waves.order import move
    from coterie.planning.waves.reading import movings, section

    if picture and picture.suffix not in {".svg", ".png", ".json"}:
        raise Invalid(f"{picture.name} is no .svg, .png or .json.", "picture", "picture")
    target = out or plan
    check_targets(target, picture, list_)
    pace = Pace(pilots, weeks, wave_every, pilot_weeks, ahead, skill_weeks, skill_hours, busy=busy, lend=lend)  # fmt: skip
    read = read_plan_file(plan)
    communities = movings(read)
    with progress("Ordering the waves"):
        made = move(communities, pace, places=training_places, short=short, seed=seed)
    broken = faults(communities, pace, made)
    if broken:
        raise Invalid(f"{broken[0]} This is a fault of the planner's.", "fault")
    planned = replace(read, waves=section(communities, pace, made, start.date()))
    contents = {target: as_document(as_json(planned))}
    if picture:
        contents[picture] = drawn(planned, picture)
    if list_:
        contents[list_] = listed(planned)
    write_all(contents)
    say("\n".join(told(planned.waves)), planned.waves, as_json=json)


def drawn(plan: Plan, path: Path) -> bytes:
    from coterie.planning.waves.picture import picture

    spec = picture(plan, plan.waves)
    if path.suffix == ".json":
        return (json_.dumps(spec, ensure_ascii=False, indent=1) + "\n").encode()
    import vl_convert

    if path.suffix == ".svg":
        return str(vl_convert.vegalite_to_svg(spec)).encode()
    return bytes(vl_convert.vegalite_to_png(spec, scale=2))


PERSON = ("person", "from_group", "from_site", "to_community", "to_site", "wave", "trains_from", "starts")  # fmt: skip
COMMUNITY = ("community", "name", "wave", "trains_from", "starts", "customers")


def listed(plan: Plan) -> bytes:
    """As CSV, a line a person where the plan names them, else a line a community."""
    assigned = plan.staff.get("assignments", [])
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(PERSON if assigned else COMMUNITY)
    writer.writerows(people(plan, assigned) if assigned else communities_of(plan))
    return made.getvalue().encode()


def people(plan: Plan, assigned: Sequence[Mapping[str, Any]]) -> Iterator[list[Any]]:
    for wave in plan.waves["waves"]:
        begins: dict[str, str] = {}
        for each in wave["training"]:
            begins[each["person"]] = min(each["from"], begins.get(each["person"], each["from"]))
        for each in assigned:
            if each["to_community"] in wave["communities"]:
                yield [*(each.get(name, "") for name in PERSON[:5]), wave["number"], begins.get(each["person"], ""), wave["starts"]]  # fmt: skip


def communities_of(plan: Plan) -> Iterator[list[Any]]:
    known = {each.id: each for each in plan.communities}
    for wave in plan.waves["waves"]:
        for each in wave["communities"]:
            yield [each, known[each].name, wave["number"], wave["trains_from"], wave["starts"], known[each].customers]  # fmt: skip


def told(waves: Mapping[str, Any]) -> Iterator[str]:
    yield f"{len(waves['waves'])} waves; everybody has moved {waves['weeks']} weeks after the pilots' start (no order needs fewer than {waves['bound_weeks']}), with {waves['capacity']['places']} training places a site."  # fmt: skip
    for wave in waves["waves"]:
        name = "Pilots" if wave["pilot"] else f"Wave {wave['number']}"
        yield f"{name:8} starts {wave['starts']}, trains from {wave['trains_from']}: {wave['headcount']} people, {wave['customers']:,} customers, {wave['old_world']['contacts_left']:.0%} of contacts left in the old groups: {', '.join(wave['communities'])}"  # fmt: skip
    for each in waves["short"][:12]:
        yield f"The old group {each['group']} lacks {each['missing']} people in the week of {each['week']}."  # fmt: skip
    if waves["without_buddy"]:
        yield f"Start before their buddy, so without overflow until then: {', '.join(waves['without_buddy'])}."  # fmt: skip
    for each in waves["assumptions"]:
        yield f"Assumed: {each}"
