"""Communities with their regions and sites: the list, one community, its hours and settings."""

from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import available_timezones

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coterie.administration import queries
from coterie.administration.desk import ADMIN, LOOKERS, show, writing
from coterie.communities import actions
from coterie.communities import queries as communities
from coterie.communities.doors import access_community
from coterie.communities.model import Community
from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, Refused
from coterie.kit.house import house_of
from coterie.routing import wait_queries
from coterie.ui.forms import NOTHING_SAID, Form, Said, go, or_back, read_form

LIST = "/administration/communities"


def routes() -> list[Route]:
    return [
        Route(LIST, listed),
        Route(LIST + "/regions", found_region, methods=["POST"]),
        Route(LIST + "/sites", found_site, methods=["POST"]),
        Route(LIST + "/new", new, methods=["GET", "POST"]),
        Route(LIST + "/{id}", one, methods=["GET", "POST"]),
        Route(LIST + "/{id}/catch-all", catch_all, methods=["POST"]),
    ]


@page(roles=LOOKERS)
async def listed(request: Request, viewer: Viewer) -> Response:
    return await show_list(request, viewer, NOTHING_SAID)


async def show_list(request: Request, viewer: Viewer, said: Said) -> Response:
    only = None if viewer.sees_every_community else sorted(viewer.community_ids)
    async with house_of(request).read() as tx:
        lines = await queries.community_lines(tx, only)
        context = await places(tx)
    by_region: dict[str, list[queries.CommunityLine]] = {}
    for line in lines:
        by_region.setdefault(line.region, []).append(line)
    return show(request, viewer, "communities.html", said, by_region=by_region, **context)


async def places(tx: Tx) -> dict[str, Any]:
    """What forms about communities choose from."""
    return {
        "regions": await communities.regions(tx),
        "sites": await communities.sites(tx),
        "zones": sorted(zone for zone in available_timezones() if "/" in zone),
    }


@page(roles=ADMIN)
async def found_region(request: Request, viewer: Viewer) -> Response:
    form = await read_form(request)

    async def verb() -> None:
        async with writing(request) as tx:
            now = house_of(request).now()
            await actions.found_region(tx, now, form.text("name"), by=viewer.account_id)

    return await or_back(LIST, verb, f"{form.text('name')} is a region now.")


@page(roles=ADMIN)
async def found_site(request: Request, viewer: Viewer) -> Response:
    form = await read_form(request)

    async def verb() -> None:
        async with writing(request) as tx:
            now, region = house_of(request).now(), await region_in(tx, form)
            await actions.found_site(
                tx, now, region, form.text("name"), form.text("zone"), by=viewer.account_id
            )

    return await or_back(LIST, verb, f"{form.text('name')} is a site now.")


async def region_in(tx: Tx, form: Form) -> str:
    chosen = form.text("region_id")
    if chosen not in {region.id for region in await communities.regions(tx)}:
        raise Invalid("Choose a region.", field="region_id")
    return chosen


async def profile_in(tx: Tx, form: Form) -> dict[str, Any]:
    """What the form says about a community, each thing chosen from what there is."""
    sites = {site.id for site in await communities.sites(tx)}
    others = {each.id for each in await communities.communities(tx)}
    for name, known, words in (("site_id", sites, "site"), ("buddy_id", others, "community")):
        if form.text(name) and form.text(name) not in known:
            raise Invalid(f"Choose a {words} from the list.", field=name)
    return {
        "region_id": await region_in(tx, form),
        "site_id": form.text("site_id") or None,
        "buddy_id": form.text("buddy_id") or None,
        "name": form.text("name"),
        "hue": round(form.number("hue", 190)),
        "zone": form.text("zone"),
        "languages": form.text("languages").replace(",", " ").split(),
    }


@page(roles=ADMIN)
async def new(request: Request, viewer: Viewer) -> Response:
    if request.method == "GET":
        return await show_new(request, viewer, NOTHING_SAID)
    form = await read_form(request)
    try:
        async with writing(request) as tx:
            profile = await profile_in(tx, form)
            community_id = await actions.found_community(
                tx, house_of(request).now(), **profile, by=viewer.account_id
            )
    except Refused as refused:
        return await show_new(request, viewer, form.refused(refused))
    return go(f"{LIST}/{community_id}", f"{profile['name']} is founded. Now its people and areas.")


async def show_new(request: Request, viewer: Viewer, said: Said) -> Response:
    async with house_of(request).read() as tx:
        context = await places(tx)
        others = await communities.communities(tx)
    return show(request, viewer, "community_new.html", said, others=others, **context)


async def show_community(
    request: Request, viewer: Viewer, name: str, said: Said, **more: Any
) -> Response:
    """One of the pages about a community; each shows it under the same head."""
    async with house_of(request).read() as tx:
        community = await access_community(tx, viewer, request.path_params["id"])
        [line] = await queries.community_lines(tx, [community.id])
        others = [each for each in await communities.communities(tx) if each.id != community.id]
        context = await places(tx)
        people = await queries.people(tx, community_id=community.id, limit=200)
        territory = await communities.territory(tx, community.id)
        times = await wait_queries.times_kept(
            tx, house_of(request).now() - wait_queries.SHOWN, [community.id]
        )
    return show(
        request, viewer, name, said, community=community, line=line, others=others,
        people=people, territory=territory, times=times[0] if times else None, path=f"{LIST}/{community.id}", **context, **more,
    )  # fmt: skip


async def change(
    request: Request, viewer: Viewer, verb: Callable[[Tx, Community], Awaitable[Any]]
) -> None:
    """Have a verb change a community, whose stream is held before anything is read."""
    community_id = request.path_params["id"]
    async with writing(request, community_id) as tx:
        await verb(tx, await access_community(tx, viewer, community_id, change=True))


async def may_change(request: Request, viewer: Viewer) -> None:
    """Who may not is told so, whatever the form says."""
    async with house_of(request).read() as tx:
        await access_community(tx, viewer, request.path_params["id"], change=True)


@page(roles=LOOKERS)
async def one(request: Request, viewer: Viewer) -> Response:
    if request.method == "GET":
        return await show_community(request, viewer, "community.html", NOTHING_SAID)
    await may_change(request, viewer)
    form = await read_form(request)

    async def verb(tx: Tx, community: Community) -> None:
        await actions.change_community(
            tx,
            house_of(request).now(),
            community.id,
            await profile_in(tx, form),
            by=viewer.account_id,
        )

    try:
        await change(request, viewer, verb)
    except Refused as refused:
        return await show_community(request, viewer, "community.html", form.refused(refused))
    return go(request.url.path, "Saved.")


@page(roles=ADMIN)
async def catch_all(request: Request, viewer: Viewer) -> Response:
    await may_change(request, viewer)

    async def verb(tx: Tx, community: Community) -> None:
        now = house_of(request).now()
        await actions.make_catch_all(tx, now, community.id, by=viewer.account_id)

    await change(request, viewer, verb)
    to = f"{LIST}/{request.path_params['id']}"
    return go(to, "It takes whoever no rule gives a home, from now on.")
