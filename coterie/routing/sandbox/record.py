"""From events to a record: who needed us when, who attended it for how long, and how it came to rest. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median_low

from coterie.routing import policy
from coterie.routing.sandbox.model import (
    Burst,
    Change,
    Guest,
    Happened,
    Recorded,
    Rest,
    RestKind,
    Turn,
)

CAUSES = {"episode_needs_us", "episode_waits", "episode_ended", "presence_changed"}
"""What makes routing look at once. A decision without one is the ticker's."""
PLACINGS = {"episode_placed", "episode_queued", "time_renewed"}
KINDS = [
    *CAUSES, *PLACINGS, "reply_sent", "owner_set", "case_resolved", "member_joined", "member_left",
]  # fmt: skip
FEW = timedelta(minutes=5)
"""What attending takes where nothing was attended in the whole span."""


@dataclass
class Log:
    """What was read from the events so far."""

    start: datetime
    said_at: Mapping[str, datetime]
    decisions: Mapping[tuple[str, datetime], Recorded]
    turns: list[Turn] = field(default_factory=list)
    bursts: dict[str, Burst] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    spoken: dict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    changes: list[Change] = field(default_factory=list)
    looks: list[tuple[datetime, int]] = field(default_factory=list)
    writers: dict[str, str] = field(default_factory=dict)
    """Episode to who has just answered it."""
    resolvers: dict[str, str] = field(default_factory=dict)
    """Case to who has just come to own it by resolving it."""

    def read(self, event: Happened) -> None:
        reader = getattr(self, f"read_{event.kind}", None)
        if reader is not None:
            reader(event)

    def read_episode_needs_us(self, event: Happened) -> None:
        ids = event.ids
        decided = self.decisions.get((ids["episode"], event.at))
        new = bool(event.values["new"])
        turn = Turn(
            id=event.number,
            at=event.at,
            group=event.group,
            episode_id=ids["episode"],
            case_id=ids["case"],
            thread_id=ids["thread"],
            customer_id=ids["customer"],
            channel=str(event.values["channel"]),
            waiting_since=self.said_at.get(ids.get("message", ""), event.at),
            new=new,
            owner_id=ids.get("owner"),
            last_owner_id=decided.last_owner_id if decided else None,
            carried=new and decided is not None and decided.attending_id is not None,
        )
        self.turns.append(turn)
        self.know_owner(event)
        before = self.bursts.get(turn.case_id)
        burst = self.bursts[turn.case_id] = begun(turn, before)
        burst.time_given = None
        self.spoken[turn.thread_id][turn.case_id] = event.at

    def know_owner(self, event: Happened) -> None:
        if "owner" in event.ids and "case" in event.ids:
            self.owners[event.ids["case"]] = event.ids["owner"]

    def read_episode_placed(self, event: Happened) -> None:
        burst = self.bursts.get(event.ids["case"])
        if burst is None or not burst.needs_us:
            return
        stop(burst, event.at)
        burst.state, burst.attending_id, burst.time_given = "attended", event.ids["expert"], None
        burst.served_by, burst.attended_since = event.ids["expert"], event.at
        burst.turn.attended = True
        if "crossing" in event.ids and burst.turn.guest is None:
            decided = self.decisions.get((event.ids["episode"], event.at))
            reason = decided.reason if decided else policy.FIRST
            burst.turn.guest = Guest(event.at, event.group, event.ids["expert"], reason)

    def read_episode_queued(self, event: Happened) -> None:
        burst = self.bursts.get(event.ids["case"])
        if burst is None or not burst.needs_us:
            return
        stop(burst, event.at)
        burst.state, burst.attending_id, burst.attended_since = "queued", None, None
        burst.time_given = event.at + timedelta(seconds=event.values["seconds"])

    read_time_renewed = read_episode_queued

    def read_reply_sent(self, event: Happened) -> None:
        self.writers[event.ids["episode"]] = event.ids["expert"]

    def read_episode_waits(self, event: Happened) -> None:
        writer = self.writers.pop(event.ids["episode"], None)
        waits = event.values["state"] == "waiting_customer"
        kind: RestKind = "answered" if writer else "settled" if waits else "aside"
        self.rest(event, kind, writer)

    def read_episode_ended(self, event: Happened) -> None:
        self.rest(event, "ended", self.resolvers.pop(event.ids["case"], None))

    def rest(self, event: Happened, kind: RestKind, by: str | None) -> None:
        """It rests, or what rests already changes. Whoever served it is not named: in a replay that may be somebody else."""
        burst = self.bursts.get(event.ids["case"])
        if burst is None:
            return
        turn, needed = burst.turn, burst.needs_us
        if needed:
            stop(burst, event.at)
            turn.from_queue = burst.state == "queued"
        began = turn.rest.at if turn.rest else event.at
        named = None if by == (burst.attending_id if needed else burst.served_by) else by
        rest = Rest(kind, event.at, event.group, event.at - began, named)
        if needed:
            turn.rest = rest
        else:
            turn.later.append(rest)
        settle(burst, rest, by)
        if kind == "answered" or (kind == "ended" and by):
            self.owners.setdefault(turn.case_id, by or "")
        if kind == "answered":
            self.spoken[turn.thread_id][turn.case_id] = event.at

    def read_owner_set(self, event: Happened) -> None:
        case_id, expert_id = event.ids["case"], event.ids["expert"]
        if event.values["reason"] == "first_answer":
            return
        if event.values["reason"] == "resolved":
            self.resolvers[case_id] = expert_id
            return
        before, self.owners[case_id] = self.owners.get(case_id), expert_id
        burst = self.bursts.get(case_id)
        if burst and burst.state != "attended" and burst.served_by == before:
            burst.served_by = None
        self.changes.append(Change(event.at, event.group, "owner", case_id, expert_id))

    def read_case_resolved(self, event: Happened) -> None:
        """Resolving what was quiet already: nothing came to rest by it."""
        by = self.resolvers.pop(event.ids["case"], None)
        if by:
            self.owners[event.ids["case"]] = by
            self.changes.append(Change(event.at, event.group, "owner", event.ids["case"], by))

    def read_presence_changed(self, event: Happened) -> None:
        state = event.values["state"]
        self.changes.append(Change(event.at, event.group, "presence", event.ids["expert"], state))

    def read_member_joined(self, event: Happened) -> None:
        role = event.values["role"]
        self.changes.append(Change(event.at, event.group, "joined", event.ids["expert"], role))

    def read_member_left(self, event: Happened) -> None:
        self.changes.append(Change(event.at, event.group, "left", event.ids["expert"], None))


def begun(turn: Turn, before: Burst | None) -> Burst:
    """The burst of a turn: a new one, or what rested goes on."""
    goes_on = before is not None and not turn.new
    return Burst(
        turn=turn,
        opened_at=before.opened_at if before and goes_on else turn.at,
        state="queued",
        served_by=before.served_by if before and (goes_on or turn.carried) else None,
        waiting_since=turn.waiting_since,
        turn_at=before.turn_at if before and goes_on else None,
        owed=turn.work,
        token=before.token + 1 if before else 0,
    )


def stop(burst: Burst, at: datetime) -> None:
    """Whoever attended it until now doesn't any more."""
    if burst.attended_since is not None:
        burst.turn.work += at - burst.attended_since
        burst.attended_since = None


def settle(burst: Burst, rest: Rest, by: str | None) -> None:
    """What a coming to rest leaves of the burst."""
    burst.served_by = by or burst.attending_id or burst.served_by
    burst.attending_id = burst.time_given = burst.waiting_since = burst.answer_by = None
    burst.attended_since = None
    if rest.kind == "answered":
        burst.state, burst.turn_at = "waiting_customer", rest.at
    elif rest.kind == "settled":
        burst.state = "waiting_customer"
    else:
        burst.state = "aside" if rest.kind == "aside" else "quiet"


def read_log(
    start: datetime,
    events: Iterable[Happened],
    said_at: Mapping[str, datetime],
    decisions: Sequence[Recorded],
) -> tuple[Log, Log]:
    """Everything, and what was known of it at the start."""
    by_turn: dict[tuple[str, datetime], Recorded] = {}
    for each in decisions:
        by_turn.setdefault((each.episode_id, each.at), each)
    log = Log(start, said_at, by_turn)
    before: Log | None = None
    for event in events:
        if before is None and event.at >= start:
            before = standing(log)
        log.read(event)
    before = before or standing(log)
    log.looks = looks_of(events)
    return log, before


def standing(log: Log) -> Log:
    """What is alive now, apart from what is read further. Turns stay shared: what comes of them is still to be read."""
    worked = {id_: (copy(burst), burst.turn.work) for id_, burst in log.bursts.items()}
    for burst, work in worked.values():
        so_far = log.start - burst.attended_since if burst.attended_since else timedelta()
        burst.owed = work + so_far  # what is done; what is owed follows when all of it is known
        burst.attended_since = log.start if burst.attended_since else None
    return replace(
        log,
        bursts={id_: burst for id_, (burst, _) in worked.items() if burst.state != "quiet"},
        owners=dict(log.owners),
        spoken={thread: dict(cases) for thread, cases in log.spoken.items()},
        turns=list(log.turns),
        changes=list(log.changes),
    )


def looks_of(events: Iterable[Happened]) -> list[tuple[datetime, int]]:
    """When the ticker did something: decisions whose transaction holds no cause for them."""
    caused = {event.group for event in events if event.kind in CAUSES}
    found = {
        (event.at, event.group)
        for event in events
        if event.kind in PLACINGS and event.group not in caused and "crossing" not in event.ids
    }
    return sorted(found)


def typical_work(turns: Sequence[Turn]) -> dict[str, timedelta]:
    """The median time that somebody attended one, by channel."""
    seen: dict[str, list[timedelta]] = defaultdict(list)
    for turn in turns:
        if turn.attended and turn.rest and not turn.from_queue:
            seen[turn.channel].append(turn.work)
    everything = sorted(work for works in seen.values() for work in works)
    overall = median_low(everything) if everything else FEW
    channels = {turn.channel for turn in turns}
    return {
        channel: median_low(seen[channel]) if seen.get(channel) else overall for channel in channels
    }
