"""Where one can go from the rail, by who one is: the entries of every signed-in screen stand here, once."""

from typing import TypeAlias

from coterie.kit.access.viewer import Role
from coterie.ui.frame import Place

Roles: TypeAlias = frozenset[Role]

ADMIN: Roles = frozenset({"admin"})
WIDE: Roles = frozenset({"admin", "planner"})
LEADING: Roles = frozenset({"manager", "coach"})
LOOKING: Roles = WIDE | LEADING
MEMBERS: Roles = frozenset({"manager", "coach", "expert"})

ADMINISTRATION: tuple[tuple[str, str, str, Roles], ...] = (
    ("Operation", "/board/operation", "board", WIDE),
    ("Overview", "/administration", "home", WIDE),
    ("Communities", "/administration/communities", "people", LOOKING),
    ("People", "/administration/people", "person", LOOKING),
    ("Absences", "/absences", "calendar", MEMBERS),
    ("Territories", "/administration/territories", "map", WIDE),
    ("Planner", "/planner", "split", WIDE),
    ("Programs", "/administration/programs", "swap", ADMIN),
    ("Audit", "/administration/audit", "checks", ADMIN),
)


def of_administration(role: Role, path: str, *, member: bool) -> tuple[Place, ...]:
    """The places of somebody who administers; a member of a community gets back to the workspace, too."""
    places = [
        Place(label, href, icon, current=is_at(path, href), id=f"place-{label.lower()}")
        for label, href, icon, roles in ADMINISTRATION
        if role in roles
    ]
    if member:
        board = [Place("Board", "/board", "board")] if role in LEADING else []
        places = [Place("Workspace", "/workspace", "chat"), *board, *places]
    return (*places, Place("Account", "/account", "gear", current=is_at(path, "/account")))


def is_at(path: str, href: str) -> bool:
    return path == href or (href != "/administration" and path.startswith(href + "/"))


def of_member(here: str, *, asks: int, leads: bool) -> tuple[Place, ...]:
    """The places of a member of a community. `here` is mine, community, asks, board, or nothing of these."""
    board = [Place("Board", "/board", "board", current=here == "board")] if leads else []
    people = [Place("People", "/administration/people", "people")] if leads else []
    return (
        *board,
        Place("Mine", "/workspace#list", "person", current=here == "mine", id="rail-mine"),
        Place("Team", "/workspace/community#list", "home", current=here == "community"),
        Place("Asks", "/workspace/asks#list", "hand", asks, current=here == "asks", id="rail-asks"),
        Place("Absences", "/absences", "calendar"),
        *people,
    )
