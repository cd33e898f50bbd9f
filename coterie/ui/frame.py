"""What the frame around a signed-in page shows: the rail, the community's colour, who is signed in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the rail."""

    label: str
    href: str
    icon: str
    count: int = 0
    current: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """`presence` is present, away or off; None for somebody who takes no work (an administrator)."""

    person_id: str
    person: str
    csrf: str
    community: str = "Coterie"
    home: str = "/"
    hue: int = 190
    places: tuple[Place, ...] = ()
    presence: str | None = None
    shortcuts: bool = True
