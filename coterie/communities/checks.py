"""What may be written into a community or onto an expert, and the sentence where it may not."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from coterie.communities.model import PRESENCE_STATES, ROLES, SEATS, Area, PresenceState, Role
from coterie.kit.errors import Invalid

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
SKILL = re.compile(r"[a-z0-9]([a-z0-9_ -]{0,38}[a-z0-9])?")
LONGEST_SHIFT = timedelta(hours=24)


def checked_hue(given: int) -> int:
    """A hue in the steps of five degrees in which its contrast was measured."""
    if not 0 <= given <= 359:
        raise Invalid(f"A hue is a number from 0 to 359, not {given}.", field="hue")
    return round(given / 5) * 5 % 360


def checked_languages(given: Sequence[str]) -> list[str]:
    """Codes such as en or zh-Hans, each once, at least one."""
    codes = list(dict.fromkeys(each.strip() for each in given))
    wrong = [code for code in codes if not LANGUAGE.fullmatch(code)]
    if wrong or not codes:
        raise Invalid(f"{(wrong or [''])[0][:20]!r} is no language such as en or zh-Hans.", field="languages")  # fmt: skip
    return codes


def checked_skills(given: Mapping[str, int]) -> dict[str, int]:
    for skill, level in given.items():
        if not SKILL.fullmatch(skill):
            raise Invalid(f"{skill[:50]!r} is no name of a skill: use small letters, such as billing.", field="skills")  # fmt: skip
        if isinstance(level, bool) or not isinstance(level, int) or not 0 <= level <= 5:
            raise Invalid(f"A skill has a level from 0 to 5; {skill} has {level}.", field="skills")
    return dict(given)


def checked_seats(given: Sequence[str]) -> list[str]:
    wrong = [seat for seat in given if seat not in SEATS]
    if wrong:
        raise Invalid(f"{wrong[0][:20]!r} is no seat: use {' or '.join(SEATS)}.", field="seats")
    return [seat for seat in SEATS if seat in given]


def checked_capacity(given: float) -> float:
    if not 0 < given <= 100:
        raise Invalid(f"A capacity is above 0 and at most 100, not {given:g}.", field="capacity")
    return given


def checked_role(given: str) -> Role:
    for role in ROLES:
        if given == role:
            return role
    raise Invalid(f"A member is a manager, a coach or an expert, not {given[:20]!r}.", field="role")


def checked_state(given: str) -> PresenceState:
    for state in PRESENCE_STATES:
        if given == state:
            return state
    raise Invalid(f"Somebody is present, away or off, not {given[:20]!r}.", field="state")


def checked_area(given: Area) -> Area:
    odd = not given.area.isprintable() or "," in given.area or ";" in given.area
    if not given.area.strip() or len(given.area) > 20 or odd:
        raise Invalid(
            f"{given.area[:30]!r} is no area: use a postcode or a short code.", field="area"
        )
    if given.lat is not None and not -90 <= given.lat <= 90:
        raise Invalid(f"The latitude of {given.area} must be from -90 to 90.", field="lat")
    if given.lon is not None and not -180 <= given.lon <= 180:
        raise Invalid(f"The longitude of {given.area} must be from -180 to 180.", field="lon")
    if min(given.customers or 0, given.contacts or 0) < 0:
        raise Invalid(f"{given.area} can't have fewer than 0 customers or contacts.", field="area")
    return given


def checked_shifts(given: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Shifts in order of their start: each ends after it starts, none overlaps the next."""
    shifts = sorted(given)
    for starts_at, ends_at in shifts:
        if not timedelta() < ends_at - starts_at <= LONGEST_SHIFT:
            raise Invalid(f"The shift from {starts_at:%d %b %H:%M} must end after it starts, inside 24 hours.", field="shifts")  # fmt: skip
    for one, following in pairwise(shifts):
        if following[0] < one[1]:
            raise Invalid(f"Two shifts overlap at {following[0]:%d %b %H:%M}.", field="shifts")
    return shifts
