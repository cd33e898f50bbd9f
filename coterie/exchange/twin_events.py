"""What happened in a twin's world, a line of JSON for each event, in the form of `coterie export events`."""

import json
from datetime import UTC, datetime
from pathlib import Path

from coterie.exchange.logs import Watch
from coterie.kit.errors import Invalid
from coterie.twin.events import events_of
from coterie.twin.running import WORLDS, lived
from coterie.twin.scenario import Scenario
from coterie.twin.setup.side import side_of

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
"""The Monday on which every world begins."""
TOLD_EACH = 10_000


def write_events(scenario: Scenario, world: str, seed: int, out: Path, watch: Watch) -> int:
    """How many were written."""
    if world not in WORLDS:
        raise Invalid(f"There is no world {world}; there are {' and '.join(WORLDS)}.", "world", "world")  # fmt: skip
    if world == "groups" and not scenario.groups:
        raise Invalid("This scenario has no skill groups.", "world", "world")
    happened = lived(side_of(scenario, WORLDS[world]), seed, recorded=True)
    aside = out.with_name(out.name + ".part")
    number = 0
    try:
        with aside.open("w") as file:
            for number, each in enumerate(events_of(scenario, happened, BEGIN), 1):
                line = {"number": number, "community_id": each.stream_id, "at": each.at.isoformat(), "kind": each.kind, "ids": each.ids, "values": each.values}  # fmt: skip
                file.write(json.dumps(line) + "\n")
                if number % TOLD_EACH == 0:
                    watch(number, 0)
        aside.replace(out)
    finally:
        aside.unlink(missing_ok=True)
    return number
