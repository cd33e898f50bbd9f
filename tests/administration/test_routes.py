"""All routes times all roles times own and other community."""

import hashlib

import pytest
from psycopg import sql
from starlette.types import Message

from coterie.administration.routes import routes
from coterie.kit.access.requirements import required, walk
from tests.administration.office import Office

ROLES = {
    "Ines": "admin",
    "Tom": "planner",
    "Mia": "manager",
    "Cem": "coach",
    "Ana": "expert",
    "Wei": "specialist",
}
EVERYBODY = frozenset(ROLES.values())
WIDE = frozenset({"admin", "planner"})
LOOKING = WIDE | {"manager", "coach"}
MEMBERS = frozenset({"manager", "coach", "expert"})
TRYING = WIDE | {"manager"}
ADMIN = frozenset({"admin"})
A = "/administration"

# Who may open which page; {own} and {other} are communities, {mate} and {stranger} people in them.
PAGES = {
    "/account": EVERYBODY,
    f"{A}/communities": LOOKING,
    f"{A}/communities/new": ADMIN,
    f"{A}/communities/{{own}}": LOOKING,
    f"{A}/communities/{{own}}/hours": LOOKING,
    f"{A}/communities/{{own}}/settings": LOOKING,
    f"{A}/communities/{{own}}/crossings": LOOKING,
    f"{A}/communities/{{own}}/crossings.csv": LOOKING,
    f"{A}/communities/{{other}}": WIDE,
    f"{A}/communities/{{other}}/hours": WIDE,
    f"{A}/communities/{{other}}/settings": WIDE,
    f"{A}/communities/{{own}}/try": TRYING,
    f"{A}/communities/{{own}}/try/run": TRYING,
    f"{A}/communities/{{own}}/try.csv": TRYING,
    f"{A}/communities/{{other}}/try": WIDE,
    f"{A}/communities/{{other}}/try/run": WIDE,
    f"{A}/communities/{{other}}/try.csv": WIDE,
    f"{A}/people": LOOKING,
    f"{A}/people/new": ADMIN,
    f"{A}/people/{{mate}}": LOOKING,
    f"{A}/people/{{stranger}}": WIDE,
    "/absences": MEMBERS | ADMIN,
    "/absences/new": MEMBERS,
    f"{A}/territories": WIDE,
    f"{A}/territories/areas/2650": WIDE,
    f"{A}/territories/changes": WIDE,
    f"{A}/programs": ADMIN,
    f"{A}/audit": ADMIN,
    f"{A}/audit.csv": ADMIN,
}
# Pages that send everybody who signed in on to where they work.
SENDING = ("/", A)
OPEN = ("/sign-in", "/password", "/password/{link}", "/setup")
# What anybody may change is their own: how they sign in, and their account.
OWN = (
    "/sign-out",
    "/account",
    "/account/password",
    "/account/sessions",
    "/account/sessions/{hash}",
)


def filled(path: str, office: Office) -> str:
    names = {
        "own": "Riverina", "other": "Hunter", "mate": "Ana", "stranger": "Bo",
    }  # fmt: skip
    return path.format(**{key: office.ids[name] for key, name in names.items()})


def test_every_route_says_what_it_requires_and_stands_in_the_tables_here() -> None:
    told = set(PAGES) | set(SENDING) | set(OPEN) | set(OWN)
    for path, route in walk(routes()):
        assert required(route) is not None, path
        if "GET" in (route.methods or ()):
            known = {path.replace("{id}", key) for key in ("{own}", "{mate}")}
            known |= {path, path.replace("{area}", "2650")}
            assert known & told, f"{path} is in no table"
    for path, route in walk(routes()):
        requirement = required(route)
        assert requirement
        assert (requirement.roles is None) == (path in OPEN), path


async def test_each_page_opens_for_its_roles_and_for_nobody_else(office: Office) -> None:
    for name, role in ROLES.items():
        async with office.visitor(name) as visitor:
            for path, allowed in PAGES.items():
                answer = await visitor.get(filled(path, office))
                assert (answer.status_code == 200) == (role in allowed), (name, path)
                assert answer.status_code in (200, 403, 404), (name, path)
            for path in SENDING:
                assert (await visitor.get(path)).status_code in (200, 303)


async def test_another_community_is_not_there_for_its_non_members(office: Office) -> None:
    async with office.visitor("Mia") as manager:
        for path in (f"{A}/communities/{{other}}", f"{A}/people/{{stranger}}"):
            answer = await manager.get(filled(path, office))
            nonsense = await manager.get(path.format(other="x", stranger="x"))
            assert answer.status_code == nonsense.status_code == 404
            assert answer.text == nonsense.text
        people = (await manager.get(f"{A}/people")).text
        assert ">Ana<" in people and ">Bo<" not in people and "Tom" not in people
        by_address = await manager.get(f"{A}/people?community={office.ids['Hunter']}")
        assert "bo@example.org" not in by_address.text
        listed = (await manager.get(f"{A}/communities")).text
        assert "Riverina" in listed and "Hunter" not in listed


async def test_who_is_not_signed_in_is_sent_to_the_door(office: Office) -> None:
    async with office.visitor() as nobody:
        for path in (*PAGES, *SENDING):
            answer = await nobody.get(filled(path, office))
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/sign-in?next="), path


@pytest.mark.parametrize("name", ["Tom", "Mia", "Cem", "Ana", "Wei", None])
async def test_only_an_admin_changes_anything(office: Office, name: str | None) -> None:
    before = await fingerprint(office)
    async with office.visitor(name) as visitor:
        tried = 0
        for path, route in walk(routes()):
            if "POST" not in (route.methods or ()) or not path.startswith(A):
                continue
            for community, person in (("Riverina", "Ana"), ("Hunter", "Bo")):
                target = person if "/people/" in path else community
                address = path.replace("{id}", office.ids[target]).replace("{key}", "x")
                answer = await visitor.post(
                    address, name="Taken over", email="taken@example.org", role="admin",
                    to=office.ids["Hunter"], typed="2650", member_role="manager",
                    community_id=office.ids["Hunter"], watch_days="1", holder="ines@example.org",
                    scopes="events:read", mon="09:00-17:00", region_id=office.ids["region"],
                    zone="Australia/Sydney", languages="en", origins="https://evil.example",
                )  # fmt: skip
                assert answer.status_code in ((403, 404) if name else (303,)), (path, answer.text)
                tried += 1
        assert tried >= 40
    assert await fingerprint(office) == before


async def test_an_admin_without_the_token_of_the_session_changes_nothing(office: Office) -> None:
    before = await fingerprint(office)
    async with office.visitor("Ines") as admin:
        admin.csrf = "0" * 40
        for path, route in walk(routes()):
            if "POST" in (route.methods or ()) and (path.startswith(A) or path in OWN):
                assert (await admin.post(path)).status_code == 403, path
    assert await fingerprint(office) == before


async def test_a_form_that_is_cut_off_is_no_error_of_ours(office: Office) -> None:
    async with office.visitor("Ines") as admin:
        cookie = "; ".join(f"{name}={value}" for name, value in admin.client.cookies.items())
        form = b"application/x-www-form-urlencoded"
        headers = [(b"cookie", cookie.encode()), (b"content-type", form), (b"content-length", b"9")]  # fmt: skip
        statuses = []

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            statuses.append(message.get("status"))

        scope = {"type": "http", "method": "POST", "path": "/sign-out", "query_string": b"", "headers": headers}  # fmt: skip
        await office.app(scope, receive, send)
    assert statuses[0] == 400


async def fingerprint(office: Office) -> str:
    """What the tables of the administration hold; sessions apart, which come with every visitor."""
    content = ""
    for table in (
        "accounts", "tokens", "audit", "regions", "sites", "communities", "areas", "territories",
        "experts", "skills", "memberships", "presence", "messenger_sites", "outbox",
    ):  # fmt: skip
        rows = await office.all_rows(
            sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(table))
        )
        content += f"{table} {rows}"
    return hashlib.sha256(content.encode()).hexdigest()
