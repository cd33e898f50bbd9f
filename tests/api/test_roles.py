"""All routes of the API times all roles times own and other community; and the pages that people work on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.routing import Route

from coterie.asks import actions as asks
from coterie.communities.actions import add_areas
from coterie.communities.model import Area
from coterie.kit.access.requirements import EVERY_ROLE, required, walk
from coterie.kit.access.tokens import SCOPES, make_token
from coterie.kit.access.viewer import ROLES
from coterie.kit.ids import new_id
from tests.api.site import AREAS, MEMBERS, NAMES, Site, member

API = "/api/v1"
DONE, NO, GONE = "done", 403, 404
Expected = dict[str, tuple[Any, Any]]
"""role -> what happens in their own community, and in another."""


def expect(
    member: Any, *, lead: Any = None, admin: Any = DONE, planner: Any = GONE, outsider: Any = GONE
) -> Expected:
    """Members don't see another community; admin and planner belong to none, so both are the same to them."""
    lead = member if lead is None else lead
    return {
        "admin": (admin, admin),
        "planner": (planner, planner),
        "manager": (lead, GONE),
        "coach": (lead, GONE),
        "expert": (member, GONE),
        "specialist": (outsider, outsider),
    }


WRITTEN = expect(DONE)
"""What customers wrote: for members and the admin, not for the planner."""
WORKED = expect(DONE, admin=409, planner=409, outsider=409)
"""What experts do: an account that answers nobody is told so, whoever's it is."""
ASKED_BY_ANOTHER = expect(409, admin=409, planner=409, outsider=409)
"""What is for whoever asked: another member is told so."""
SEEN = expect(DONE, planner=DONE)
"""A community's own affairs: the planner sees them too."""
LED = expect(NO, lead=DONE, planner=NO)
ABSENT = expect(GONE, lead=DONE)
"""Why somebody is absent is for themselves and for who leads them."""
LEAVING = {
    **expect(NO, planner=NO),
    "manager": (NO, GONE),
    "coach": (NO, GONE),
}
CARED = expect(409, lead=DONE, admin=409, planner=409, outsider=409)
"""What the owner of a case decides, or who leads its community."""
PINNED = {
    **expect(NO, planner=NO, outsider=NO),
    "manager": (DONE, GONE),
    "coach": (NO, NO),
    "expert": (NO, NO),
}
ADMIN: Expected = dict.fromkeys(ROLES, (NO, NO)) | {"admin": (DONE, DONE)}
WIDE: Expected = {**ADMIN, "planner": (DONE, DONE)}
SET = expect(NO, lead=NO, planner=NO)
OWN_LIST: Expected = dict.fromkeys(ROLES, (DONE, DONE))
LOG: Expected = {**OWN_LIST, "specialist": (NO, NO)}

SOON = (datetime.now(UTC) + timedelta(days=30)).isoformat()
ABSENCE = {
    "from": (datetime.now(UTC) + timedelta(days=20)).isoformat(),
    "to": (datetime.now(UTC) + timedelta(days=25)).isoformat(),
    "why": "leave",
}
SHIFT = {"starts_at": "2030-01-01T09:00:00Z", "ends_at": "2030-01-01T17:00:00Z"}
ROUTES: dict[tuple[str, str], tuple[Expected, Any]] = {
    ("POST", "/contacts"): (OWN_LIST, "contact"),
    ("GET", "/threads/{id}/messages"): (WRITTEN, None),
    ("POST", "/threads/{id}/messages"): (WORKED, {"case_id": "{case}", "text": "Let me look."}),
    ("PUT", "/messages/{id}/case"): (WORKED, {"case_id": None}),
    ("PUT", "/messages/{id}/needs-nothing"): (WORKED, None),
    ("DELETE", "/messages/{id}/needs-nothing"): (WORKED, None),
    ("GET", "/cases/{id}"): (WRITTEN, None),
    ("PUT", "/cases/{id}/resolution"): (WORKED, {"how": "Done"}),
    ("DELETE", "/cases/{id}/resolution"): (WORKED, None),
    ("POST", "/cases/{id}/confirmation"): (WRITTEN, {"solved": True}),
    ("PUT", "/cases/{id}/snooze"): (WORKED, {"third_party": "the carrier"}),
    ("DELETE", "/cases/{id}/snooze"): (WORKED, None),
    ("POST", "/cases/{id}/handover"): (WORKED, {"to": "{mate}", "brief": "Mast on Thursday."}),
    ("DELETE", "/cases/{id}/handover"): (WORKED, None),
    ("GET", "/cases/{id}/promises"): (WRITTEN, None),
    ("POST", "/cases/{id}/promises"): (WORKED, {"text": "A call.", "due_at": SOON}),
    ("PUT", "/promises/{id}/kept"): (WORKED, None),
    ("DELETE", "/promises/{id}/kept"): (WORKED, None),
    ("POST", "/cases/{id}/asks"): (WORKED, {"topic": "", "text": "Mast, or another tower?"}),
    ("GET", "/asks"): (OWN_LIST, None),
    ("GET", "/asks/{id}"): (WRITTEN, None),
    ("PUT", "/asks/{id}/acceptance"): (WORKED, None),
    ("PUT", "/asks/{id}/decline"): (WORKED, {"why": "On the phone."}),
    ("PUT", "/asks/{id}/answer"): (WORKED, {"text": "A mast."}),
    ("PUT", "/asks/{id}/withdrawal"): (ASKED_BY_ANOTHER, None),
    ("PUT", "/asks/{id}/thanks"): (ASKED_BY_ANOTHER, None),
    ("POST", "/cases/{id}/care"): (
        CARED,
        {"expert_id": "{guest}", "reason": "trust", "until": SOON},
    ),
    ("DELETE", "/cases/{id}/care"): (CARED, None),
    ("GET", "/customers/{id}"): (WRITTEN, None),
    ("PUT", "/customers/{id}/care"): (WRITTEN, {"vulnerable": True, "special_care": True}),
    ("GET", "/customers/{id}/home"): (WRITTEN, None),
    ("PUT", "/customers/{id}/pin"): (PINNED, {"community_id": "{community}", "why": "Asked for it."}),
    ("DELETE", "/customers/{id}/pin"): (PINNED, None),
    ("DELETE", "/customers/{id}"): (ADMIN, None),
    ("PUT", "/customers/{id}/household"): (WRITTEN, {"with": "{kin}"}),
    ("DELETE", "/customers/{id}/household"): (WRITTEN, None),
    ("POST", "/customers/{id}/merges"): (WRITTEN, {"other": "{kin}"}),
    ("GET", "/customers/{id}/merges"): (WRITTEN, None),
    ("DELETE", "/merges/{id}"): (WRITTEN, None),
    ("GET", "/households/{id}"): (WRITTEN, None),
    ("PATCH", "/households/{id}"): (WRITTEN, {"name": "The Wangs"}),
    ("GET", "/areas"): (OWN_LIST, None),
    ("POST", "/territory-changes"): (ADMIN, {"moves": "{moves}", "dry_run": True}),
    ("GET", "/territory-changes"): (WIDE, None),
    ("GET", "/territory-changes/{id}"): (WIDE, None),
    ("DELETE", "/territory-changes/{id}"): (ADMIN, None),
    ("POST", "/territory-changes/{id}/undo"): (ADMIN, None),
    ("PUT", "/experts/{id}/presence"): (LED, {"state": "present"}),
    ("PUT", "/experts/{id}/shifts"): (LED, {"shifts": [SHIFT]}),
    ("GET", "/experts/{id}/absences"): (LED, None),
    ("POST", "/experts/{id}/absences"): (LED, ABSENCE),
    ("PATCH", "/absences/{id}"): (ABSENT, {"to": SOON}),
    ("DELETE", "/absences/{id}"): (ABSENT, None),
    ("POST", "/experts/{id}/leaving"): (LEAVING, {}),
    ("POST", "/experts/{id}/tokens"): (ADMIN, {"name": "replay", "scopes": ["events:read"]}),
    ("GET", "/communities"): (OWN_LIST, None),
    ("GET", "/communities/{id}/members"): (SEEN, None),
    ("GET", "/communities/{id}/queue"): (SEEN, None),
    ("GET", "/communities/{id}/crossings"): (SEEN, None),
    ("GET", "/communities/{id}/scorecard"): (SEEN, None),
    ("GET", "/communities/{id}/settings"): (SEEN, None),
    ("PATCH", "/communities/{id}/settings"): (SET, {"watch_days": 8}),
    ("GET", "/events"): (LOG, None),
    ("GET", "/live"): (LOG, None),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Things:
    """One of each kind in a community, fresh for each call, so that a verb finds what it needs."""

    ids: dict[str, str]

    def of(self, path: str) -> str:
        return path.replace("{id}", self.ids[path.split("/")[1]]) if "{id}" in path else path

    def fill(self, body: Any) -> Any:
        filled = {
            "{case}": self.ids["cases"],
            "{community}": self.ids["communities"],
            "{mate}": self.ids["mates"],
            "{kin}": self.ids["kin"],
            "{guest}": self.ids["guests"],
            "{moves}": [{"areas": [self.ids["areas"]], "to": self.ids["communities"]}],
        }
        if not isinstance(body, dict):
            return body
        return {
            name: filled.get(value, value) if isinstance(value, str) else value
            for name, value in body.items()
        }


async def things(site: Site, name: str) -> Things:
    receipt, kin = (await site.contact(name)).json, (await site.contact(name)).json
    return Things(
        {
            "kin": kin["customer_id"],
            "areas": AREAS[NAMES[name == NAMES[0]]],
            "threads": receipt["thread_id"],
            "messages": receipt["message_id"],
            "cases": receipt["case_id"],
            "customers": receipt["customer_id"],
            "experts": site.mates[name].id,
            "communities": site.communities[name],
            "mates": site.people["expert"].id,
            "guests": site.mates[NAMES[name == NAMES[0]]].id,
        }
    )


async def promised(site: Site, name: str, found: Things, *, kept: bool) -> None:
    """One of them has promised something, and perhaps kept it."""
    token, case_id = site.mates[name].token, found.ids["cases"]
    body = ROUTES["POST", "/cases/{id}/promises"][1]
    made = await site.call("POST", f"{API}/cases/{case_id}/promises", token, body)
    assert made.status == 201
    found.ids["promises"] = made.json["id"]
    if kept:
        path = f"{API}/promises/{made.json['id']}/kept"
        assert (await site.call("PUT", path, token)).status == 200


async def asked(site: Site, name: str, found: Things) -> None:
    """One of them has asked, and everybody there is asked."""
    token, case_id = site.mates[name].token, found.ids["cases"]
    body = ROUTES["POST", "/cases/{id}/asks"][1]
    if before := found.ids.get("asks"):  # only so many wait on one case
        await site.call("PUT", f"{API}/asks/{before}/withdrawal", token)
    made = await site.call("POST", f"{API}/cases/{case_id}/asks", token, body)
    assert made.status == 201
    found.ids["asks"] = made.json["id"]
    if name == "North":
        team, now = [site.people[role].id for role in MEMBERS], site.house.now()
        async with site.house.ledger.unit(site.communities[name], now=now) as tx:
            await asks.put_to(tx, now, await asks.known(tx, made.json["id"]), "teammate", team)


async def cared_for(site: Site, method: str, name: str, found: Things) -> None:
    """One of them owns the case of somebody who agreed to special care, and perhaps has begun it."""
    await prepare(site, "POST", "/cases/{id}/confirmation", name, found)
    token = site.mates[name].token
    path, body = ROUTES_OF_CARE[0], ROUTES["PUT", ROUTES_OF_CARE[0]][1]
    assert (await site.call("PUT", API + found.of(path), token, body)).status == 204
    if method == "DELETE":
        path, body = ROUTES_OF_CARE[1], found.fill(ROUTES["POST", ROUTES_OF_CARE[1]][1])
        assert (await site.call("POST", API + found.of(path), token, body)).status == 201


ROUTES_OF_CARE = ("/customers/{id}/care", "/cases/{id}/care")


async def newcomer(site: Site, name: str, found: Things, *, absent: bool) -> None:
    """Somebody whom the others don't miss, perhaps with an absence to come."""
    community_id, now = site.communities[name], site.house.now()
    async with site.house.ledger.unit(community_id, now=now) as tx:
        fresh = await member(site, tx, now, community_id, "expert", f"new.{new_id()}")
    found.ids["experts"] = fresh.id
    if absent:
        path = f"{API}/experts/{fresh.id}/absences"
        found.ids["absences"] = (await site.call("POST", path, fresh.token, ABSENCE)).json["id"]


async def live_together(site: Site, method: str, name: str, found: Things) -> None:
    """They are in one household, unless that is what is asked for."""
    if method == "PUT":
        return
    path, admin = API + found.of("/customers/{id}/household"), site.people["admin"].token
    made = await site.call("PUT", path, admin, found.fill({"with": "{kin}"}))
    assert made.status == 200
    found.ids["households"] = made.json["id"]


async def change_territory(site: Site, method: str, name: str, found: Things) -> None:
    """An area of its own goes to this community, or is to go there."""
    planned = method == "DELETE"
    area, now = new_id()[-12:], site.house.now()
    async with site.house.ledger.unit(now=now) as tx:
        await add_areas(tx, now, [Area(area, "")])
    moves = [{"areas": [area], "to": found.ids["communities"]}]
    body = {"moves": moves, "at": SOON if planned else None}
    admin = site.people["admin"].token
    made = await site.call("POST", f"{API}/territory-changes", admin, body)
    assert made.status == 201
    found.ids["territory-changes"] = made.json["id"]


async def merged(site: Site, method: str, name: str, found: Things) -> None:
    """They are one person."""
    path, admin = API + found.of("/customers/{id}/merges"), site.people["admin"].token
    made = await site.call("POST", path, admin, found.fill({"other": "{kin}"}))
    assert made.status == 201
    found.ids["merges"] = made.json["id"]


BEFORE = {
    "/merges/{id}": merged,
    "/cases/{id}/care": cared_for,
    "/territory-changes/{id}": change_territory,
    "/territory-changes/{id}/undo": change_territory,
    "/households/{id}": live_together,
    "/customers/{id}/household": live_together,
}
"""What changes homes or crosses the boundary, and what must have happened before."""


async def prepare(site: Site, method: str, path: str, name: str, found: Things) -> None:
    """What must have happened before: answered, promised, resolved, put aside."""
    if "absences" in path or path.endswith("/leaving"):
        await newcomer(site, name, found, absent=path.startswith("/absences"))
        return
    if path.startswith("/asks/"):
        await asked(site, name, found)
        return
    if path.endswith("/handover"):
        await prepare(site, "POST", "/cases/{id}/confirmation", name, found)
        if method == "DELETE" and name == "North":
            body = found.fill(ROUTES["POST", path][1])
            token = site.mates[name].token
            assert (await site.call("POST", API + found.of(path), token, body)).status == 200
        return
    if path in BEFORE:
        await BEFORE[path](site, method, name, found)
        return
    if "promises" in path:
        await prepare(site, "POST", "/cases/{id}/confirmation", name, found)
        if path.startswith("/promises"):
            await promised(site, name, found, kept=method == "DELETE")
        return
    if path == "/cases/{id}/confirmation":
        path, body = "/threads/{id}/messages", {"case_id": "{case}", "text": "Done."}
        verb, wanted = "POST", 201
    elif method == "DELETE" and path.startswith("/cases"):
        verb, wanted, body = "PUT", 200, ROUTES["PUT", path][1]
    else:
        return
    key = {"idempotency-key": new_id()}
    token = site.mates[name].token
    answer = await site.call(verb, API + found.of(path), token, found.fill(body), headers=key)
    assert answer.status == wanted


async def ask(site: Site, method: str, path: str, name: str, token: str | None) -> int:
    found = await things(site, name)
    await prepare(site, method, path, name, found)
    body = ROUTES[method, path][1]
    if body == "contact":
        who = {"kind": "handle", "value": new_id()}
        body = {"channel": "messenger", "from": who, "text": "Hello"}
    key = {"idempotency-key": new_id()}
    answer = await site.call(method, API + found.of(path), token, found.fill(body), headers=key)
    if answer.status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
    return answer.status


async def test_every_route_of_the_api_is_in_the_table_and_requires_something(
    shared_site: Site,
) -> None:
    found = {
        (method, path.removeprefix(API))
        for path, route in walk(shared_site.starlette.routes)
        if path.startswith(API) and "openapi" not in path
        for method in route.methods or ()
    }
    assert {each for each in found if each[0] != "HEAD"} == ROUTES.keys()
    for path, route in walk(shared_site.starlette.routes):
        assert path == f"{API}/openapi.json" or required(route) is not None, path


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_each_role_gets_what_it_may(shared_site: Site, method: str, path: str) -> None:
    expected = ROUTES[method, path][0]
    for role in ROLES:
        person = shared_site.people[role]
        for name, wanted in zip(NAMES, expected[role], strict=True):
            status = await ask(shared_site, method, path, name, person.token)
            happened = DONE if status in (200, 201, 204) else status
            assert happened == wanted, (role, name, status)


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_nobody_gets_nothing_and_a_token_only_what_its_scopes_say(
    shared_site: Site, method: str, path: str
) -> None:
    assert await ask(shared_site, method, path, "North", None) == 401
    assert await ask(shared_site, method, path, "North", "coterie_wrong") == 401
    [route] = [
        route
        for whole, route in walk(shared_site.starlette.routes)
        if whole == API + path and method in (route.methods or ())
    ]
    requirement = required(route)
    assert requirement is not None and requirement.scope is not None
    scopes, now = [scope for scope in SCOPES if scope != requirement.scope], shared_site.house.now()
    async with shared_site.house.ledger.unit(now=now) as tx:
        _, token = await make_token(tx, now, shared_site.people["expert"].id, "all but one", scopes)
    assert await ask(shared_site, method, path, "North", token) == 403


def pages(site: Site) -> list[tuple[str, str, Route]]:
    """The workspace's routes that name a thing of a community."""
    return [
        (method, path, route)
        for path, route in walk(site.starlette.routes)
        if path.startswith("/workspace/")
        for method in sorted(route.methods or ())
        if method != "HEAD"
    ]


async def visit(site: Site, method: str, path: str, found: Things, role: str | None) -> int:
    kinds = {
        "asks": "asks",
        "promises": "promises",
        "threads": "threads",
        "cases": "cases",
        "messages": "messages",
        "customers": "customers",
    }
    kind = path.split("/")[2]
    thing = found.ids.get(kinds.get(kind, "threads"), "")
    filled = path.replace("{id}", thing).replace("{mode}", "reply")
    headers = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}
    if role:
        person = site.people[role]
        headers |= {"cookie": f"coterie={person.cookie}", "x-csrf-token": person.csrf}
    content = (
        b""
        if method == "GET"
        else f"text=Hello&case={found.ids['cases']}&key={new_id()}&to=new&number=1".encode()
    )
    return (await site.call(method, filled, None, content or None, headers=headers)).status


async def test_each_page_asks_for_a_session_and_a_role(shared_site: Site) -> None:
    for method, path, route in pages(shared_site):
        found = await things(shared_site, "North")
        if "promises/{id}" in path or "asks/{id}" in path:
            await prepare(shared_site, method, path.removeprefix("/workspace"), "North", found)
        requirement = required(route)
        assert requirement is not None, path
        if requirement.roles is None:
            continue
        assert await visit(shared_site, method, path, found, None) in (303, 401), (method, path)
        for role in EVERY_ROLE - requirement.roles:
            assert await visit(shared_site, method, path, found, role) == 403, (method, path, role)


async def test_a_page_of_another_community_is_not_there(shared_site: Site) -> None:
    found = await things(shared_site, "South")
    looked = 0
    for method, path, _ in pages(shared_site):
        if "promises/{id}" in path or "asks/{id}" in path:
            await prepare(shared_site, method, path.removeprefix("/workspace"), "South", found)
        if "{id}" in path and "files" not in path:
            for role in MEMBERS:
                assert await visit(shared_site, method, path, found, role) == 404, (
                    method,
                    path,
                    role,
                )
                looked += 1
    assert looked > 30
