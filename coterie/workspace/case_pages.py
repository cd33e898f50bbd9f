"""The verbs of a case: resolve and reopen, snooze, wait on somebody else, wake."""

from datetime import datetime, timedelta

from starlette.responses import Response
from starlette.routing import Route

from coterie.communities import queries as communities
from coterie.conversations import resolution
from coterie.conversations.doors import access_case
from coterie.conversations.model import Case, ResolutionKind
from coterie.kit.errors import Invalid
from coterie.ui.reader import Reader
from coterie.ui.templates import render
from coterie.workspace.edge import Desk, at_desk, done, field, fragment


def routes() -> list[Route]:
    return [
        Route("/workspace/cases/{id}/resolution", ask_how),
        Route("/workspace/cases/{id}/resolution", resolve, methods=["PUT"]),
        Route("/workspace/cases/{id}/resolution", reopen, methods=["DELETE"]),
        Route("/workspace/cases/{id}/snooze", ask_until),
        Route("/workspace/cases/{id}/snooze", snooze, methods=["PUT"]),
        Route("/workspace/cases/{id}/snooze", wake, methods=["DELETE"]),
    ]


async def case_of(desk: Desk) -> Case:
    async with desk.house.read() as tx:
        return await access_case(tx, desk.viewer, desk.request.path_params["id"])


@at_desk
async def ask_how(desk: Desk) -> Response:
    case = await case_of(desk)
    async with desk.house.read() as tx:
        community = await communities.community(tx, case.community_id)
    assert community is not None
    return fragment(render("workspace/html/resolve.html", case=case, settings=community.settings))


@at_desk
async def resolve(desk: Desk) -> Response:
    case = await case_of(desk)
    form = await desk.request.form()
    kind: ResolutionKind = "order" if field(form, "kind") == "order" else "answer"
    how = field(form, "how")
    await desk.house.act(
        case.community_id,
        lambda tx, now: resolution.resolve(tx, now, case.id, desk.me.id, how=how, kind=kind),
    )
    return done("Solved, and watched from now on.", undo=desk.request.url.path)


@at_desk
async def reopen(desk: Desk) -> Response:
    case = await case_of(desk)
    await desk.house.act(
        case.community_id, lambda tx, now: resolution.reopen(tx, now, case.id, desk.me.id)
    )
    return done("Open again.")


@at_desk
async def ask_until(desk: Desk) -> Response:
    case = await case_of(desk)
    return fragment(render("workspace/html/snooze.html", case=case, whens=whens(desk.reader)))


def whens(reader: Reader) -> list[tuple[str, str, str]]:
    """Times that people mean by "later", in the reader's zone, each with its words and how it is read."""
    local = reader.local(reader.now)
    morning = local.replace(hour=9, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=7 - local.weekday())
    named = [
        ("In an hour", local + timedelta(hours=1)),
        ("This evening", local.replace(hour=18, minute=0, second=0, microsecond=0)),
        ("Tomorrow morning", morning + timedelta(days=1)),
        ("Monday morning", monday),
    ]
    first = {at: words for words, at in reversed(named) if at > local}
    return [(words, reader.moment(at), at.isoformat()) for at, words in sorted(first.items())]


@at_desk
async def snooze(desk: Desk) -> Response:
    """Until a time, or until somebody outside has done their part."""
    case = await case_of(desk)
    form = await desk.request.form()
    third = field(form, "third_party").strip()
    if third:
        await desk.house.act(
            case.community_id,
            lambda tx, now: resolution.wait_on_third(tx, now, case.id, desk.me.id, third),
        )
        return done(f"Waits on {third}.", undo=desk.request.url.path)
    until = read_time(field(form, "until") or field(form, "at"), desk.reader)
    await desk.house.act(
        case.community_id, lambda tx, now: resolution.snooze(tx, now, case.id, desk.me.id, until)
    )
    return done(f"Snoozed until {desk.reader.moment(until)}.", undo=desk.request.url.path)


def read_time(given: str, reader: Reader) -> datetime:
    """A time as a form sends it; without a zone it is the reader's."""
    try:
        read = datetime.fromisoformat(given)
    except ValueError:
        raise Invalid("Choose a time, or name whom this waits on.", field="until") from None
    return read if read.tzinfo else read.replace(tzinfo=reader.zone)


@at_desk
async def wake(desk: Desk) -> Response:
    case = await case_of(desk)
    await desk.house.act(
        case.community_id, lambda tx, now: resolution.wake(tx, now, case.id, desk.me.id)
    )
    return done("Awake again.")
