"""The same skill groups in ciw and in simpy, and M/M/c in simpy and as a plain loop over a heap.

Calls on a few topics; a menu sends most to the right group, the others to any other; a wrong group finds out after part
of the effort and passes on; everybody is there all the time and nobody hangs up.
"""

import heapq
import random
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import ciw
import simpy

from coterie.twin.reading import read_scenario
from coterie.twin.scenario import Scenario

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Model:
    """So many groups of so many people; calls a second on each group's topic; mean effort in seconds."""

    groups: int = 6
    people: int = 12
    calls_s: float = 0.024
    effort_s: float = 360.0
    misroute: float = 0.15
    discover: float = 0.35


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of it: calls begun, mean wait before the first answer, how many were passed on."""

    calls: int
    wait_s: float
    passed_on: float


def scenario(model: Model, days: int) -> Scenario:
    """The model in our words."""
    names = [f"t{k}" for k in range(model.groups)]
    return read_scenario(
        {
            "days": days,
            "always_there": True,
            "communities": [{"id": "c", "name": "", "customers": 10_000, "contacts_day": {"voice": model.calls_s * model.groups * DAY_S}, "experts": 1}],
            "topics": [{"name": name, "share": {"voice": 1}, "effort": {"kind": "exponential", "mean_s": model.effort_s}, "solved": 1.0} for name in names],
            "week": {"voice": [1.0] * 336},
            "groups": [{"name": name, "topics": [name], "spoken": True, "written": False, "experts": model.people} for name in names],
            "settings": {"warm_up_s": 0, "overflow": 0},
            "assumptions": {
                "patience_s": 1e17, "menu_s": 0, "misroute": model.misroute, "second_line": 0, "spoils": 0,
                "repeat_s": 0, "redial_share": 0, "discover": model.discover,
            },
        }
    )  # fmt: skip


def in_ciw(model: Model, seconds: float, seed: int) -> Seen:
    """A class of customers for each topic, a node for each group."""
    ciw.seed(seed)
    k = model.groups
    classes = [f"Class {topic}" for topic in range(k)]
    arrivals, services, routing = {}, {}, {}
    for topic, name in enumerate(classes):
        shares = [model.calls_s * (1 - model.misroute if g == topic else model.misroute / (k - 1)) for g in range(k)]  # fmt: skip
        arrivals[name] = [ciw.dists.Exponential(rate) for rate in shares]
        services[name] = [ciw.dists.Exponential(1 / (model.effort_s * (1 if g == topic else model.discover))) for g in range(k)]  # fmt: skip
        routing[name] = [[1.0 if g != topic and to == topic else 0.0 for to in range(k)] for g in range(k)]  # fmt: skip
    network = ciw.create_network(
        arrival_distributions=arrivals, service_distributions=services, routing=routing,
        number_of_servers=[model.people] * k,
    )  # fmt: skip
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(seconds)
    first: dict[int, Any] = {}
    visits = 0
    for record in simulation.get_all_records():
        visits += 1
        known = first.get(record.id_number)
        if known is None or record.arrival_date < known.arrival_date:
            first[record.id_number] = record
    waits = [record.waiting_time for record in first.values()]
    return Seen(len(waits), sum(waits) / len(waits), (visits - len(waits)) / len(waits))


def in_simpy(model: Model, seconds: float, seed: int) -> Seen:
    """A resource for each group, a process for each call."""
    chance = random.Random(seed)
    env = simpy.Environment()
    groups = [simpy.Resource(env, model.people) for _ in range(model.groups)]
    waits: list[float] = []
    passed = 0

    def call(topic: int) -> Generator[Any, Any, None]:
        nonlocal passed
        group, begun = first_group(model, topic, chance), env.now
        if group != topic:
            with groups[group].request() as turn:
                yield turn
                waits.append(env.now - begun)
                yield env.timeout(chance.expovariate(1 / (model.effort_s * model.discover)))
            passed += 1
        with groups[topic].request() as turn:
            yield turn
            if group == topic:
                waits.append(env.now - begun)
            yield env.timeout(chance.expovariate(1 / model.effort_s))

    def calls() -> Generator[Any, Any, None]:
        while True:
            yield env.timeout(chance.expovariate(model.calls_s * model.groups))
            env.process(call(chance.randrange(model.groups)))

    env.process(calls())
    env.run(seconds)
    return Seen(len(waits), sum(waits) / len(waits), passed / len(waits))


def first_group(model: Model, topic: int, chance: random.Random) -> int:
    if chance.random() >= model.misroute:
        return topic
    other = chance.randrange(model.groups - 1)
    return other if other < topic else other + 1


def queue_in_simpy(servers: int, rate: float, mean_s: float, calls: int, seed: int) -> float:
    """M/M/c; the mean wait."""
    chance = random.Random(seed)
    env = simpy.Environment()
    people = simpy.Resource(env, servers)
    waited = 0.0

    def call() -> Generator[Any, Any, None]:
        nonlocal waited
        begun = env.now
        with people.request() as turn:
            yield turn
            waited += env.now - begun
            yield env.timeout(chance.expovariate(1 / mean_s))

    def source() -> Generator[Any, Any, None]:
        for _ in range(calls):
            yield env.timeout(chance.expovariate(rate))
            env.process(call())

    env.process(source())
    env.run()
    return waited / calls


def queue_on_a_heap(servers: int, rate: float, mean_s: float, calls: int, seed: int) -> float:
    """M/M/c with one heap of events, as somebody would write it in an afternoon; the mean wait."""
    chance = random.Random(seed)
    events: list[tuple[float, str, int]] = [(chance.expovariate(rate), "arrives", 0)]
    queue: deque[int] = deque()
    arrived: dict[int, float] = {}
    free, waited, served = servers, 0.0, 0
    while events:
        now, what, who = heapq.heappop(events)
        if what == "arrives":
            arrived[who] = now
            queue.append(who)
            if who + 1 < calls:
                heapq.heappush(events, (now + chance.expovariate(rate), "arrives", who + 1))
        else:
            free += 1
        while free and queue:
            next_one = queue.popleft()
            free -= 1
            waited += now - arrived.pop(next_one)
            served += 1
            heapq.heappush(events, (now + chance.expovariate(1 / mean_s), "ends", next_one))
    return waited / served
