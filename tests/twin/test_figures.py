"""A world's figures: counted over its columns and over its events, by different code, they are the same."""

from collections import defaultdict
from datetime import UTC, datetime

import pytest

from coterie.performance.scorecard import answers_of
from coterie.twin.events import by_customer, events_of
from coterie.twin.running import WORLDS, lived
from coterie.twin.setup.side import DAY_S, side_of
from coterie.twin.world.tally import FIGURES, PLACE, tally
from tests.twin.operations import operation

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("world", list(WORLDS))
@pytest.mark.parametrize("contacts", [12.0, 30.0])
def test_columns_and_events_tell_the_same_figures(world: str, contacts: float) -> None:
    scenario = operation(contacts=contacts)
    happened = lived(side_of(scenario, WORLDS[world]), 5, recorded=True)
    told: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for events in by_customer(events_of(scenario, happened, BEGIN)).values():
        for answer in answers_of(events):
            told[answer.figure][0] += answer.value
            told[answer.figure][1] += 1
    sums = tally(
        happened.has("episodes"),
        happened.has("cases"),
        happened.has("ownings"),
        0.0,
        scenario.days * DAY_S,
        20.0,
    )
    counted = {name: list(sums[PLACE[name]]) for name in FIGURES}
    assert counted == {name: told[name] for name in FIGURES}
    assert counted["transfer_rate"][0] > 100
    assert counted["issue_resolution"][1] > 1_000
