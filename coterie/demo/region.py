"""Founds the demo's region: three communities of twelve, their territories, their people and who can sign in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from coterie.channels.messenger.sites import open_site
from coterie.communities import actions
from coterie.communities.model import Area
from coterie.demo.model import Demo, Login
from coterie.demo.people import TEAMS, Member
from coterie.demo.places import (
    CONTACTS,
    HUNTER,
    NORTHERN_RIVERS,
    RIVERINA,
    Place,
    neighbours,
    places,
    told,
)
from coterie.exchange.queries import add_pairs
from coterie.kit.access.accounts import open_account
from coterie.kit.access.passwords import hash_password
from coterie.kit.access.tokens import SCOPES, make_token
from coterie.kit.access.viewer import Role
from coterie.kit.db import Tx
from coterie.kit.house import House

ZONE = "Australia/Sydney"
TERRITORIES = {"Riverina": RIVERINA, "Hunter": HUNTER, "Northern Rivers": NORTHERN_RIVERS}
HUES = {"Riverina": 192, "Hunter": 28, "Northern Rivers": 142}
BUDDIES = {"Riverina": "Northern Rivers", "Hunter": "Riverina", "Northern Rivers": "Hunter"}
OFFICE: tuple[tuple[Role, str], ...] = (
    ("admin", "Helen Fairweather"),
    ("planner", "Dmitri Volkov"),
    ("specialist", "Ruth Abelson"),
)
EXPERT_SCOPES = (
    "contacts:write", "customers:read", "customers:write", "conversations:read", "conversations:write",
    "communities:read", "communities:write", "events:read",
)  # fmt: skip
EARLY = 7
"""How many of a team work the shift that is on when the demo starts."""
WORDS = ["acacia", "boronia", "coolabah", "dingo", "emu", "galah", "heron", "ironbark", "jarrah", "kookaburra", "lorikeet", "mulga", "numbat", "quoll"]  # fmt: skip


async def found(house: House, now: datetime, random: Random, url: str) -> Demo:
    """Found everything but the customers, and hand out passwords and tokens."""
    password = f"{random.choice(WORDS)}-{random.choice(WORDS)}-{random.randrange(1000, 10000)}"
    password_hash = await hash_password(password)
    async with house.ledger.unit(now=now) as tx:
        communities = await found_communities(tx, now)
        accounts = await open_office(tx, now, password, password_hash)
        for name, community_id in communities.items():
            accounts += await staff(tx, now, name, community_id, password, password_hash)
        site = await open_site(tx, now, "Wattle Telecom", origins_of(url))
    return Demo(site.key, site.secret, accounts, communities)


def origins_of(url: str) -> list[str]:
    """The demo's own page, by both of its names."""
    return [url, url.replace("127.0.0.1", "localhost")]


async def found_communities(tx: Tx, now: datetime) -> dict[str, str]:
    region = await actions.found_region(tx, now, "New South Wales")
    site = await actions.found_site(tx, now, region, "Wagga Wagga", ZONE)
    ids: dict[str, str] = {}
    for name, table in TERRITORIES.items():
        ids[name] = await actions.found_community(
            tx, now, region, name, ZONE, site_id=site, hue=HUES[name]
        )
        await settle(tx, now, ids[name], places(table))
    for name, buddy in BUDDIES.items():
        await actions.change_community(tx, now, ids[name], {"buddy_id": ids[buddy]})
    return ids


async def settle(tx: Tx, now: datetime, community_id: str, found: Sequence[Place]) -> None:
    """Give a community its territory."""
    areas = [
        Area(place.area, place.name, place.lat, place.lon, told(place.area), told(place.area) * CONTACTS)
        for place in found
    ]  # fmt: skip
    await actions.add_areas(tx, now, areas)
    await add_pairs(tx, neighbours(found))
    await actions.assign_territory(tx, now, community_id, [place.area for place in found])


async def open_office(tx: Tx, now: datetime, password: str, password_hash: str) -> list[Login]:
    """Who belongs to no community. The administrator's token may vouch for customers."""
    logins = []
    for role, name in OFFICE:
        email = address_of(name)
        id_ = await open_account(
            tx, now, email=email, name=name, role=role, password_hash=password_hash
        )
        scopes = list(SCOPES) if role == "admin" else ["communities:read"]
        _, token = await make_token(tx, now, id_, "Demo", scopes)
        logins.append(Login(role, id_, None, None, name, email, password, token))
    return logins


async def staff(
    tx: Tx, now: datetime, team: str, community_id: str, password: str, password_hash: str
) -> list[Login]:
    """Appoint a community's twelve."""
    logins = []
    for at, member in enumerate(TEAMS[team], 1):
        email = address_of(member.name)
        id_ = await actions.appoint(
            tx,
            now,
            community_id,
            email=email,
            name=member.name,
            role=member.role,
            ref=f"W-{list(TEAMS).index(team) + 1}{at:02}",
            skills=skills_of(member),
            languages=member.languages.split(),
            seats=("messaging", "voice"),
            password_hash=password_hash,
        )
        _, token = await make_token(tx, now, id_, "Demo", EXPERT_SCOPES)
        logins.append(
            Login(member.role, id_, id_, community_id, member.name, email, password, token)
        )
    return logins


def skills_of(member: Member) -> dict[str, int]:
    return {
        "service": member.service,
        "technical": member.technical,
        "financial": member.financial,
    }


def address_of(name: str) -> str:
    return f"{name.lower().replace(' ', '.').replace('-', '')}@wattle.example"


async def everybody_here(house: House, demo: Demo, now: datetime) -> None:
    """All are present and have no shifts, so that the past can be played at any hour."""
    for login in demo.experts:
        assert login.community_id is not None
        async with house.ledger.unit(login.community_id, now=now) as tx:
            await actions.set_presence(tx, now, login.id, "present")


async def roster(house: House, demo: Demo, now: datetime) -> None:
    """Shifts for two weeks around the clock, relative to now: whoever looks, at any hour, finds seven present."""
    for community_id in demo.communities.values():
        team = [login for login in demo.experts if login.community_id == community_id]
        async with house.ledger.unit(community_id, now=now) as tx:
            for at, login in enumerate(team):
                await actions.plan_shifts(tx, now, login.id, shifts_of(at, now))
                state = "present" if at < EARLY else "off"
                await actions.set_presence(tx, now, login.id, state)


def shifts_of(at: int, now: datetime) -> list[tuple[datetime, datetime]]:
    """Half a day each: the first seven of a team from a while ago, the others when those go, and so on."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    starts = (
        hour - timedelta(hours=1, minutes=15 * (at % 4)) + timedelta(hours=0 if at < EARLY else 12)
    )
    lasting = timedelta(hours=12, minutes=15 * (at % 4))
    return [
        (starts + timedelta(days=day), starts + timedelta(days=day) + lasting) for day in range(14)
    ]
