"""Which community starts in which week: CP-SAT, one wish after the other, each kept for the next.

First the fewest training places with which all can be done in time (where places aren't given), then the fewest weeks,
whose bound is the solver's, then sites that move whole, buddies that aren't apart, and most customers early.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ortools.sat.python import cp_model

from coterie.kit.errors import Invalid
from coterie.planning.waves.check import missing
from coterie.planning.waves.model import CEILING, Move, Moving, Pace, Seat
from coterie.planning.waves.pilots import pilots, units
from coterie.planning.waves.training import by_group, by_site, seats

SCALE = 1_000_000
EFFORT = 20.0
SPLIT, APART = 1_000, 300
"""What a site that moves in one wave more, and buddies apart, are worth in the third wish."""
Var = cp_model.IntVar


@dataclass(slots=True)
class Built:
    """A model under construction. `starts`: this community starts in this slot."""

    communities: Sequence[Moving]
    pace: Pace
    first: frozenset[str]
    training: Mapping[str, Sequence[Seat]]
    places: Var
    last: Var
    model: cp_model.CpModel
    starts: dict[tuple[str, int], Var] = field(default_factory=dict)
    short: dict[tuple[str, int], Var] = field(default_factory=dict)


def move(communities: Sequence[Moving], pace: Pace, *, places: int | None = None, short: bool = False, seed: int = 0) -> Move:  # fmt: skip
    """Who starts when. Raises `Invalid`, naming the site or the old group that stands in the way.

    `short`: old groups may lack people, as few as possible, each of them listed.
    """
    if not communities:
        raise Invalid("The plan has no communities to move.", "no_communities")
    built = build(communities, pace, places, short=short)
    if short:
        settle(built, sum(built.short.values()), seed)
    if solve(built, built.places, seed) is None:
        raise Invalid(obstacle(communities, pace, places), "no_order")
    keep(built, built.places, seed)
    proof = keep(built, built.last, seed)
    return found(built, pleasing(built, seed), proof)


def build(communities: Sequence[Moving], pace: Pace, places: int | None, *, short: bool) -> Built:
    model = cp_model.CpModel()
    training = {each.id: seats(each, pace) for each in communities}
    everybody = sum(len(each.movers) for each in communities)
    built = Built(
        communities,
        pace,
        pilots(communities, pace.pilots),
        training,
        model.new_int_var(0, everybody, "") if places is None else model.new_int_var(places, places, ""),
        model.new_int_var(0, max(pace.slots), ""),
        model,
    )  # fmt: skip
    start_all(built)
    keep_places(built)
    keep_groups(built, short=short)
    return built


def start_all(built: Built) -> None:
    """Each once, pilots in the first slot and nobody else; buddies together."""
    for each in built.communities:
        for week in built.pace.slots:
            built.starts[each.id, week] = built.model.new_bool_var("")
        built.model.add_exactly_one(built.starts[each.id, week] for week in built.pace.slots)
        built.model.add(built.starts[each.id, 0] == (each.id in built.first))
        built.model.add(sum(week * built.starts[each.id, week] for week in built.pace.slots) <= built.last)  # fmt: skip
    for unit in units(built.communities):
        if len({each.id in built.first for each in unit}) == 1:
            for week in built.pace.slots:
                for other in unit[1:]:
                    built.model.add(built.starts[unit[0].id, week] == built.starts[other.id, week])  # fmt: skip


def keep_places(built: Built) -> None:
    there: dict[tuple[str, int], list[cp_model.LinearExprT]] = defaultdict(list)
    for each in built.communities:
        for (site, ahead), many in by_site(built.training[each.id]).items():
            for week in built.pace.slots:
                there[site, week + ahead].append(many * built.starts[each.id, week])
    for terms in there.values():
        built.model.add(sum(terms) <= built.places)


def keep_groups(built: Built, *, short: bool) -> None:
    """In each week the people left in an old group, less those in training, are enough for the contacts that are left."""
    pace = built.pace
    people = Counter(mover.group for each in built.communities for mover in each.movers)
    contacts = sum(each.contacts for each in built.communities) or 1.0
    gone = {each.id: Counter(mover.group for mover in each.movers) for each in built.communities}
    for week in range(-pace.ahead, max(pace.slots) + 1):
        training = trained(built, week)
        for group, many in people.items():
            spare: list[cp_model.LinearExprT] = [
                SCALE * (many + pace.lend) - round(SCALE * many * pace.busy / CEILING)
            ]
            spare += [-round(SCALE * pace.away) * term for term in training[group]]
            for each in built.communities:
                relief = round(SCALE * many * pace.busy / CEILING * each.contacts / contacts)
                moved = sum(built.starts[each.id, slot] for slot in pace.slots if slot <= week)
                spare.append((relief - SCALE * gone[each.id][group]) * moved)
            if short:
                built.short[group, week] = built.model.new_int_var(0, many, "")
                spare.append(SCALE * built.short[group, week])
            built.model.add(sum(spare) >= 0)


def trained(built: Built, week: int) -> Mapping[str, list[cp_model.LinearExprT]]:
    """By old group the people who are in training in this week."""
    found: dict[str, list[cp_model.LinearExprT]] = defaultdict(list)
    for each in built.communities:
        counts = by_group(built.training[each.id])
        for slot in built.pace.slots:
            for (group, ahead), many in counts.items():
                if slot + ahead == week:
                    found[group].append(many * built.starts[each.id, slot])
    return found


def solve(built: Built, objective: cp_model.LinearExprT, seed: int) -> cp_model.CpSolver | None:
    built.model.minimize(objective)
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = EFFORT
    status = solver.solve(built.model)
    return solver if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} else None


def keep(built: Built, wish: Var, seed: int) -> float:
    """The least that this can be is kept; its bound comes back."""
    solver = solve(built, wish, seed)
    assert solver, "there was an answer before"
    built.model.add(wish <= solver.value(wish))
    return float(solver.best_objective_bound)


def settle(built: Built, total: cp_model.LinearExprT, seed: int) -> None:
    solver = solve(built, total, seed)
    if solver:
        built.model.add(total <= round(solver.objective_value))


def pleasing(built: Built, seed: int) -> cp_model.CpSolver:
    costs: list[cp_model.LinearExprT] = []
    people = max(1, sum(each.customers for each in built.communities))
    sites = defaultdict(list)
    for each in built.communities:
        late = sum(week * built.starts[each.id, week] for week in built.pace.slots)
        costs.append(round(1000 * each.customers / people) * late)
        for site in {mover.new_site for mover in each.movers}:
            sites[site].append(each.id)
    for ids in sites.values():
        costs += [SPLIT * used(built, ids, week) for week in built.pace.slots]
    costs += [APART * term for term in apart(built)]
    solver = solve(built, sum(costs), seed)
    assert solver, "there was an answer before"
    return solver


def used(built: Built, ids: Sequence[str], week: int) -> Var:
    """Whether any of a site's communities starts in this slot."""
    any_ = built.model.new_bool_var("")
    for each in ids:
        built.model.add_implication(built.starts[each, week], any_)
    return any_


def apart(built: Built) -> list[Var]:
    """Communities that start before their buddy does."""
    found = []
    known = {each.id for each in built.communities}
    for each in built.communities:
        if each.buddy in known:
            alone = built.model.new_bool_var("")
            own, buddys = (sum(week * built.starts[one, week] for week in built.pace.slots) for one in (each.id, each.buddy))  # fmt: skip
            built.model.add(own + (max(built.pace.slots) + 1) * alone >= buddys)
            found.append(alone)
    return found


def found(built: Built, solver: cp_model.CpSolver, bound: float) -> Move:
    starts = {each: week for (each, week), var in built.starts.items() if solver.value(var)}
    made = Move(starts, built.first, built.training, solver.value(built.places), max(starts.values()), round(bound))  # fmt: skip
    return replace(made, short=missing(built.communities, built.pace, made))


def obstacle(communities: Sequence[Moving], pace: Pace, places: int | None) -> str:
    """What stands in the way: the largest training, else the old group that would lack most, else time."""
    for each in communities:
        for (site, _), many in by_site(seats(each, pace)).items():
            if places is not None and many > places:
                return f"{each.id} trains {many} people at {site or 'its site'} at once; there are {places} places. Give more (--training-places) or train longer ahead (--ahead)."  # fmt: skip
    together = Counter[tuple[str, int]]()
    for each in communities:
        if each.id in pilots(communities, pace.pilots):
            together += by_site(seats(each, pace))
    (site, _), many = max(together.items(), key=lambda each: each[1], default=(("", 0), 0))
    if places is not None and many > places:
        return f"The pilots train {many} people at {site or 'their site'} at once; there are {places} places. Give more (--training-places), take fewer pilots (--pilots) or train longer ahead (--ahead)."  # fmt: skip
    built = build(communities, pace, places, short=True)
    solver = solve(built, sum(built.short.values()), 0)
    if solver is None and places is None:
        return f"Not everybody can have moved in {pace.weeks} weeks, however many training places there are. Give more weeks (--weeks)."  # fmt: skip
    if solver is None:
        return f"With {places} training places a site not everybody can have moved in {pace.weeks} weeks. Give more places (--training-places) or more weeks (--weeks)."  # fmt: skip
    (group, week), many = max(((key, solver.value(var)) for key, var in built.short.items()), key=lambda each: each[1])  # fmt: skip
    return f"No order keeps the old group {group} served: {many} people would be missing in week {week} from the pilots' start, with work at {pace.busy:.0%} of its people today and a ceiling of {CEILING:.0%}. Lend it people (--lend), train longer ahead, or see the gaps with --short."  # fmt: skip
