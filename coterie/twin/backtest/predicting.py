"""The twin against reality: fitted on the first part of a log, it lives the openings of the rest; both beside each other. Pure.

What is predicted are the ways and times of cases whose customer, topic and opening are given. Beside each prediction
stands the naive one, that all stays as in the fitted part, so that a reader sees whether the model adds anything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import product
from typing import Any, TypeAlias

import numpy as np

from coterie.kit.errors import Invalid
from coterie.twin.backtest.figures import Measured, measured
from coterie.twin.backtest.fitting import Constants, Fit, fitted
from coterie.twin.backtest.pasts import DAY_S, NOBODY, Past, Window, sweeps
from coterie.twin.backtest.same_group import same_of
from coterie.twin.backtest.scoring import log_likelihood, missed
from coterie.twin.backtest.world import lived_again, side_of_fit
from coterie.twin.intervals import t
from coterie.twin.running import seeds

FEWEST_RUNS = 2
MOST_GROUPS = 2_000
FEWEST = 100
"""Cases of either part, below which nothing is said."""
FADES, TRUSTS = (1 / 8, 1 / 4, 1 / 2, 100.0), (10.0, 30.0, 100.0)
STAY_FADES = (1 / 32, 1 / 16, *FADES)
"""Half-lives that are tried, as parts of the fitted time, and trusts."""
Watch: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Halves:
    """A log, cut where the second part begins. Each customer by customer, as they were opened. `notes`: what a reader should know of it."""

    early: Sequence[Past]
    late: Sequence[Past]
    window: Window
    until: datetime
    notes: Sequence[str] = ()


def halves(pasts: Sequence[Past], until: datetime | None) -> Halves:
    """Cut by the opening of cases. Raises `Invalid` where a part has too few or nothing names a group."""
    groups = {visit.group for past in pasts for visit in past.visits} - {NOBODY}
    if not groups:
        raise Invalid("This log names no groups: map the column `group`.", "no_groups", "mapping")
    if len(groups) > MOST_GROUPS:
        raise Invalid(f"This log names {len(groups):,} groups, more than {MOST_GROUPS:,}: map a column that names teams, not people.", "many_groups", "mapping")  # fmt: skip
    until = until or two_thirds(pasts)
    early = [past for past in pasts if past.opened < until]
    late = [past for past in pasts if past.opened >= until]
    first, last = min(p.opened for p in pasts), max(p.opened for p in pasts)
    for some, part in ((early, "before"), (late, "from")):
        if len(some) < FEWEST:
            raise Invalid(f"{len(some)} cases were opened {part} {until:%Y-%m-%d %H:%M}; each part needs {FEWEST}. The log's cases were opened from {first:%Y-%m-%d} to {last:%Y-%m-%d}.", "too_few", "fit-until")  # fmt: skip
    if sum(past.finished for past in early) < FEWEST:
        raise Invalid(f"Fewer than {FEWEST} cases opened before {until:%Y-%m-%d} are finished in the log.", "too_few", "fit-until")  # fmt: skip
    return Halves(early, late, Window.of(pasts), until)


def two_thirds(pasts: Sequence[Past]) -> datetime:
    """Of the time in which the later nine tenths of the cases were opened: the few before may be years older."""
    opened = sorted(past.opened for past in pasts)
    begins = opened[len(opened) // 10]
    return begins + (opened[-1] - begins) * 2 / 3


def backtest(found: Halves, seed: int, replications: int, watch: Watch) -> dict[str, Any]:
    """The document of a backtest. Raises `Invalid` with too few replications."""
    if not FEWEST_RUNS <= replications <= 1_000:
        raise Invalid("There are 2 to 1,000 replications.", "replications", "replications")
    constants, tried = chosen(found)
    fit = fitted(found.early, found.window, constants)
    side = side_of_fit(fit, constants.same, found.early, found.late)
    before, actual = measured(found.early, ()), measured(found.late, found.early)
    predicted: list[Measured] = []
    for number, each in enumerate(seeds(seed, replications)):
        watch(number, replications)
        predicted.append(
            measured(lived_again(side, fit, found.late, found.window, each), found.early)
        )
    watch(replications, replications)
    figures = {name: beside(before.get(name), [one.get(name) for one in predicted], value) for name, value in actual.items()}  # fmt: skip
    return {
        "format": 1,
        "seed": seed,
        "replications": replications,
        "log": of_log(found),
        "fit": of_fit(fit, constants, tried),
        "figures": figures,
        "closer": closer(figures),
        "notes": [*found.notes],
        "cannot_tell": [*CANNOT],
    }


# Choosing


def chosen(found: Halves) -> tuple[Constants, dict[str, Any]]:
    """The constants under which the fitted part's first two thirds tell its last third best; the held-back part has no say.

    Those of the ways by likelihood, then that of the stays by how far their quantiles are off.
    """
    ordered = sorted(past.opened for past in found.early)
    cut = ordered[len(ordered) * 2 // 3]
    inner = [past for past in found.early if past.opened < cut]
    outer = [past for past in found.early if past.opened >= cut and past.finished]
    days = max((ordered[-1] - ordered[len(ordered) // 10]).total_seconds() / DAY_S, 1.0)
    if not any(past.finished for past in inner) or not outer:
        return Constants(FADES[-1] * days, FADES[-1] * days, TRUSTS[1], origins=False), {}
    ways = []
    for fade, trust, origins in product(FADES, TRUSTS, (False, True)):
        constants = Constants(fade * days, fade * days, trust, origins)
        ways.append((log_likelihood(fitted(inner, found.window, constants), outer), constants))
    best = max(ways, key=lambda each: each[0])[1]
    stays = []
    for fade in STAY_FADES:
        constants = replace(best, stay_half_life_days=fade * days)
        stays.append((missed(fitted(inner, found.window, constants), outer), constants))
    tried = {
        "ways": [{"log_likelihood": value, **as_document(each)} for value, each in ways],
        "stays": [{"loss": value, **as_document(each)} for value, each in stays],
    }
    chosen = min(stays, key=lambda each: each[0])[1]
    same = same_of(fitted(inner, found.window, chosen), found.early, cut)
    return replace(chosen, same=same), tried


def as_document(constants: Constants) -> dict[str, Any]:
    return asdict(constants)


# Telling


def of_log(found: Halves) -> dict[str, Any]:
    every = [*found.early, *found.late]
    since = found.window.since
    return {
        "until": found.until.isoformat(),
        "fitted": part(found.early),
        "held_back": part(found.late),
        "ended": {"first": since.isoformat(), "last": found.window.until.isoformat()},
        "opened_before_anything_ended": sum(past.opened < since for past in every),
        "sweeps": {f"{day}": number for day, number in sweeps(every).items()},
    }


def part(pasts: Sequence[Past]) -> dict[str, Any]:
    return {
        "cases": len(pasts),
        "unfinished": sum(not past.finished for past in pasts),
        "from": min(past.opened for past in pasts).isoformat(),
        "to": max(past.opened for past in pasts).isoformat(),
    }


def of_fit(fit: Fit, constants: Constants, tried: dict[str, Any]) -> dict[str, Any]:
    return {
        "constants": as_document(constants),
        "tried": tried,
        "kinds": len(fit.states.kinds),
        "groups": len(fit.states.groups),
        "states": len(fit.states.states),
        "counted_cases": fit.counted,
    }


def beside(
    before: float | None, predicted: Sequence[float | None], actual: float
) -> dict[str, Any]:
    """One figure: fitted part, prediction with the interval of one more replication, actual, and both errors."""
    known = [value for value in predicted if value is not None]
    model = spread(known) if len(known) >= FEWEST_RUNS else None
    inside = None if model is None else model["low"] <= actual <= model["high"]
    return {
        "fitted": before,
        "predicted": model,
        "actual": actual,
        "inside": inside,
        "error": error(None if model is None else model["value"], actual),
        "naive_error": error(before, actual),
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    """The mean, and between which bounds one more replication lies in 95 of 100: the actual is one, if the model holds."""
    n, mean = len(values), float(np.mean(values))
    half = t(n - 1) * float(np.std(values, ddof=1)) * float(np.sqrt(1 + 1 / n))
    return {"value": mean, "low": mean - half, "high": mean + half}


def error(value: float | None, actual: float) -> dict[str, float | None] | None:
    if value is None:
        return None
    return {"absolute": value - actual, "relative": (value - actual) / actual if actual else None}


def closer(figures: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """For how many figures the model is closer than the naive prediction, and the other way round."""
    both = [each for each in figures.values() if each["error"] and each["naive_error"]]
    size = [(abs(each["error"]["absolute"]), abs(each["naive_error"]["absolute"])) for each in both]
    return {
        "model": sum(model < naive for model, naive in size),
        "naive": sum(naive < model for model, naive in size),
        "figures": len(size),
    }


CANNOT = (
    "How many people a group has, and when they are there: so nothing queues in this world, and stays are taken as they were.",
    "Why a case waited: for people, for the customer, for a third party or for a rule (such as closing days after it was resolved).",
    "How much of a stay was work.",
    "Whether a first group was chosen by a menu, by a person or by mistake, and so what a misroute is.",
    "Whether it was solved for the customer: a closing says that somebody closed it.",
    "What it would be with communities: nothing here is tried but what was there. A prediction that holds says that the twin's skill groups are like these, no more.",
)
"""What such a log does not say."""
