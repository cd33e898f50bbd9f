"""Who goes where, in three steps: numbers of each class to sites, then to the communities of each site, then names.

The first step is a relaxation of the whole: what it can't do better, no assignment can. So its bound is that of all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from ortools.sat.python import cp_model

from coterie.kit.errors import Invalid
from coterie.planning.people.classes import Alike, classes
from coterie.planning.people.model import Assignment, Lack, Person, Placed, Wanted
from coterie.planning.people.sites import solver_of
from coterie.planning.people.training import cheapest

MOVE, SKILL, SEAT, LANGUAGE, UNEVEN = 20, 2, 10, 40, 1
"""What it costs that somebody moves, has to learn a skill, that a seat or a language has nobody, or that a community has
less of something than its even share."""
AT_ONCE: Final = 4
"""Of more communities at a site, halves come first: the solver sees at once what it would search for long."""
SITE_TIME: Final = 60.0
COMMUNITY_TIME: Final = 12.0
"""Units of deterministic time of the solver for all sites, and for a step within one."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Something of which there should be at least so many: a skill, a seat or a language."""

    kind: str
    which: str
    number: int
    cost: int

    def met_by(self, alike: Alike) -> bool:
        return self.which in {"skill": alike.able, "seat": alike.seats, "language": alike.languages}[self.kind]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """A site or a community in a step: how many people go there, and what it asks for."""

    name: str
    people: int
    asks: Sequence[Ask]


def place(people: Sequence[Person], wanted: Sequence[Wanted], seed: int) -> Placed:
    """Everybody goes to a community, as many to each as its wish has of all wishes. Raises `Invalid` without people or communities."""
    check(people, wanted)
    quotas = quotas_of(len(people), wanted)
    every = classes(people, {skill for each in wanted for skill in each.skills})
    languages = sorted({each for person in people for each in person.languages})
    communities = {each.community: Target(each.community, quotas[each.community], asks_of(each, quotas[each.community], languages)) for each in wanted}  # fmt: skip
    site_of = {each.community: each.site for each in wanted}
    sites = [together(site, [communities[c] for c in site_of if site_of[c] == site]) for site in sorted({*site_of.values()})]  # fmt: skip
    to_sites, bound = solved(every, sites, seed, SITE_TIME, even=False)
    members: dict[str, list[Person]] = {each.community: [] for each in wanted}
    for site in sites:
        its = [communities[c] for c in site_of if site_of[c] == site.name]
        members.update(shared(taken(every, to_sites, site.name), its, seed))
    return told(members, wanted, communities, site_of, bound)


def shared(
    there: Sequence[Alike], communities: Sequence[Target], seed: int
) -> Iterator[tuple[str, list[Person]]]:
    """The people of a site to its communities; of many communities first to two halves of them."""
    if len(communities) <= AT_ONCE:
        numbers, _ = solved(there, communities, seed, COMMUNITY_TIME, even=True)
        for each in communities:
            yield (
                each.name,
                [person for alike in taken(there, numbers, each.name) for person in alike.people],
            )
        return
    middle = len(communities) // 2
    parts = {"first": communities[:middle], "second": communities[middle:]}
    halves = [together(name, some) for name, some in parts.items()]
    numbers, _ = solved(there, halves, seed, COMMUNITY_TIME, even=True)
    for name, some in parts.items():
        yield from shared(taken(there, numbers, name), some, seed)


def check(people: Sequence[Person], wanted: Sequence[Wanted]) -> None:
    if not people:
        raise Invalid("There are no people to assign.", "no_people", "people")
    if not wanted:
        raise Invalid("The plan has no communities to assign people to.", "no_plan", "communities")
    refs = {each.ref for each in people}
    if len(refs) < len(people):
        twice = sorted(each.ref for each in people)
        again = next(a for a, b in pairwise(twice) if a == b)
        raise Invalid(f"The person {again} stands among the people twice.", "twice", "ref")


def quotas_of(number: int, wanted: Sequence[Wanted]) -> dict[str, int]:
    """So many people over communities in proportion to what they want, the largest remainders first (Hamilton 1792)."""
    whole = sum(each.people for each in wanted)
    shares = {
        e.community: number * (e.people / whole if whole else 1 / len(wanted)) for e in wanted
    }
    found = {community: int(share) for community, share in shares.items()}
    order = sorted(found, key=lambda c: (found[c] - shares[c], c))
    for community in order[: number - sum(found.values())]:
        found[community] += 1
    return found


def asks_of(wanted: Wanted, quota: int, languages: Sequence[str]) -> list[Ask]:
    """What is asked of so many people: no more of anything than there are people."""
    named = [("skill", wanted.skills, SKILL), ("seat", wanted.seats, SEAT), ("language", dict.fromkeys(languages, 1), LANGUAGE)]  # fmt: skip
    return [
        Ask(kind, which, min(number, quota), cost)
        for kind, numbers, cost in named for which, number in sorted(numbers.items()) if min(number, quota)
    ]  # fmt: skip


def together(site: str, communities: Sequence[Target]) -> Target:
    """A site asks for what its communities do, taken together."""
    sums: dict[tuple[str, str, int], int] = {}
    for each in (ask for community in communities for ask in community.asks):
        key = (each.kind, each.which, each.cost)
        sums[key] = sums.get(key, 0) + each.number
    return Target(
        site, sum(each.people for each in communities),
        [Ask(kind, which, number, cost) for (kind, which, cost), number in sorted(sums.items())],
    )  # fmt: skip


Numbers = Mapping[tuple[int, str], int]
"""How many of a class, by its place, go to a target, by its name."""


def solved(
    every: Sequence[Alike], targets: Sequence[Target], seed: int, time: float, *, even: bool
) -> tuple[Numbers, int]:
    """The numbers that cost least, and a bound that none is below. `even`: within a site, where nobody moves any more."""
    model = cp_model.CpModel()
    goes = {
        (k, target.name): model.new_int_var(0, len(alike.people), f"{k} {target.name}")
        for k, alike in enumerate(every) for target in targets
    }  # fmt: skip
    for k, alike in enumerate(every):
        model.add(sum(goes[k, target.name] for target in targets) == len(alike.people))
    costs: list[Any] = []
    for target in targets:
        model.add(sum(goes[k, target.name] for k in range(len(every))) == target.people)
        costs += shortages(model, every, target, targets, goes, even=even)
    if not even:
        costs += [goes[k, t.name] * MOVE for k, a in enumerate(every) for t in targets if a.site != t.name]  # fmt: skip
    model.minimize(sum(costs))
    solver = solver_of(seed, time)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise Invalid(f"No assignment of {len(every)} classes of people was found in the time given.", "people")  # fmt: skip
    return {key: solver.value(each) for key, each in goes.items()}, int(-(-solver.best_objective_bound // 1))  # fmt: skip


def shortages(
    model: cp_model.CpModel, every: Sequence[Alike], target: Target, targets: Sequence[Target],
    goes: Mapping[tuple[int, str], Any], *, even: bool,
) -> Iterator[Any]:  # fmt: skip
    for ask in target.asks:
        having = [k for k, alike in enumerate(every) if ask.met_by(alike)]
        there = sum(goes[k, target.name] for k in having)
        short = model.new_int_var(0, ask.number, f"{target.name} {ask.kind} {ask.which}")
        model.add(short + there >= ask.number)
        yield short * ask.cost
        fair = sum(len(every[k].people) for k in having) * target.people // sum(t.people for t in targets)  # fmt: skip
        if even and fair:
            less = model.new_int_var(0, fair, f"{target.name} {ask.kind} {ask.which} even")
            model.add(less + there >= fair)
            yield less * UNEVEN


def taken(every: Sequence[Alike], numbers: Numbers, name: str) -> list[Alike]:
    """Who of each class goes to a target: those of a group stay side by side as far as numbers allow."""
    names = sorted({target for _, target in numbers})
    found = []
    for k, alike in enumerate(every):
        begin = sum(numbers[k, other] for other in names if other < name)
        some = alike.people[begin : begin + numbers[k, name]]
        if some:
            found.append(replace(alike, people=some))
    return found


def told(
    members: Mapping[str, Sequence[Person]], wanted: Sequence[Wanted], communities: Mapping[str, Target],
    site_of: Mapping[str, str], bound: int,
) -> Placed:  # fmt: skip
    assignments = [
        Assignment(person.ref, person.group, person.site, community, site_of[community])
        for community, some in members.items() for person in sorted(some, key=lambda each: each.ref)
    ]  # fmt: skip
    moved = sum(each.from_site != each.to_site for each in assignments)
    short = {c: shorts(members[c], communities[c].asks) for c in members}
    training = [each for c in members for each in cheapest(c, members[c], {a.which: a.number for a in communities[c].asks if a.kind == "skill"})]  # fmt: skip
    lacks = [Lack(c, ask.kind, ask.which, number) for c in members for ask, number in short[c] if ask.kind != "skill"]  # fmt: skip
    lacks += [Lack(each.community, "people", "", each.people - len(members[each.community])) for each in wanted if len(members[each.community]) < each.people]  # fmt: skip
    cost = MOVE * moved + sum(ask.cost * number for some in short.values() for ask, number in some)
    return Placed(assignments, training, lacks, moved, least_moved(members, site_of), cost, min(bound, cost))  # fmt: skip


def shorts(members: Sequence[Person], asks: Sequence[Ask]) -> list[tuple[Ask, int]]:
    skills = {ask.which for ask in asks if ask.kind == "skill"}
    every = classes(members, skills)
    found = []
    for ask in asks:
        there = sum(len(alike.people) for alike in every if ask.met_by(alike))
        if there < ask.number:
            found.append((ask, ask.number - there))
    return found


def least_moved(members: Mapping[str, Sequence[Person]], site_of: Mapping[str, str]) -> int:
    """Who must move whatever one does: those whom the communities of their site have no place for."""
    there: dict[str, int] = {}
    for community, some in members.items():
        there[site_of[community]] = there.get(site_of[community], 0) - len(some)
        for person in some:
            there[person.site] = there.get(person.site, 0) + 1
    return sum(max(0, number) for number in there.values())
