"""What communities want of skills and seats, and where each of them sits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from coterie.exchange.plan_choices import Notes, Sources
from coterie.exchange.plan_tables import read_topic_skills
from coterie.kit.errors import Invalid
from coterie.planning.demand.model import Floats
from coterie.planning.headcount.staffing import (
    Efforts,
    Needs,
    seats_wanted,
    skill_shares,
    skills_wanted,
)
from coterie.planning.people.model import Person, Site, Wanted
from coterie.planning.people.placing import quotas_of
from coterie.planning.people.sites import Seated, chosen_sites, sites_of_people
from coterie.planning.plan import Plan, PlannedCommunity

SMALL = 0.02
"""A topic with less than this share of the work is no skill of its own, where nobody names skills."""


def check_sites(people: Sequence[Person], sites: Sequence[Site], sources: Sources) -> None:
    known = {each.site for each in sites}
    for person in people if sites else ():
        if person.site and person.site not in known:
            assert sources.people and sources.sites
            raise Invalid(f"{person.ref} in {sources.people.name} sits at {person.site}, which {sources.sites.name} doesn't name. It names {', '.join(sorted(known))}.", "site", "site")  # fmt: skip


def wanted_of(
    plan: Plan, found: Needs, topics: Floats, efforts: Efforts, names: Sequence[str],
    people: Sequence[Person], sources: Sources, notes: Notes,
) -> list[Wanted]:  # fmt: skip
    """What each community wants of skills and seats, by its share of the work."""
    skill_of = skills_of_topics(names, topics.mean(axis=0) * efforts.first_s, people, sources, notes)  # fmt: skip
    skills = sorted({*skill_of.values()} or {skill for person in people for skill in person.skills})
    seats = any(person.seats for person in people)
    if people and not seats:
        notes.say("The people's file names no seats: everybody is taken to have all.")
    wanted = []
    for at, each in enumerate(plan.communities):
        work = dict(zip(names, topics[at] * efforts.first_s, strict=True))
        shares = skill_shares(work, skill_of, skills) if skills else {}
        number = found.people[at]
        wanted.append(
            Wanted(
                each.id, number, skills_wanted(number, shares),
                seats_wanted(number, float(found.voice_share[at])) if seats else {}, each.site,
            )
        )  # fmt: skip
    return wanted


def skills_of_topics(
    names: Sequence[str], work: Floats, people: Sequence[Person], sources: Sources, notes: Notes
) -> dict[str, str]:
    """Which skill a topic asks for: as the file says; else the skill of its name; without people, the large topics."""
    if sources.skills:
        given = read_topic_skills(sources.skills)
        found = {name: given[name] for name in names if name in given}
        if strange := sorted(set(given) - set(names)):
            notes.say(f"{sources.skills.name} names {len(strange):,} topics that the log doesn't have, such as {strange[0]}.")  # fmt: skip
        if not found:
            notes.say(f"No topic of the log is in {sources.skills.name}: every skill is taken for the same share of the work.")  # fmt: skip
        return found
    if people:
        known = {skill for person in people for skill in person.skills}
        same = {name: name.casefold() for name in names if name.casefold() in known}
        if not same:
            notes.say("No topic of the log is called as a skill of the people: every skill is taken for the same share of the work (--skills says which topic asks for which).")  # fmt: skip
        return same
    large = {name: name.casefold() for name, share in zip(names, work / (work.sum() or 1.0), strict=True) if name and share >= SMALL}  # fmt: skip
    if large:
        notes.say(f"Topics with at least {SMALL:.0%} of the work are taken for skills.")
    return large


def seated(
    plan: Plan, wanted: Sequence[Wanted], found: Needs, people: Sequence[Person], sites: Sequence[Site],
) -> list[Wanted]:  # fmt: skip
    """Each community at its site."""
    there = Counter(person.site for person in people)
    if sites:
        quotas = quotas_of(len(people), wanted)
        at = chosen_sites(territories(plan, found, quotas), sites, there, plan.seed)
    elif people:
        regions = {each.id: each.region for each in plan.communities}
        at = sites_of_people({each.community: each.people for each in wanted}, regions, there)
    else:
        return list(wanted)
    return [replace(each, site=at[each.community]) for each in wanted]


def territories(plan: Plan, found: Needs, quotas: Mapping[str, int]) -> list[Seated]:
    """Each community's seats at its peak, and the middle of its territory, by customers."""
    details = {each.area: each for each in plan.areas}
    seats = []
    for at, each in enumerate(plan.communities):
        placed = [(a.lat, a.lon, max(1, a.customers)) for area in each.areas if (a := details.get(area)) and a.lat is not None and a.lon is not None]  # fmt: skip
        weight = sum(n for _, _, n in placed)
        lat = sum(lat * n for lat, _, n in placed) / weight if placed else None
        lon = sum(lon * n for _, lon, n in placed) / weight if placed else None
        seats.append(Seated(each.id, int(found.positions[at].max()), each.region, lat, lon, by_hand(plan, each), quotas[each.id]))  # fmt: skip
    return seats


def by_hand(plan: Plan, community: PlannedCommunity) -> str:
    """Its site, where somebody chose it: not the one that this step chose before, which may be better elsewhere now."""
    sections = plan.staff.get("communities")
    before = sections.get(community.id) if isinstance(sections, dict) else None
    chosen = isinstance(before, dict) and before.get("site") == community.site
    return "" if chosen else community.site
