"""Every stored decision decided again, read in a stream: by the policy as it runs, and compiled for arrays."""

from collections.abc import Iterator
from typing import Any

import numpy
import psycopg
from psycopg.rows import class_row

from coterie.routing import compiled, words
from coterie.routing.model import Decision, unpack

ALL = """
    SELECT id::text, episode_id::text, community_id::text, at, policy, settings_version, situation, codes, reason,
        chosen_id::text, time_given
    FROM decisions
"""


def stored(database: psycopg.Connection[Any]) -> Iterator[Decision]:
    with (
        database.transaction(),
        database.cursor("decisions", row_factory=class_row(Decision)) as all_,
    ):
        all_.itersize = 500
        all_.execute(ALL)
        yield from all_


def decided_otherwise(database: psycopg.Connection[Any]) -> tuple[int, list[str]]:
    """How many decisions there are, and which of them come out another way, bit for bit."""
    count, wrong = 0, []
    for decision in stored(database):
        count += 1
        if not (words.holds(decision) and holds_compiled(decision)):
            wrong.append(decision.id)
    return count, wrong


def holds_compiled(decision: Decision) -> bool:
    seen = unpack(decision.situation)
    codes = numpy.zeros(len(seen.expert_ids), numpy.int8)
    index, reason = compiled.decide(seen.contact, compiled.arrays(seen.experts), codes)
    chosen = seen.expert_ids[index] if index >= 0 else None
    return (chosen, reason, codes.tolist()) == (
        decision.chosen_id,
        decision.reason,
        decision.codes,
    )
