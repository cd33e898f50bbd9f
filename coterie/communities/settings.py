"""What a community may set: each with its default, unit, bounds and reason, in the one table that is the dataclass.

The table bounds changes (`changes.py`), fills the page of settings and writes `docs/reference/settings.md`. Only what differs from
the default is stored.
"""

import json
from dataclasses import Field, dataclass, field, fields
from functools import lru_cache
from typing import Any

from coterie.communities.hours import ALWAYS_OPEN, Hours
from coterie.communities.timetable import read_hours, written_hours

MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Rule:
    """What is known about a setting beside its value."""

    group: str
    label: str
    unit: str
    low: float
    high: float
    why: str


def setting(
    default: float, group: str, label: str, unit: str, bounds: tuple[float, float], why: str
) -> Any:
    return field(default=default, metadata={"rule": Rule(group, label, unit, *bounds, why)})


PROMISE = "First and later answers"
WARN = "Promises of experts"
QUIET = "When a burst of contact is over"
HOLD = "Waiting for the owner"
WATCH = "Watch time"
ASK = "Asking the team"
LOAD = "Load and presence"
ABSENCE = "Absences"
OVERFLOW = "Overflow to the buddy"
SURVEY = "Surveys"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a community, as the defaults of the model name them."""

    promise_first_messaging_s: int = setting(
        10 * MINUTE, PROMISE, "First answer to a message", "s", (MINUTE, DAY),
        "How soon a person first answers a message. Promised to the customer, counted in open hours.")  # fmt: skip
    promise_first_email_s: int = setting(
        4 * HOUR, PROMISE, "First answer to a mail", "s", (5 * MINUTE, 5 * DAY),
        "How soon a person first answers a mail, in open hours.")  # fmt: skip
    promise_first_voice_s: int = setting(
        20, PROMISE, "First answer to a call", "s", (5, 10 * MINUTE),
        "How soon a call is picked up; after that a call-back at a named time is offered.")  # fmt: skip
    promise_first_forum_s: int = setting(
        12 * HOUR, PROMISE, "First answer to a post", "s", (5 * MINUTE, 5 * DAY),
        "How soon a person first answers on the forum or a social network, in open hours.")  # fmt: skip
    promise_later_messaging_s: int = setting(
        30 * MINUTE, PROMISE, "Later answers to messages", "s", (MINUTE, DAY),
        "How soon each further message is answered. Longer than the first: research takes time.")  # fmt: skip
    promise_later_email_s: int = setting(
        8 * HOUR, PROMISE, "Later answers to mails", "s", (5 * MINUTE, 10 * DAY),
        "How soon each further mail is answered, in open hours.")  # fmt: skip
    promise_later_forum_s: int = setting(
        12 * HOUR, PROMISE, "Later answers to posts", "s", (5 * MINUTE, 10 * DAY),
        "How soon each further post is answered, in open hours.")  # fmt: skip
    promise_warn_s: int = setting(
        10 * MINUTE, WARN, "Warn before it is due", "s", (MINUTE, DAY),
        "So long before an expert's promise is due they are warned, but not before half its time is over.")  # fmt: skip
    quiet_messaging_s: int = setting(
        4 * HOUR, QUIET, "Messages", "s", (5 * MINUTE, 7 * DAY),
        "A run of messages is one burst until nobody has written for so long.")  # fmt: skip
    quiet_email_s: int = setting(
        24 * HOUR, QUIET, "Mails", "s", (HOUR, 14 * DAY),
        "A run of mails is one burst until nobody has written for so long.")  # fmt: skip
    quiet_forum_s: int = setting(
        24 * HOUR, QUIET, "Posts", "s", (HOUR, 14 * DAY),
        "A run of posts is one burst until nobody has written for so long.")  # fmt: skip
    hold_messaging_s: int = setting(
        5 * MINUTE, HOLD, "Messages", "s", (0, HOUR),
        "How long a message waits for its busy owner before a teammate covers. "
        "Never more than half the time left of the promise.")  # fmt: skip
    hold_email_s: int = setting(
        2 * HOUR, HOLD, "Mails", "s", (0, DAY),
        "How long a mail waits for its owner's next shift before a teammate covers.")  # fmt: skip
    hold_voice_s: int = setting(
        8, HOLD, "Calls", "s", (0, MINUTE),
        "How long a call rings for its owner alone.")  # fmt: skip
    hold_forum_s: int = setting(
        2 * HOUR, HOLD, "Posts", "s", (0, DAY),
        "How long a post waits for its owner before a teammate covers.")  # fmt: skip
    watch_days: int = setting(
        7, WATCH, "After an answer", "days", (1, 90),
        "How long the owner stays accountable for a solved case. A message in this time reopens it.")  # fmt: skip
    watch_order_days: int = setting(
        30, WATCH, "After an order", "days", (1, 180),
        "The same for an order or an installation, which shows its faults later.")  # fmt: skip
    ask_teammates_s: int = setting(
        2 * MINUTE, ASK, "Teammates have", "s", (15, HOUR),
        "How long an ask waits for teammates before it goes on to a coach. Short: the customer waits meanwhile.")  # fmt: skip
    ask_coach_s: int = setting(
        5 * MINUTE, ASK, "Coaches have", "s", (15, 2 * HOUR),
        "How long it waits for a coach. Longer: a coach looks after ten people.")  # fmt: skip
    ask_manager_s: int = setting(
        15 * MINUTE, ASK, "The manager has", "s", (15, 4 * HOUR),
        "How long it waits for the manager, the last who is asked. Then it is unanswered, and the asker is told.")  # fmt: skip
    ask_answer_s: int = setting(
        10 * MINUTE, ASK, "To answer, once accepted", "s", (MINUTE, 4 * HOUR),
        "How long whoever accepted has to answer, since looking something up takes time. Then it goes on to the next.")  # fmt: skip
    weight_after_s: int = setting(
        4 * MINUTE, LOAD, "Weighs in full for", "s", (0, HOUR),
        "So long after our last turn a conversation still weighs 1 on its expert.")  # fmt: skip
    weight_idle: float = setting(
        0.1, LOAD, "Weight after that", "load", (0, 1),
        "What it weighs from then on: it may come back, so it is not nothing.")  # fmt: skip
    warm_up_s: int = setting(
        90, LOAD, "Warm-up: the next one after", "s", (0, 10 * MINUTE),
        "Whoever begins is given one new conversation at once, then one each time so long has passed, "
        "until they could be full.")  # fmt: skip
    away_after_lost_s: int = setting(
        60, LOAD, "Away after losing the browser", "s", (10, 10 * MINUTE),
        "An expert whose browser is gone for so long counts as away, and what they attend is placed anew.")  # fmt: skip
    handover_absence_days: int = setting(
        3, ABSENCE, "Hand over above", "working days", (0, 60),
        "An absence of more working days than these hands over every case its expert owns, and each comes back when it "
        "ends. In a shorter one teammates cover, and the owner stays accountable.")  # fmt: skip
    overflow: int = setting(
        1, OVERFLOW, "The buddy helps out", "1 or 0", (0, 1),
        "1: what would break its promise is served by an expert of the buddy community meanwhile. 0: it waits at home. "
        "The buddy need not be ours in turn. Mails and posts never overflow.")  # fmt: skip
    overflow_messaging_lead_s: int = setting(
        2 * MINUTE, OVERFLOW, "Messages, before the promise would break", "s", (0, HOUR),
        "So long before the promise of an answer would break a message may go to the buddy: reading and answering takes "
        "about that. Home always has at least half of the promise.")  # fmt: skip
    overflow_voice_after_s: int = setting(
        60, OVERFLOW, "Calls, after waiting for", "s", (0, 10 * MINUTE),
        "A call that has waited so long may go to the buddy: a distant buddy after a minute halves the mean wait, "
        "and nearly all calls still stay at home.")  # fmt: skip
    overflow_longest_s: int = setting(
        4 * HOUR, OVERFLOW, "Home again after", "s", (10 * MINUTE, DAY),
        "At the latest after so long the conversation is served at home again. As long as a run of messages may "
        "be quiet.")  # fmt: skip
    overflow_warn_share: float = setting(
        0.1, OVERFLOW, "Warn above this share", "share", (0, 1),
        "Of the conversations that began in the last hour. More than one in ten is no accident: the community has too "
        "few people there.")  # fmt: skip
    overflow_warn_least: int = setting(
        20, OVERFLOW, "Warn from so many conversations on", "conversations", (1, 1000),
        "Of fewer in the last hour a share says little: one or two would warn by chance.")  # fmt: skip
    survey_share: float = setting(
        0.3, SURVEY, "Ask after this share of solved cases", "share", (0, 1),
        "How it was, and whether they would recommend us. Nobody is asked twice in a month, so a larger share mostly "
        "reaches others.")  # fmt: skip
    hours: Hours = ALWAYS_OPEN


DEFAULTS = Settings()
RULES: dict[str, Rule] = {
    each.name: each.metadata["rule"] for each in fields(Settings) if "rule" in each.metadata
}


def channel_family(channel: str) -> str:
    """Which column of the defaults a channel reads: messaging, email, voice or forum."""
    return FAMILIES[channel]


FAMILIES = {
    "messenger": "messaging",
    "sms": "messaging",
    "email": "email",
    "voice": "voice",
    "forum": "forum",
    "social": "forum",
}


@lru_cache(maxsize=1024)
def settings_of(stored: str) -> Settings:
    """The settings of a community from the JSON of what differs from the defaults, checked when it was stored."""
    values = json.loads(stored)
    known = {key: value for key, value in values.items() if key in RULES}
    return Settings(**known, hours=read_hours(values.get("hours", {}))) if values else DEFAULTS


def as_json(settings: Settings) -> dict[str, Any]:
    """Every key with its value, as the API shows it."""
    return {each.name: json_value(settings, each) for each in fields(Settings)}


def json_value(settings: Settings, each: Field[Any]) -> Any:
    value = getattr(settings, each.name)
    return written_hours(value) if isinstance(value, Hours) else value


DEFAULT_JSON = as_json(DEFAULTS)
