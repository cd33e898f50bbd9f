"""From a plan to its movers, and from a move back to the plan's section `waves`."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan, PlannedCommunity
from coterie.planning.waves.check import left_share, missing, needed
from coterie.planning.waves.model import CEILING, Move, Mover, Moving, Pace, Seat

ALL = "all groups"
"""The old world, where the plan knows nobody by name."""


def movings(plan: Plan) -> list[Moving]:
    """The plan's communities with their people: by name where `staff` assigns them, else counted."""
    named = by_community(plan)
    areas = {area.area: area for area in plan.areas}
    contacts = contacts_of(plan)
    found = []
    for each in plan.communities:
        people = named.get(each.id, []) if named else counted(plan, each)
        inside = [areas[area] for area in each.areas if area in areas]
        weight = sum(area.customers for area in inside)
        hazard = sum((area.hazard or 0.0) * area.customers for area in inside) / weight if weight else 0.0  # fmt: skip
        found.append(Moving(each.id, each.customers, contacts[each.id], tuple(people), each.buddy, each.region, hazard))  # fmt: skip
    return found


def contacts_of(plan: Plan) -> Mapping[str, float]:
    """Contacts a year of each community: as `staff` counted them, else as its areas have them, else as its customers are many."""
    told = plan.staff.get("communities", {})
    weeks = {each.id: sum(told.get(each.id, {}).get("contacts_week", {}).values()) for each in plan.communities}  # fmt: skip
    if any(weeks.values()):
        return {id: 365 / 7 * many for id, many in weeks.items()}
    if any(each.contacts for each in plan.communities):
        return {each.id: each.contacts for each in plan.communities}
    return {each.id: float(each.customers) for each in plan.communities}


def by_community(plan: Plan) -> Mapping[str, list[Mover]]:
    learns = defaultdict(list)
    for each in plan.staff.get("training", []):
        learns[part(each, "person")].append(part(each, "skill"))
    known = {each.id for each in plan.communities}
    found = defaultdict(list)
    for each in plan.staff.get("assignments", []):
        to = part(each, "to_community")
        if to not in known:
            raise Invalid(f"`staff.assignments` sends {part(each, 'person')} to {to}, which is no community of this plan.", "no_community")  # fmt: skip
        site = each.get("to_site") or each.get("from_site") or ""
        found[to].append(Mover(part(each, "person"), each.get("from_group") or ALL, each.get("from_site") or "", site, tuple(learns[part(each, "person")])))  # fmt: skip
    return found


def part(given: Any, name: str) -> str:
    if not isinstance(given, dict) or not given.get(name):
        raise Invalid(f"In `staff` of the plan stands {given!r}, which has no {name}.", "no_plan", name)  # fmt: skip
    return str(given[name])


def counted(plan: Plan, community: PlannedCommunity) -> list[Mover]:
    """So many as the plan wants, each of whom must learn one skill, at the community's site."""
    staff = plan.staff.get("communities", {}).get(community.id, {})
    many = staff.get("headcount") or community.experts
    if not many:
        raise Invalid(f"The plan doesn't say how many people {community.id} needs: run `coterie plan staff` first.", "no_headcount")  # fmt: skip
    return [Mover("", ALL, "", community.site or community.id, ("a new skill",)) for _ in range(round(many))]  # fmt: skip


def section(communities: Sequence[Moving], pace: Pace, move: Move, start: date) -> dict[str, Any]:
    """`waves` of the plan. `old_world` is the state of each old group in the week in which a wave has started."""
    weeks = sorted(set(move.starts.values()))
    waves = [wave(communities, pace, move, start, number, week) for number, week in enumerate(weeks)]  # fmt: skip
    return {
        "waves": waves,
        "weeks": move.weeks,
        "bound_weeks": move.bound,
        "capacity": {
            "places": move.places,
            "most_in_training": max_training(move),
            "person_weeks": sum(seat.ends - seat.begins for some in move.training.values() for seat in some),
        },
        "short": [
            {"group": group, "week": dated(start, week), "missing": many}
            for (group, week), many in sorted(move.short.items(), key=lambda each: (each[0][1], each[0][0]))
        ],
        "without_buddy": without_buddy(communities, move),
        "assumptions": assumptions(communities, pace),
    }  # fmt: skip


def wave(communities: Sequence[Moving], pace: Pace, move: Move, start: date, number: int, week: int) -> dict[str, Any]:  # fmt: skip
    inside = [each for each in communities if move.starts[each.id] == week]
    training = [seat for each in inside for seat in move.training[each.id]]
    first = min((seat.begins for seat in training), default=0)
    return {
        "number": number,
        "pilot": week == 0,
        "starts": dated(start, week),
        "trains_from": dated(start, week + first),
        "communities": [each.id for each in inside],
        "customers": sum(each.customers for each in inside),
        "headcount": sum(len(each.movers) for each in inside),
        "people": sorted(mover.ref for each in inside for mover in each.movers if mover.ref),
        "training": [lesson(seat, pace, start, week, n) for seat in training for n in range(len(seat.mover.skills)) if seat.mover.ref],
        "in_training": len(training),
        "old_world": old_world(communities, pace, move, week),
    }  # fmt: skip


def lesson(seat: Seat, pace: Pace, start: date, week: int, n: int) -> dict[str, Any]:
    begins = week + seat.begins + n * pace.skill_weeks
    return {"person": seat.mover.ref, "skill": seat.mover.skills[n], "from": dated(start, begins), "to": dated(start, begins + pace.skill_weeks)}  # fmt: skip


def old_world(communities: Sequence[Moving], pace: Pace, move: Move, week: int) -> dict[str, Any]:
    share = left_share(communities, move.starts, week)
    people = Counter(mover.group for each in communities for mover in each.movers)
    left = Counter(mover.group for each in communities if move.starts[each.id] > week for mover in each.movers)  # fmt: skip
    lacking = missing(communities, pace, move)
    return {
        "contacts_left": round(share, 4),
        "groups": {
            group: {"left": left[group], "needed": round(needed(many, share, pace.busy), 1), "missing": lacking.get((group, week), 0)}
            for group, many in sorted(people.items())
        },
    }  # fmt: skip


def max_training(move: Move) -> dict[str, int]:
    """The most people in training in one week, by site."""
    found: Counter[tuple[str, int]] = Counter()
    for community, some in move.training.items():
        for seat in some:
            for week in range(seat.begins, seat.ends):
                found[seat.mover.new_site, week + move.starts[community]] += 1
    most: dict[str, int] = {}
    for (site, _), many in sorted(found.items()):
        most[site] = max(many, most.get(site, 0))
    return most


def without_buddy(communities: Sequence[Moving], move: Move) -> list[str]:
    """Communities that start before their buddy: until then nobody takes their overflow."""
    return [each.id for each in communities if each.buddy and each.buddy in move.starts and move.starts[each.buddy] > move.starts[each.id]]  # fmt: skip


def assumptions(communities: Sequence[Moving], pace: Pace) -> list[str]:
    counted_only = not any(mover.ref for each in communities for mover in each.movers)
    return [
        f"Old groups are busy for {pace.busy:.0%} of their people's time today; {CEILING:.0%} is the ceiling.",
        "The work of each old group falls with the share of contacts whose community has started.",
        f"A skill takes {pace.skill_weeks} weeks and {pace.skill_hours:g} hours; in training somebody is missing for {pace.away:.0%} of their week.",
        f"An old group may borrow {pace.lend} people.",
        *(["The plan assigns nobody by name: one old group, and one new skill for each."] if counted_only else []),
    ]  # fmt: skip


def dated(start: date, week: int) -> str:
    return (start + timedelta(weeks=week)).isoformat()
