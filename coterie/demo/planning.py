"""The demo's plan, worked out in a process of its own: territories, people and waves, as the commands would one by one.

`python -m coterie.demo.planning` is what `coterie.planner.apart` is, for the one plan that the demo makes itself.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from coterie.demo.company import written
from coterie.demo.region import ZONE
from coterie.planner.apart import NICE, Watch, answer, drawn, say, tell_now_and_then
from coterie.planning.plan import Plan, as_json, read_plan

PATIENCE_S, SHRINKAGE = 180.0, 0.4
"""Seconds; a share. With the usual 30% communities this small lose 18% of their callers in the twin, with 40% they lose 9%."""
STARTS_AFTER = timedelta(weeks=10)
PILOTS, LENT = 1, 8


def planned(wanted: Mapping[str, Any], watch: Watch) -> dict[str, Any]:
    """The plan's document, drawn as any other, then staffed and put into waves."""
    plan, now = read_plan(drawn(wanted, watch)), datetime.now(ZoneInfo(ZONE))
    return dict(as_json(with_waves(with_people(plan, wanted["areas"], now), now)))


def with_people(plan: Plan, areas: list[Mapping[str, Any]], now: datetime) -> Plan:
    staff = import_module("coterie.exchange.plan_staffing").staff
    choices = import_module("coterie.exchange.plan_choices").Choices
    with TemporaryDirectory() as folder:
        sources = written(Path(folder), areas, now)
        chosen = choices(zone=ZONE, patience_s=PATIENCE_S, shrinkage=SHRINKAGE)
        made: Plan = staff(plan, sources, chosen, lambda *_: None).plan
    return made


def with_waves(plan: Plan, now: datetime) -> Plan:
    """The pilots start on a Monday in some weeks."""
    order = import_module("coterie.planning.waves.order")
    reading = import_module("coterie.planning.waves.reading")
    communities = reading.movings(plan)
    pace = import_module("coterie.planning.waves.model").Pace(pilots=PILOTS, lend=LENT)
    start = (now + STARTS_AFTER - timedelta(days=now.weekday())).date()
    made = order.move(communities, pace, short=True)
    return replace(plan, waves=reading.section(communities, pace, made, start))


if __name__ == "__main__":
    os.nice(NICE)
    say(answer(json.load(sys.stdin), tell_now_and_then(), {"territories": planned}))
