"""The units that work goes to: a community with its buddy, or a group with its courses; and their lines."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from coterie.twin.scenario import CHANNELS, Scenario
from coterie.twin.setup.courses import courses_of
from coterie.twin.setup.demand import resampled, tables_of
from coterie.twin.setup.people import skills_of
from coterie.twin.world.columns import LINE, NOTHING, UNIT


def of_communities(scenario: Scenario) -> dict[str, Any]:
    sizes = [each.experts for each in scenario.communities]
    units = empty_units(sizes)
    places = {each.id: place for place, each in enumerate(scenario.communities)}
    units["buddy"] = [places.get(each.buddy or "", NOTHING) for each in scenario.communities]
    nowhere = np.ones((2 * len(scenario.topics), 1))
    return {
        "units": units, "lines": lines_of(units), "skill": skills_of(scenario, sizes), "tables": tables_of(scenario),
        "first_group": nowhere, "stays": nowhere, "next_group": nowhere,
    }  # fmt: skip


def of_groups(scenario: Scenario) -> dict[str, Any]:
    groups = scenario.groups
    units = empty_units([each.experts or 0 for each in groups])
    units["unlimited"] = [each.experts is None for each in groups]
    tables = tables_of(scenario)
    stays_s = [np.asarray(table) for group in groups for table in (group.stay_s, group.passes_s or group.stay_s) if group.experts is None]  # fmt: skip
    place = len(tables)
    for k, group in enumerate(groups):
        if group.experts is None:
            units[k]["finishes_table"], units[k]["passes_table"] = place, place + 1
            place += 2
    if stays_s:
        tables = np.concatenate([tables, [resampled(each) for each in stays_s]])
    first, stays, following = courses_of(scenario)
    return {
        "units": units, "lines": lines_of(units), "tables": tables,
        "skill": np.zeros((len(scenario.topics), max(1, int(units["number"].sum()))), np.int8),
        "first_group": np.cumsum(first, 1), "stays": stays, "next_group": np.cumsum(following, 2).reshape(-1, len(groups)),
    }  # fmt: skip


def empty_units(sizes: Sequence[int]) -> Any:
    units = np.zeros(len(sizes), UNIT)
    units["number"] = sizes
    units["first"] = np.cumsum(sizes) - sizes
    for name in ("buddy", "over_head", "over_tail", "free_head", "free_tail"):
        units[name] = NOTHING
    return units


def lines_of(units: Any) -> Any:
    lines = np.zeros(len(units) * len(CHANNELS), LINE)
    lines["head"] = lines["tail"] = NOTHING
    return lines
