"""The command `plan staff`: whom each community of a plan needs, and who of today's people goes where."""

from pathlib import Path
from typing import Annotated

import typer

from coterie.exchange.plan_options import Channel, Country, Mapping, Special, Subdivision, Zone
from coterie.kit.progress import progress
from coterie.kit.terminal import Json, say


def staff(
    plan: Annotated[Path, typer.Option(help="The plan, as plan territories wrote it.")],
    history: Annotated[Path, typer.Option(help="A log of contacts: CSV (also .gz) or Parquet.")],
    mapping: Mapping = None,
    people: Annotated[Path | None, typer.Option(help="Today's people: ref,name,group,site,skills,languages,seats,hours.")] = None,
    sites: Annotated[Path | None, typer.Option(help="Where people can sit: site,name,lat,lon,seats.")] = None,
    skills: Annotated[Path | None, typer.Option(help="Which topic asks for which skill: topic,skill.")] = None,
    efforts: Annotated[Path | None, typer.Option(help="Measured efforts: topic,seconds. Otherwise they are inferred from the log.")] = None,
    zone: Zone = None,
    channel: Channel = "messaging",
    country: Country = None,
    subdivision: Subdivision = None,
    special_days: Special = None,
    weeks_ahead: Annotated[int, typer.Option(help="Which week after the log's end is planned for.")] = 4,
    hours: Annotated[str, typer.Option(help="When communities are open.")] = "Mon-Sun 08:00-20:00",
    paid_hours: Annotated[float | None, typer.Option(help="Paid hours of an expert's week.", show_default="the people's mean, else 38")] = None,
    shrinkage: Annotated[float, typer.Option(help="The share of them that is not for customers.")] = 0.3,
    occupancy: Annotated[float, typer.Option(help="The share of their time that people may be busy.")] = 0.85,
    effort: Annotated[float, typer.Option(help="Seconds of a contact where nobody knows them.")] = 600.0,
    patience: Annotated[float | None, typer.Option(help="Seconds after which a caller gives up, on the mean.", show_default="nobody does")] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write the plan.", show_default="where it was")] = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Say whom each community needs: contacts, positions by half-hour, headcount, skills; and who goes where.

    The opening event of each case in the log is a contact. With people, each is assigned to a community, with the
    training that is missing.
    """
    from coterie.exchange.outputs import check_targets
    from coterie.exchange.plan_choices import Choices, Sources
    from coterie.exchange.plan_files import read_plan_file, write_plan_file
    from coterie.exchange.plan_outlook import Days
    from coterie.exchange.plan_staffing import staff as staffed
    from coterie.planning.headcount.positions import Rule

    check_targets(out or plan)
    days, rule = Days(country, subdivision, special_days), Rule(occupancy=occupancy)
    choices = Choices(
        days, zone, channel, weeks_ahead, hours, paid_hours, shrinkage, effort, patience, rule
    )
    sources = Sources(history, mapping, people, sites, skills, efforts)
    with progress("Staffing") as shown:
        found = staffed(read_plan_file(plan), sources, choices, shown.count)
    write_plan_file(out or plan, found.plan)
    say("\n".join(found.told()), found.as_json(), as_json=json)
