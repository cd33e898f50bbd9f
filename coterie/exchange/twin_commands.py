"""The command `twin`: the operation in memory, on what has happened."""

from pathlib import Path
from typing import Annotated

import typer

from coterie.kit.progress import progress
from coterie.kit.terminal import Json, say

twin = typer.Typer(no_args_is_help=True, help="Try communities on what has happened.")


@twin.callback()
def about() -> None:
    """Try communities on what has happened."""


@twin.command("relive")
def relive(
    history: Annotated[Path, typer.Option(help="A log of contacts or incidents: CSV (also .gz) or Parquet.")],
    mapping: Annotated[Path | None, typer.Option(help="A TOML file: what the columns are called there.")] = None,
    communities: Annotated[int | None, typer.Option(help="How many; about 45 people each, unless said.")] = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Let communities, made from a log's areas and people, live it again under the rules that run live.

    Transfers, waits, load and continuity stand beside those of the log, with what this cannot show.
    """
    from coterie.exchange.relive import live_again

    with progress("Living it again") as shown:
        found = live_again(history, mapping, communities, shown.count)
    say("\n".join(found.told()), found.as_json(), as_json=json)


@twin.command("run")
def run(
    scenario: Annotated[Path, typer.Option(help="What is tried: a scenario as JSON.")],
    out: Annotated[Path, typer.Option(help="Where the result goes.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same result.")] = 1,
    replications: Annotated[int, typer.Option(min=2, max=1000, help="How often each world is lived.")] = 10,
    sensitivity: Annotated[str | None, typer.Option(help="Figures, with commas: what each assumption does to them.")] = None,
    people: Annotated[str | None, typer.Option(help="How many people each world needs for the same service: `today` (that of today's groups), or a share answered within the promise, such as 0.8.")] = None,
    held: Annotated[str, typer.Option(help="What that service is of: `calls`, or `answers` to whatever customers say on any channel.")] = "calls",
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; as many as processors unless said.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="The address of a Dask scheduler.")] = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Live a scenario: skill groups and communities on the same arrivals, many times, with intervals."""
    from coterie.exchange.outputs import check_targets
    from coterie.exchange.plan_files import write_document
    from coterie.exchange.twin_results import level_of, read_scenario_file, told
    from coterie.twin.comparing import check_figures, compared, tornado
    from coterie.twin.crews import crew
    from coterie.twin.staffing import Asked, add_people, check

    check_targets(out)
    wanted, asked = read_scenario_file(scenario), Asked(held, level_of(people))
    if people:
        check(wanted, asked)
    names = [each.strip() for each in sensitivity.split(",")] if sensitivity is not None else []
    if sensitivity is not None:
        check_figures(wanted, names)
    with crew(workers, scheduler) as over:
        with progress("Living both worlds") as shown:
            result = compared(wanted, seed, replications, shown.count, over)
        if names:
            with progress("Trying each assumption") as shown:
                result["sensitivity"] = tornado(wanted, seed, min(replications, 5), names, shown.count, over)  # fmt: skip
        if people:
            with progress("Seeking the people each world needs") as shown:
                add_people(result, wanted, seed, replications, asked, shown.count, over)
    write_document(out, result)
    say("\n".join(told(result)), result, as_json=json)


@twin.command("compare")
def compare(
    a: Annotated[Path, typer.Argument(help="A result of `twin run`.")],
    b: Annotated[Path, typer.Argument(help="Another.")],
    json: Json = False,
) -> None:
    """Set two results beside each other: of each world, what changed, and whether it stands out of the noise."""
    from coterie.exchange.twin_results import beside_told, read_result
    from coterie.twin.beside import beside

    found = beside(read_result(a), read_result(b))
    say("\n".join(beside_told(found)), found, as_json=json)


@twin.command("backtest")
def backtest(
    history: Annotated[Path, typer.Option(help="A log of contacts or incidents: CSV (also .gz) or Parquet.")],
    mapping: Annotated[Path | None, typer.Option(help="A TOML file: what the columns are called there.")] = None,
    fit_until: Annotated[str | None, typer.Option(help="Cases opened before this date are fitted, the rest predicted.", show_default="two thirds of its time")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same result.")] = 1,
    replications: Annotated[int, typer.Option(min=2, max=1000, help="How often the rest is lived.")] = 20,
    out: Annotated[Path | None, typer.Option(help="Where the result goes, if it is to be kept.")] = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Fit the twin on the first part of a log, predict the rest, and tell how far off it is."""
    from coterie.exchange.backtest import read_halves, told
    from coterie.exchange.outputs import check_targets
    from coterie.exchange.plan_files import write_document
    from coterie.twin.backtest.predicting import backtest as tried

    check_targets(out)
    with progress("Reading the log") as shown:
        halves = read_halves(history, mapping, fit_until, shown.count)
    with progress("Living what was held back") as shown:
        result = tried(halves, seed, replications, shown.count)
    if out is not None:
        write_document(out, result)
    say("\n".join(told(result)), result, as_json=json)


@twin.command("events")
def events(
    scenario: Annotated[Path, typer.Option(help="What is tried: a scenario as JSON.")],
    out: Annotated[Path, typer.Option(help="Where the events go, a line of JSON each.")],
    world: Annotated[str, typer.Option(help="groups or communities")] = "communities",
    seed: Annotated[int, typer.Option(min=0)] = 1,
    json: Json = False,
) -> None:
    """Live one world once, and write what happened as events of the live log."""
    from coterie.exchange.outputs import check_targets
    from coterie.exchange.twin_events import write_events
    from coterie.exchange.twin_results import read_scenario_file

    check_targets(out)
    with progress("Living one world") as shown:
        number = write_events(read_scenario_file(scenario), world, seed, out, shown.count)
    say(f"{out} holds {number:,} events.", {"file": out, "events": number}, as_json=json)
