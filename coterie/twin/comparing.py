"""Both worlds beside each other: replications with intervals, paired differences, and what each assumption does to them.

Both worlds meet the same arrivals (see `world.draws`), so a difference is taken replication by replication: what the two
share cancels out (common random numbers; Law, Simulation Modeling and Analysis, 2015, chapter 11).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

from coterie.kit.errors import Invalid
from coterie.twin.assumptions import TABLE
from coterie.twin.intervals import Interval, interval
from coterie.twin.running import FIGURES, Map, Outcome, pieces, run
from coterie.twin.scenario import Scenario
from coterie.twin.words import better, notes_on

FORMAT = 1
FEWEST = 2
Watch: TypeAlias = Callable[[int, int], None]


def compared(scenario: Scenario, seed: int, replications: int, watch: Watch, over: Map = map) -> dict[str, Any]:  # fmt: skip
    """The result: each figure of each world, and the differences. Raises `Invalid` with too few replications."""
    if not FEWEST <= replications <= 1_000:
        raise Invalid(f"There are {FEWEST} to 1,000 replications.", "replications", "replications")
    worlds = ["groups", "communities"] if scenario.groups else ["communities"]
    outcomes = watched(run, pieces(scenario, worlds, seed, replications), watch, over)
    found = {world: [each for each in outcomes if each.world == world] for world in worlds}
    return {
        "format": FORMAT,
        "seed": seed,
        "replications": replications,
        "days": scenario.days,
        "warm_up_days": scenario.warm_up_days,
        "name": scenario.name,
        "worlds": {world: {"figures": means(some), "seeds": [each.seed for each in some]} for world, some in found.items()},
        "differences": differences(found["groups"], found["communities"]) if scenario.groups else {},
        "assumptions": assumptions(scenario),
        "notes": notes_on(scenario),
        "each": {world: [{name: value for name, (value, _) in each.values.items()} for each in some] for world, some in found.items()},
        "scenario": as_document(scenario),
    }  # fmt: skip


def watched(do: Callable[[Any], Any], some: Sequence[Any], watch: Watch, over: Map) -> list[Any]:
    """What comes of each piece of work, in its order; told as they come."""
    found = []
    watch(0, len(some))
    for number, each in enumerate(over(do, some), 1):
        found.append(each)
        watch(number, len(some))
    return found


def names_of(outcomes: Sequence[Outcome]) -> list[str]:
    """Figures that every replication has, in the order of the first."""
    return [name for name in outcomes[0].values if all(name in each.values for each in outcomes)]


def means(outcomes: Sequence[Outcome]) -> dict[str, Interval]:
    """Of each figure the mean over replications, with its 95% interval, and how much it was counted over."""
    made = {}
    for name in names_of(outcomes):
        values = [each.values[name][0] for each in outcomes]
        made[name] = {**interval(values), "n": round(sum(each.values[name][1] for each in outcomes))}  # fmt: skip
    return made


def differences(groups: Sequence[Outcome], communities: Sequence[Outcome]) -> dict[str, Any]:
    """Communities less groups. It stands out of the noise where its interval leaves out 0."""
    known = set(names_of(communities))
    made = {}
    for name in names_of(groups):
        if name not in known:
            continue
        found = interval([b.values[name][0] - a.values[name][0] for a, b in zip(groups, communities, strict=True)])  # fmt: skip
        stands_out = found["low"] > 0 or found["high"] < 0
        made[name] = {**found, "stands_out": stands_out, "better": better(name, found["value"]) if stands_out else None}  # fmt: skip
    return made


def assumptions(scenario: Scenario) -> list[dict[str, Any]]:
    """All of them, with where each comes from."""
    values = asdict(scenario.assumptions)
    return [
        {
            "name": name, "value": values[name], "low": known.low, "high": known.high, "unit": known.unit, "of": known.of,
            "why": known.why, "source": scenario.fitted.get(name, "assumed"),
        }
        for name, known in TABLE.items()
    ]  # fmt: skip


def as_document(scenario: Scenario) -> dict[str, Any]:
    """The scenario, so that a result can be had again."""
    return asdict(scenario)


# Sensitivity


@dataclass(frozen=True, slots=True)
class Tried:
    """One assumption at one end of its range."""

    name: str
    end: str
    scenario: Scenario


def check_figures(scenario: Scenario, names: Sequence[str]) -> None:
    """Whether it can be asked what assumptions do to these. Raises `Invalid`."""
    for name in names:
        if name not in FIGURES:
            raise Invalid(f"There is no figure {name!r} whose sensitivity could be tried; there are {', '.join(FIGURES)}.", "sensitivity", "sensitivity")  # fmt: skip
    if not names:
        raise Invalid(f"Name a figure whose sensitivity is to be tried; there are {', '.join(FIGURES)}.", "sensitivity", "sensitivity")  # fmt: skip
    if not scenario.groups:
        raise Invalid("The scenario has no skill groups, so there is no difference that could change.", "sensitivity", "sensitivity")  # fmt: skip


def tornado(scenario: Scenario, seed: int, replications: int, figures: Sequence[str], watch: Watch, over: Map = map) -> dict[str, Any]:  # fmt: skip
    """Of each figure: what its difference is when an assumption takes its low and its high value, widest first."""
    tried = ends_of(scenario)
    plain = Tried("", "", scenario)
    work = [piece for each in [plain, *tried] for piece in pieces(each.scenario, ["groups", "communities"], seed, replications)]  # fmt: skip
    outcomes = watched(run, work, watch, over)
    per = 2 * replications
    found = [differences(outcomes[k : k + replications], outcomes[k + replications : k + per]) for k in range(0, len(outcomes), per)]  # fmt: skip
    return {name: bars(name, tried, found) for name in figures if name in found[0]}


def ends_of(scenario: Scenario) -> list[Tried]:
    """Every assumption that no log has told, low and high."""
    return [
        Tried(name, end, replace(scenario, assumptions=replace(scenario.assumptions, **{name: getattr(known, end)})))
        for name, known in TABLE.items()
        for end in ("low", "high")
        if name not in scenario.fitted and known.low < known.high
    ]  # fmt: skip


def bars(figure: str, tried: Sequence[Tried], found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:  # fmt: skip
    plain = found[0][figure]["value"]
    made: dict[str, dict[str, Any]] = {}
    for each, differs in zip(tried, found[1:], strict=True):
        bar = made.setdefault(each.name, {"assumption": each.name, "plain": plain})
        bar[each.end] = differs[figure]["value"] if figure in differs else None
    return sorted(made.values(), key=lambda bar: -width(bar))


def width(bar: Mapping[str, Any]) -> float:
    ends = (bar[end] if bar[end] is not None else bar["plain"] for end in ("high", "low"))
    return float(abs(next(ends) - next(ends)))
