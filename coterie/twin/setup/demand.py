"""How many contacts come, from whom, about what, and how much work each is."""

from math import log, sqrt
from typing import Any

import numpy as np

from coterie.twin.scenario import CHANNELS, SLOTS, Scenario
from coterie.twin.world.columns import HOME, NOTHING, TOPIC

SLOT_S = 1800.0
QUANTILES = 257


class Demand:
    """Contacts a second in each half-hour, and whose they are."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.slots = scenario.days * 48
        shapes = [shape_of(scenario, channel) for channel in CHANNELS]
        daily = np.array([[c.contacts_day.get(name, 0.0) for name in CHANNELS] for c in scenario.communities])  # fmt: skip
        self.week = daily[None, :, :] * 7 * np.stack(shapes, 1)[:, None, :] / SLOT_S
        """(336, communities, channels) contacts a second."""

    def columns(self) -> dict[str, Any]:
        rates = self.week if not self.scenario.surges else self.surged()
        flat = rates.reshape(len(rates), -1)
        places = np.arange(self.slots) % len(flat)
        return {
            "rates": flat.sum(1)[places],
            "cell_of": places,
            "cells": np.cumsum(flat, 1),
        }

    def surged(self) -> Any:
        """Of each half-hour of the whole time."""
        rates = self.week[np.arange(self.slots) % SLOTS].copy()
        places = {each.id: place for place, each in enumerate(self.scenario.communities)}
        for surge in self.scenario.surges:
            struck = [places[each] for each in surge.communities]
            slots = slice(int(surge.from_h * 2), int(surge.to_h * 2))
            rates[slots, struck] *= surge.factor
        return rates


def shape_of(scenario: Scenario, channel: str) -> Any:
    shape = np.asarray(scenario.week.get(channel, [1.0] * SLOTS), float)
    return shape / shape.sum()


def homes_of(scenario: Scenario) -> dict[str, Any]:
    homes = np.zeros(len(scenario.communities), HOME)
    homes["customers"] = [each.customers for each in scenario.communities]
    homes["first_customer"] = np.cumsum(homes["customers"]) - homes["customers"]
    return {"homes": homes, "last_case": np.full(int(homes["customers"].sum()), NOTHING, np.int32)}


def topics_of(scenario: Scenario) -> dict[str, Any]:
    topics = np.zeros(len(scenario.topics), TOPIC)
    tables = 0
    for k, topic in enumerate(scenario.topics):
        row, effort = topics[k], topic.effort
        row["solved"], row["again"] = topic.solved, scenario.assumptions.comes_back
        if effort["kind"] == "exponential":
            row["kind"], row["a"] = 0, effort["mean_s"]
        elif effort["kind"] == "lognormal":
            spread = log(1 + (effort["sd_s"] / effort["mean_s"]) ** 2)
            row["kind"], row["a"], row["b"] = 1, log(effort["mean_s"]) - spread / 2, sqrt(spread)
        else:
            row["kind"], row["table"] = 2, tables
            tables += 1
    weights = np.array([[each.share.get(name, 0.0) for each in scenario.topics] for name in CHANNELS])  # fmt: skip
    weights[weights.sum(1) == 0] = 1.0
    return {"topics": topics, "topic_shares": np.cumsum(weights, 1)}


def tables_of(scenario: Scenario) -> Any:
    found = [resampled(each.effort["s"]) for each in scenario.topics if each.effort["kind"] == "quantiles"]  # fmt: skip
    return np.array(found) if found else np.zeros((1, QUANTILES))


def resampled(quantiles: Any) -> Any:
    """Equally spaced quantiles, of the number that every table has."""
    given = np.asarray(quantiles, float)
    return np.interp(np.linspace(0, 1, QUANTILES), np.linspace(0, 1, len(given)), given)
