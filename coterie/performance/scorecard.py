"""The figures of a community, each with what it is read beside. They ask the records of `lives`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from coterie.performance.figures import Figure
from coterie.performance.folds import Mean, Median, Score, Share
from coterie.performance.lives import life_of
from coterie.performance.model import (
    Answer,
    Asked,
    Contact,
    Ending,
    Happening,
    Help,
    Promised,
    Turn,
    Wait,
    Word,
)

VERSION = 1
"""Of all definitions together: with another one, every figure is made anew from the log."""
WEEK_S, MONTH_S = 7 * 86_400, 30 * 86_400


def again_within(seconds: float) -> Callable[[Contact], bool | None]:
    def again(contact: Contact) -> bool | None:
        if not contact.of_customer:
            return None
        return contact.after_s is not None and contact.after_s <= seconds

    return again


def changed_by(reason: str) -> Callable[[Contact], bool | None]:
    """The part of the transfers that has this reason."""
    return lambda contact: None if contact.at_home is None else contact.change == reason


def promoter(word: Word) -> float | None:
    """100, 0 or -100, so that their mean is the score."""
    if word.nps is None:
        return None
    return 100.0 if word.nps >= 9 else 0.0 if word.nps >= 7 else -100.0


SHARE = "share"

OF_A_COMMUNITY: Sequence[Figure[Any]] = (
    Figure(
        "home_rate", "Who attends: somebody of the customer's home?", SHARE,
        Share, lambda contact: contact.at_home, "service_level", over=Contact,
        definition="Attended episodes whose attendee is of the customer's home, over attended episodes.",
    ),
    Figure(
        "owner_rate", "Does the owner of a case attend to it?", SHARE,
        Share, lambda contact: contact.by_owner, "service_level", over=Contact,
        definition="Attended episodes of owned cases whose attendee is the owner, over all of these.",
    ),
    Figure(
        "continuity", "Does who comes back with a new matter meet somebody who knows them?", SHARE,
        Share, lambda contact: contact.known, "service_level", over=Contact,
        definition="First episodes of cases whose customer had a case before that was owned, attended by anybody who "
        "owned one, over all of these.",
    ),
    Figure(
        "transfer_rate", "Does the person who answers change?", SHARE,
        Share, lambda contact: None if contact.at_home is None else contact.change is not None,
        "issue_resolution", over=Contact, low_is_good=True,
        definition="Attended episodes in which the answering person changed, over attended episodes.",
    ),
    Figure(
        "transfer_cover", "Does it change because a teammate covers?", SHARE,
        Share, changed_by("cover"), "owner_rate", over=Contact, low_is_good=True,
        definition="Of the transfer rate, where a teammate answered in somebody's place.",
    ),
    Figure(
        "transfer_handover", "Does it change because a case has a new owner?", SHARE,
        Share, changed_by("handover"), "owner_rate", over=Contact, low_is_good=True,
        definition="Of the transfer rate, where the case was handed over or came back.",
    ),
    Figure(
        "transfer_outside", "Does it change because a guest answers, or no longer?", SHARE,
        Share, changed_by("outside"), "home_rate", over=Contact, low_is_good=True,
        definition="Of the transfer rate, where one of the two was of another community.",
    ),
    Figure(
        "outside_rate", "How much is served by another community?", SHARE,
        Share, lambda contact: contact.outside, "service_level", over=Contact, low_is_good=True,
        definition="Attended episodes with overflow or special care, over attended episodes.",
    ),
    Figure(
        "ask_rate", "How often do we ask for help?", SHARE,
        Share, lambda ending: ending.asked, "issue_resolution", over=Ending,
        definition="Cases past their watch time on which help was asked for, over all of these.",
    ),
    Figure(
        "help_answered", "Does who asks for help get an answer?", SHARE,
        Share, lambda help_: help_.answered, "help_median_s", over=Help,
        definition="Asks that were answered, over asks answered or left with nobody to ask. Withdrawn ones don't count.",
    ),
    Figure(
        "help_median_s", "How soon?", "seconds",
        Median, lambda help_: help_.seconds, "issue_resolution", over=Help, low_is_good=True,
        definition="Median time from an ask to its answer.",
    ),
    Figure(
        "helpers_per_100", "How many help with the cases of others?", "helpers per 100 cases",
        Mean, lambda ending: 100.0 * ending.helpers, "help_answered", over=Ending,
        definition="Different people whose help was answered with, per 100 cases past their watch time.",
    ),
    Figure(
        "issue_resolution", "Is it solved?", SHARE,
        Share, lambda ending: ending.solved, "repeat_7d", over=Ending,
        definition="Cases past their watch time that the customer called solved, or on which they neither said a word "
        "nor came back, over cases past their watch time. Their last word counts.",
    ),
    Figure(
        "first_contact_resolution", "Is it solved at the first contact?", SHARE,
        Share, lambda ending: ending.solved and ending.contacts <= 1, "repeat_7d", over=Ending,
        definition="Cases past their watch time that are solved, as issue resolution has it, and had one episode only, over cases "
        "past their watch time.",
    ),
    Figure(
        "repeat_7d", "Do customers have to come back within a week?", SHARE,
        Share, again_within(WEEK_S), "issue_resolution", over=Contact, low_is_good=True,
        definition="Contacts with an earlier one on the same case in the 7 days before, over contacts.",
    ),
    Figure(
        "repeat_30d", "Do customers have to come back within a month?", SHARE,
        Share, again_within(MONTH_S), "issue_resolution", over=Contact, low_is_good=True,
        definition="Contacts with an earlier one on the same case in the 30 days before, over contacts.",
    ),
    Figure(
        "service_level", "Do we answer when we said we would?", SHARE,
        Share, lambda turn: turn.kept, "first_contact_resolution", over=Turn,
        definition="Customers' turns answered by a person within the promise of the channel, over turns answered. The "
        "clock stops outside opening hours.",
    ),
    Figure(
        "promise_kept", "Do we keep what we promise?", SHARE,
        Share, lambda promise: promise.kept, "promise_median_h", over=Promised,
        definition="Promises kept by their time, over promises kept or due.",
    ),
    Figure(
        "promise_median_h", "How far away is what we promise?", "hours",
        Median, lambda promise: promise.hours, "promise_kept", over=Promised, low_is_good=True,
        definition="Median time from a promise to when it is due.",
    ),
    Figure(
        "honest_time_kept", "Are the times true that the queue gives?", SHARE,
        Share, lambda wait: wait.kept, "service_level", over=Wait,
        definition="Waits in the queue that were over by the time first given, over waits that are over. Between 85 and "
        "97% is honest: more is padding.",
    ),
    Figure(
        "nps", "Would customers recommend us?", "points",
        Score, promoter, "response_rate", over=Word,
        definition="100 times the share of 9 and 10 less the share of 0 to 6, of what customers say on a scale to 10.",
    ),
    Figure(
        "word_rate", "Do customers say a word about it?", SHARE,
        Share, lambda ending: ending.said, "issue_resolution", over=Ending,
        definition="Cases past their watch time on which the customer said whether it is solved, over all of these.",
    ),
    Figure(
        "response_rate", "Do customers answer when we ask?", SHARE,
        Share, lambda asked: asked.answered, "nps", over=Asked,
        definition="Surveys that were answered, over surveys asked, on the day when they were asked.",
    ),
    Figure(
        "csat", "Are customers satisfied?", SHARE,
        Share, lambda word: None if word.csat is None else word.csat >= 4, "response_rate", over=Word,
        definition="Share of 4 and 5 on a scale from 1 to 5.",
    ),
    Figure(
        "effort", "Was it easy?", SHARE,
        Share, lambda word: None if word.effort is None else word.effort >= 5,
        "first_contact_resolution", over=Word,
        definition='Share of 5 to 7 on a scale from 1 to 7 for "They made it easy" (CES 2.0).',
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Figure[Any]] = {figure.name: figure for figure in OF_A_COMMUNITY}


def answers_of(events: Iterable[Happening]) -> list[Answer]:
    """What one customer's events, in the order of the log, answer to every figure of a community."""
    records = list(life_of(events).records())
    return [
        Answer(figure.name, record.where, float(said))
        for figure in OF_A_COMMUNITY
        for record in records
        if isinstance(record, figure.over) and (said := figure.of(record)) is not None
    ]
