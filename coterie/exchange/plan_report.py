"""The command `plan report`: a plan, and a run of the twin where there is one, as a page or as PDF for who decides."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from coterie.kit.errors import Invalid
from coterie.kit.progress import progress
from coterie.kit.terminal import Json, say

KINDS = (".pdf", ".html")


def report(
    plan: Annotated[Path, typer.Option(help="The plan.")],
    out: Annotated[Path, typer.Option(help="The report to write: .pdf or .html.")],
    result: Annotated[Path | None, typer.Option(help="A run of the twin: result.json. Without it waits and cost are missing.")] = None,
    title: Annotated[str, typer.Option(help="What stands above it; the plan's file name unless said.")] = "",
    json: Json = False,
) -> None:  # fmt: skip
    """Write a report that a director can read: map, people, waits, transfers, cost, assumptions, risks."""
    from coterie.exchange.outputs import check_targets, write_all
    from coterie.exchange.plan_files import read_document, read_plan_file
    from coterie.planning.report.made import made

    if out.suffix not in KINDS:
        raise Invalid(f"{out.name} is no .pdf or .html.", "out", "out")
    check_targets(out)
    run = None if result is None else checked_run(read_document(result), result)
    with progress("Setting the report"):
        found = made(read_plan_file(plan), run, title or plan.stem, f"{datetime.now(UTC):%d %B %Y}")
        content = set_as(out.suffix, found)
        write_all({out: content})
    sections = [each.title for each in found.sections]
    document = {"out": str(out), "bytes": len(content), "sections": sections, "lead": found.lead}
    say("\n".join([*found.lead, f"{out} holds the report."]), document, as_json=json)


def checked_run(document: Any, path: Path) -> dict[str, Any]:
    """Raises `Invalid` for what is no result of the twin."""
    from coterie.planning.trial.results import check_result

    try:
        check_result(document)
    except Invalid as error:
        raise Invalid(f"{path.name}: {error.sentence}", error.code, "result") from error
    return dict(document)


def set_as(kind: str, found: Any) -> bytes:
    if kind == ".html":
        from coterie.planning.report.page import page

        return page(found).encode()
    try:
        from coterie.planning.report.typeset import typeset
    except ModuleNotFoundError as error:
        raise Invalid(f"A PDF needs {error.name}: pip install 'coterie[planner]', or write .html.", "not_installed") from error  # fmt: skip
    return typeset(found)
