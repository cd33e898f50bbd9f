"""What the world is made of: records in arrays, so that a million contacts fit and compiled code walks over them.

Times are seconds since the world's beginning, which is a Monday at midnight. An index that points nowhere is NOTHING.
"""

from typing import Any

import numpy as np

NOTHING = -1
FOREVER = 1e18

# Channels. Forum and social posts are served as mails are.
VOICE, MESSAGING, EMAIL = 0, 1, 2
CHANNELS = 3

# Worlds.
GROUPS, COMMUNITIES = 0, 1

# Where an episode is.
MENU, QUEUED, CALL_BACK, INBOX, IN_HAND, NEEDS_HELP, WITH_CUSTOMER, OVER, ABANDONED = range(9)

# Why the person who answers changed.
NO_CHANGE, COVER, HANDED, BY_GUEST = range(4)

# What happens at a time. Of an expert: ENDS, ON, OFF, WARM. Of an episode: the others.
ENDS, ON, OFF, WARM = range(4)
TIRED, OFFER, OVERFLOW, HOLD, TURN, DROP, AGAIN, HELPED, UNHELPED, ENTERS, STAYED = range(4, 15)


def record(*fields: Any) -> np.dtype[Any]:
    return np.dtype(list(fields), align=True)


EPISODE = record(
    ("opened", "f8"), ("since", "f8"), ("due", "f8"),
    ("asked_at", "f8"), ("handed_before", "f8"), ("effort", "f4"), ("left", "f4"), ("help_left", "f4"), ("waited", "f4"), ("waited_more", "f4"), ("case", "i4"), ("before", "i4"), ("who", "i4"), ("by", "i4"), ("owner", "i4"),
    ("helper", "i4"), ("line", "i4"), ("next", "i4"), ("previous", "i4"), ("over_next", "i4"), ("inbox_next", "i4"),
    ("ask_next", "i4"), ("stamp", "i4"), ("epoch", "i4"), ("unit", "i2"), ("topic", "i2"), ("weight", "i2"),
    ("number", "i2"), ("answered", "i2"), ("kept", "i2"), ("came_from", "i2"), ("hops", "i1"), ("turns", "i1"), ("channel", "i1"),
    ("state", "i1"), ("change", "i1"), ("helped", "i1"), ("helping", "i1"), ("goes_on", "i1"), ("as_guest", "i1"), ("outside", "i1"),
    ("at_home", "i1"), ("owned", "i1"), ("call_back", "i1"), ("over", "i1"),
)  # fmt: skip
"""An episode: what it asks, where it is, who attends (`who`) and who answered last (`by`)."""

CASE = record(
    ("opened", "f8"), ("closed_at", "f8"), ("handed_at", "f8"), ("customer", "i4"),
    ("owner", "i4"), ("owning", "i4"), ("last_by", "i4"), ("before", "i4"), ("last_episode", "i4"), ("unit", "i2"), ("topic", "i2"),
    ("episodes", "i2"), ("channel", "i1"), ("came_back", "i1"), ("solved", "i1"), ("asked", "i1"),
)  # fmt: skip
"""A case: `before` is the one that its customer had before, `last_by` who answered on it last. Episodes: `before` likewise."""

OWNING = record(("at", "f8"), ("expert", "i4"), ("before", "i4"))
"""Since when somebody owns a case, and who did before."""

EXPERT = record(
    ("given", "f8"), ("began", "f8"), ("ends_at", "f8"), ("started", "f8"), ("busy_s", "f8"), ("helping_s", "f8"),
    ("there_s", "f8"), ("work", "i4"), ("head", "i4"), ("tail", "i4"), ("stamp", "i4"), ("epoch", "i4"), ("load", "i4"),
    ("shift", "i4"), ("last_shift", "i4"), ("unit", "i4"), ("owns", "i4"), ("free_next", "i4"),
    ("free_previous", "i4"), ("free", "i1"), ("long_away", "i1"),
)  # fmt: skip
"""`load` is in thousandths, as the live system rounds it. `epoch` tells one shift from another."""

UNIT = record(
    ("first", "i4"), ("number", "i4"), ("buddy", "i4"), ("over_head", "i4"), ("over_tail", "i4"), ("free_head", "i4"),
    ("free_tail", "i4"), ("finishes_table", "i4"), ("passes_table", "i4"), ("unlimited", "i1"),
)  # fmt: skip
"""A community, or a skill group; of an unlimited one only is known how long things stay there."""

HOME = record(("first_customer", "i4"), ("customers", "i4"))
"""The customers of a community, in either world."""

LINE = record(("head", "i4"), ("tail", "i4"), ("n", "i4"))
"""Who waits for one channel of one unit, the longest first."""

TOPIC = record(
    ("a", "f8"), ("b", "f8"), ("solved", "f8"), ("again", "f8"), ("table", "i4"), ("kind", "i1"), ("order", "i1"),
)  # fmt: skip
"""Effort: 0 exponential with mean a; 1 lognormal with mu a and sigma b; 2 quantiles of row `table`."""

RECORD = record(
    ("at", "f8"), ("seconds", "f4"), ("episode", "i4"), ("case", "i4"), ("expert", "i4"), ("owner", "i4"),
    ("kind", "i1"), ("value", "i1"),
)  # fmt: skip
"""An event as the live log would hold it, in numbers."""

RULES = (
    ("promise_first", "f8", (CHANNELS,)), ("promise_later", "f8", (CHANNELS,)), ("hold", "f8", (CHANNELS,)),
    ("effort_of", "f8", (CHANNELS,)), ("overflow_voice_s", "f8"), ("overflow_lead_s", "f8"), ("weight_after_s", "f8"),
    ("warm_up_s", "f8"), ("patience_scale_s", "f8"), ("patience_shape", "f8"), ("redials", "f8"), ("redial_s", "f8"),
    ("offer_s", "f8"), ("takes_offer", "f8"), ("call_back_s", "f8"), ("menu_s", "f8"),
    ("discover", "f8"), ("help_s", "f8"), ("specialist_s", "f8"), ("ask_s", "f8"), ("brief_s", "f8"), ("again_s", "f8"),
    ("turns", "f8"), ("gap_mu", "f8"), ("gap_sigma", "f8"), ("late_share", "f8"), ("late_gap_s", "f8"),
    ("watch_s", "f8"), ("long_away_s", "f8"), ("spoils", "f8"), ("same_first", "f8"), ("same_next", "f8"), ("same_odds", "f8"), ("back", "f8"), ("spare", "i8"), ("seed", "u8"), ("weight_idle", "i4"), ("world", "i1"),
    ("overflow", "i1"), ("owners", "i1"), ("recorded", "i1"),
)  # fmt: skip
"""What holds everywhere in a world: promises, holds, and the assumptions about people."""

STATE = (
    ("now", "f8"), ("until", "f8"), ("next_arrival", "f8"), ("owed", "f8"), ("slot", "i8"), ("number", "i8"),
    ("n_episodes", "i8"), ("n_cases", "i8"), ("n_heap", "i8"), ("n_records", "i8"), ("n_ownings", "i8"),
)  # fmt: skip

COLUMNS: dict[str, Any] = {
    "episodes": EPISODE, "cases": CASE, "experts": EXPERT, "homes": HOME, "units": UNIT, "lines": LINE, "topics": TOPIC,
    "records": RECORD, "ownings": OWNING, "tables": "f8", "heap_at": "f8", "heap_what": "i8", "last_case": "i4", "rates": "f8", "cell_of": "i4",
    "cells": "f8", "topic_shares": "f8", "first_group": "f8", "stays": "f8", "next_group": "f8", "shifts": "f8",
    "skill": "i1", "present": "i1", "on_shift": "i1", "on_call": "i1", "voice_seat": "i1", "written_seat": "i1",
    "load": "f8", "capacity": "f8", "ones": "i1", "zeros": "i1", "idle_s": "f8", "warm_s": "f8", "back_s": "f8", "codes": "i1",
    "given_at": "f8", "given_whose": "i4", "given_topic": "i4", "last_unit": "i4", "entry_of": "i4", "later_of": "i4",
}  # fmt: skip
"""Every column of a world. rates: contacts a second in each slot. cells: cumulative shares of home times channel, and
cell_of: which row each slot has. first_group, stays, next_group: of each topic, spoken and written. shifts: from when to
when, expert after expert. From `skill` on they are the policy's own (see `coterie.routing.policy.Experts`).
given_*: arrivals that are known, in place of a demand; last_unit: of each customer the group that had their last case;
entry_of, later_of: of each group the one by which a new case comes to it, and one that was passed on."""

WORLD = record(
    *RULES, *STATE, *((name, "u8") for name in COLUMNS), *((f"n_of_{name}", "i8") for name in COLUMNS),
    *((f"wide_{name}", "i8") for name in COLUMNS),
)  # fmt: skip
"""A world in one record: its rules, its state, and where each column is, how many rows it has, how wide they are."""
