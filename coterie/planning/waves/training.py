"""Who sits in which training week: a community's people share as few places as the weeks before its start allow."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from coterie.kit.errors import Invalid
from coterie.planning.waves.model import Moving, Pace, Seat


def seats(community: Moving, pace: Pace) -> list[Seat]:
    """First-fit decreasing (Johnson 1973), at each site by itself: whoever learns longest is seated first.

    One skill after the other, without a break; a place is filled up from its end, so that what is learnt is fresh.
    """
    found: list[Seat] = []
    places: dict[str, list[int]] = defaultdict(list)
    for mover in sorted(community.movers, key=lambda each: (-len(each.skills), each.ref)):
        weeks = len(mover.skills) * pace.skill_weeks
        if weeks > pace.ahead:
            raise Invalid(f"{mover.ref or 'Somebody'} of {community.id} must learn {len(mover.skills)} skills, which take {weeks} weeks; training begins {pace.ahead} weeks before the start. Begin earlier (--ahead {weeks}).", "ahead")  # fmt: skip
        if weeks:
            found.append(seated(places[mover.new_site], Seat(mover, -weeks, 0), pace.ahead))
    return found


def seated(places: list[int], seat: Seat, ahead: int) -> Seat:
    """In the first place with room for it. `places` says how many weeks of each are taken."""
    weeks = seat.ends - seat.begins
    at = next((at for at, taken in enumerate(places) if taken + weeks <= ahead), len(places))
    if at == len(places):
        places.append(0)
    taken = places[at]
    places[at] += weeks
    return Seat(seat.mover, -taken - weeks, -taken)


def by_site(found: Iterable[Seat]) -> Counter[tuple[str, int]]:
    """People in training by site and week before the start."""
    return Counter((seat.mover.new_site, week) for seat in found for week in range(seat.begins, seat.ends))  # fmt: skip


def by_group(found: Iterable[Seat]) -> Counter[tuple[str, int]]:
    """The same by the old group that misses them."""
    return Counter((seat.mover.group, week) for seat in found for week in range(seat.begins, seat.ends))  # fmt: skip


def most_at_once(communities: Sequence[Moving], pace: Pace) -> int:
    """Places of a site that the largest single training needs."""
    return max((many for each in communities for many in by_site(seats(each, pace)).values()), default=0)  # fmt: skip
