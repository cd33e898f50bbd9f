"""Try a rule: a span of a community's time decided again under other settings, side by side. Nothing is applied by it."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from coterie.administration.overview import csv_row
from coterie.administration.settings import in_words, shown, wanted_value
from coterie.administration.structure import LIST, show_community
from coterie.communities.changes import checked
from coterie.communities.doors import access_community
from coterie.communities.model import Community
from coterie.communities.settings import RULES, Rule
from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Role, Viewer
from coterie.kit.errors import Refused
from coterie.kit.house import house_of
from coterie.routing.sandbox.process import replayed
from coterie.routing.sandbox.wanted import READ_KEYS, checked_span, read_time
from coterie.routing.sandbox.words import length, why, written
from coterie.ui.forms import NOTHING_SAID, Form, asked
from coterie.ui.templates import ENVIRONMENT

TRIERS: frozenset[Role] = frozenset({"admin", "planner", "manager"})
SHOWN = 200
HOUR = "%Y-%m-%dT%H:%M"


def routes() -> list[Route]:
    return [
        Route(LIST + "/{id}/try", trying),
        Route(LIST + "/{id}/try/run", run),
        Route(LIST + "/{id}/try.csv", differing_csv),
    ]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to try on a community."""

    community: Community
    start: datetime
    end: datetime
    over: dict[str, Any]


@page(roles=TRIERS)
async def trying(request: Request, viewer: Viewer) -> Response:
    """The form; with a span in the address the answer, too."""
    async with house_of(request).read() as tx:
        community = await access_community(tx, viewer, request.path_params["id"])
    said, tried = NOTHING_SAID, "from" in request.query_params
    try:
        wish = wished(request, community) if tried else None
    except Refused as refused:
        wish, said = None, given(request.query_params).refused(in_words(refused))
    start, end = yesterday(house_of(request).now(), community)
    groups: dict[str, list[tuple[str, Rule]]] = {}
    for key, rule in knobs().items():
        groups.setdefault(rule.group, []).append((key, rule))
    values = {
        key: asked(request, key) or shown(rule, getattr(community.settings, key))
        for key, rule in knobs().items()
    }
    return await show_community(
        request, viewer, "try.html", said,
        groups=groups, shown=shown, values=values, wish=wish, query=request.url.query,
        since=asked(request, "from") or start.strftime(HOUR), until=asked(request, "to") or end.strftime(HOUR),
    )  # fmt: skip


def knobs() -> dict[str, Rule]:
    """The settings that routing reads and that are one value each."""
    return {key: RULES[key] for key in READ_KEYS if key in RULES}


def given(query: QueryParams) -> Form:
    return Form(FormData([(name, value) for name, value in query.multi_items()]))


def yesterday(now: datetime, community: Community) -> tuple[datetime, datetime]:
    """From midnight to midnight on the community's clock."""
    today = datetime.combine(now.astimezone(community.clock).date(), time(), community.clock)
    return today - timedelta(days=1), today


def wished(request: Request, community: Community) -> Wish:
    """What the address asks for, checked: the span, and the settings that differ from what they are."""
    now, form = house_of(request).now(), given(request.query_params)
    start, end = yesterday(now, community)
    if form.text("from"):
        start = read_time(form.text("from"), community, "from")
    if form.text("to"):
        end = read_time(form.text("to"), community, "to")
    over: dict[str, Any] = {}
    for key in knobs():
        value = wanted_value(form, key) if form.text(key) else None
        if value is not None and checked(key, value) != getattr(community.settings, key):
            over[key] = checked(key, value)
    start, end = checked_span(start, end, now)
    return Wish(community, start, end, over)


async def wish_of(request: Request, viewer: Viewer) -> Wish:
    async with house_of(request).read() as tx:
        community = await access_community(tx, viewer, request.path_params["id"])
    return wished(request, community)


async def answers(request: Request, wish: Wish) -> AsyncIterator[dict[str, Any]]:
    if "from" not in request.query_params:
        yield {"refused": "Choose a span of time."}
        return
    house = house_of(request)
    url = house.settings.database_url or ""
    async for answer in replayed(
        url, house.now(), wish.community.id, wish.start, wish.end, wish.over
    ):
        yield answer


@page(roles=TRIERS)
async def run(request: Request, viewer: Viewer) -> Response:
    """Lines of JSON while it runs, and at the end the page's part with the answer."""
    wish = await wish_of(request, viewer)

    async def lines() -> AsyncIterator[str]:
        async for answer in answers(request, wish):
            yield json.dumps(told(request, viewer, wish, answer)) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")


def told(request: Request, viewer: Viewer, wish: Wish, answer: dict[str, Any]) -> dict[str, Any]:
    if "found" not in answer:
        return answer if "done" in answer else {"html": part("refused.html", answer)}
    found = answer["found"]
    most = max((max(each["was"], each["would"]) for each in found["experts"]), default=1) or 1
    return {
        "html": part(
            "tried.html",
            {
                "found": found,
                "most": most,
                "shown": SHOWN,
                "path": f"{LIST}/{wish.community.id}",
                "query": request.url.query,
                "opens": viewer.community_ids and wish.community.id in viewer.community_ids,
                "moment": lambda text: moment(text, wish.community),
                "setting": lambda key, value: shown(RULES[key], value),
                "labels": {key: f"{rule.group}: {rule.label}" for key, rule in knobs().items()},
                "names": {each["name"]: each["label"] for each in found["figures"]},
                "written": written,
                "length": length,
                "why": why,
            },
        )
    }


def part(name: str, context: dict[str, Any]) -> str:
    return ENVIRONMENT.get_template(f"administration/html/try_{name}").render(**context)


def moment(text: str, community: Community) -> str:
    return datetime.fromisoformat(text).astimezone(community.clock).strftime("%d %b %H:%M:%S")


@page(roles=TRIERS)
async def differing_csv(request: Request, viewer: Viewer) -> Response:
    """What differs, as a file: ids and names of experts, nothing that a customer wrote."""
    wish = await wish_of(request, viewer)

    async def lines() -> AsyncIterator[str]:
        yield csv_row(list(COLUMNS))
        async for answer in answers(request, wish):
            for each in answer.get("found", {}).get("differing", ()):
                yield csv_row(["" if each[key] is None else str(each[key]) for key in COLUMNS])

    headers = {"Content-Disposition": 'attachment; filename="tried.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


COLUMNS = (
    "at", "case_id", "episode_id", "channel", "was", "was_wait_s", "was_reason", "would", "would_wait_s", "would_reason",
)  # fmt: skip
