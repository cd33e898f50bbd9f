"""A span played twice, and what is told of it: figures side by side, each with its counter-figure, and what differs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from coterie.communities.settings import as_json
from coterie.communities.timetable import written_hours
from coterie.routing.sandbox.figures import (
    Differs,
    Load,
    Side,
    Trust,
    differing,
    loads_of,
    side_of,
    trust,
)
from coterie.routing.sandbox.model import Record
from coterie.routing.sandbox.play import Watch, play


@dataclass(frozen=True, slots=True)
class Told:
    """What a figure is called, what it is, and beside which other one it is to be read."""

    name: str
    label: str
    unit: str
    definition: str
    counter: str


FIGURES = (
    Told("turns", "Came to need us", "count",
         "Times at which an episode came to need us in the span: the same on both sides, unless a customer wrote "
         "again before the answer", "answered"),
    Told("at_once", "Attended at once", "share", "Turns that somebody attended without a queue, over turns",
         "load_variation"),
    Told("held", "Held for whom they know", "share", "Turns that first waited for the owner, over turns", "by_owner"),
    Told("wait_median_s", "Wait, median", "seconds", "From needing us until somebody attends, over those attended",
         "waiting_at_end"),
    Told("wait_09_s", "Wait, 0.9", "seconds", "The 0.9 quantile of the same", "waiting_at_end"),
    Told("wait_longest_s", "Wait, longest", "seconds", "The longest of the same", "waiting_at_end"),
    Told("waiting_at_end", "Still waiting at the end", "count", "Turns that nobody had attended when the span was over",
         "wait_09_s"),
    Told("time_given_median_s", "Time given, median", "seconds",
         "How far ahead the first time was that a queued customer was given", "times_met"),
    Told("times_met", "Times given that were met", "share",
         "Queued turns attended by the first time given, over those whose time has come or that were attended",
         "time_given_median_s"),
    Told("answered_in_time", "Answered within the promise", "share",
         "Turns answered by the channel's promise, over turns answered", "answer_median_s"),
    Told("answer_median_s", "Answer, median", "seconds", "From needing us until our answer, over those answered",
         "answered"),
    Told("answered", "Answered in the span", "share", "Turns answered before the span was over, over turns",
         "answer_median_s"),
    Told("by_owner", "Met their owner", "share", "Turns of owned cases that the owner attended, over those attended",
         "wait_09_s"),
    Told("covered", "Covered by a teammate", "share",
         "Turns of owned cases that a teammate covered, over those attended", "held"),
    Told("load_variation", "Spread of load", "number",
         "Coefficient of variation of the turns given to each expert who was present: 0 is the same for everybody",
         "at_once"),
    Told("decisions", "Decisions", "count", "How often the policy was asked and something came of it", "turns"),
)  # fmt: skip
OVER = {
    "at_once": "turns",
    "held": "turns",
    "times_met": "times_given",
    "answered_in_time": "answered",
    "answered": "turns",
    "by_owner": "owned",
    "covered": "owned",
}
"""What a share is of."""
GOOD = 0.95
"""From this share on a replay repeats what was well enough for its other column to be believed."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides of a span."""

    community_id: str
    community: str
    zone: str
    start: datetime
    end: datetime
    settings: dict[str, dict[str, Any]]
    """Key to what it was at the start and what it would be."""
    was: Side
    would: Side
    loads: list[Load]
    differing: list[Differs]
    trust: Trust
    notes: list[str]

    def figures(self) -> list[dict[str, Any]]:
        was, would = asdict(self.was), asdict(self.would)
        return [
            {**asdict(told), **sides(told, was, would), **sizes(told, was, would)}
            for told in FIGURES
        ]

    def as_json(self) -> dict[str, Any]:
        return {
            "community": {"id": self.community_id, "name": self.community, "zone": self.zone},
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "set": self.settings,
            "trust": {**asdict(self.trust), "sentence": trusted(self.trust)},
            "figures": self.figures(),
            "experts": [asdict(each) for each in self.loads],
            "differing": [{**asdict(each), "at": each.at.isoformat()} for each in self.differing],
            "notes": self.notes,
        }


def sides(told: Told, was: dict[str, Any], would: dict[str, Any]) -> dict[str, Any]:
    return {"was": value_of(told, was), "would": value_of(told, would)}


def value_of(told: Told, side: dict[str, Any]) -> float | None:
    value: float | None = side[told.name]
    if told.unit != "share" or value is None:
        return value
    over = side[OVER[told.name]]
    return value / over if over else None


def sizes(told: Told, was: dict[str, Any], would: dict[str, Any]) -> dict[str, Any]:
    over = OVER.get(told.name)
    return (
        {"was_n": was[over], "would_n": would[over]} if over else {"was_n": None, "would_n": None}
    )


def compared(
    record: Record,
    over: Mapping[str, Any],
    community: tuple[str, str, str],
    watch: Watch | None = None,
) -> Comparison:
    """Play the record under the settings of then and under these. community: id, name and zone."""
    total = 2 * len(record.turns)
    tell = watch or (lambda done, total: None)
    was = play(record, {}, lambda done, _: tell(done, total))
    would = play(record, over, lambda done, _: tell(total // 2 + done, total))
    before = as_json(record.rules[0].settings)
    return Comparison(
        community_id=community[0],
        community=community[1],
        zone=community[2],
        start=record.start,
        end=record.end,
        settings={
            key: {"was": before[key], "would": tried(key, value)} for key, value in over.items()
        },
        was=side_of(record, was),
        would=side_of(record, would),
        loads=loads_of(record, was, would),
        differing=differing(record, was, would),
        trust=trust(record, was),
        notes=notes(record, over),
    )


def tried(key: str, value: Any) -> Any:
    return written_hours(value) if key == "hours" else value


def trusted(trust: Trust) -> str:
    if not trust.recorded:
        return (
            "No decision of this span can be compared: all are of an earlier version of the policy."
        )
    share = trust.same / trust.recorded
    how = (
        "So far the other column can be trusted"
        if share >= GOOD
        else "Read the other column with care"
    )
    same = (
        f"{trust.same:,} of {trust.recorded:,} recorded decisions come out the same ({share:.1%})"
    )
    return f"{same}. {how}."


def notes(record: Record, over: Mapping[str, Any]) -> list[str]:
    """What is not as it was, so that nobody takes the other column for more than it is."""
    found = [
        (
            "People would have worked otherwise: what is attended takes as long as it really took, whoever attends "
            "it, and customers write when they wrote."
        ),
        "Topics, languages and bad ratings are those known today; shifts are those planned last.",
    ]
    changes = len(record.rules) - 1
    if changes:
        kept = [key for key in over if differs_inside(record, key)]
        said = (
            f" {', '.join(kept)} changed then: the value tried holds for all of it." if kept else ""
        )
        times = "once" if changes == 1 else f"{changes} times"
        found.append(
            f"The community's settings changed {times} inside the span; both sides follow that.{said}"
        )
    guests = sum(turn.guest is not None for turn in record.turns)
    if guests:
        found.append(
            f"{guests:,} were served by guests of another community. They are on both sides, from the moment at which "
            "the guest began, unless somebody at home has them by then."
        )
    unattended = sum(turn.rest is None and not turn.attended for turn in record.turns)
    if unattended:
        found.append(
            f"{unattended:,} that nobody has attended so far would take the median of their channel."
        )
    return found


def differs_inside(record: Record, key: str) -> bool:
    values = [getattr(rules.settings, key) for rules in record.rules]
    return any(value != values[0] for value in values)
