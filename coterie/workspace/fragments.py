"""What a batch of events shows on the screens: read with two statements, each distinct view rendered once.

Fragments show the present state under ids of their own, so receiving one twice changes nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cache
from typing import Any

from jinja2 import Template

from coterie.kit.db import Tx, together
from coterie.kit.events import Event
from coterie.kit.live import Subscriber
from coterie.ui.reader import Reader
from coterie.ui.templates import template
from coterie.workspace import ask_rules, ask_screen, queries, rules, words
from coterie.workspace.model import AskView, Onlooker, Row, ThreadView, Told, Turn

assert words  # its filters are in the templates

WRITTEN = ("message_received", "reply_sent", "note_written")
CHANGED = ("message_moved", "message_needs_nothing")
JOINED = ("customers_merged", "customers_parted")
THREADS = ("thread", "earlier", "other_thread")


@dataclass(slots=True, eq=False)
class Desk:
    """One browser with the workspace open. `mine` are the threads in its list, `open` those in its tabs."""

    subscriber: Subscriber
    browser: str
    expert_id: str
    community_id: str
    zone: tzinfo
    after: int
    mine: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    """Which lists its tabs show: mine, community, asks."""
    leads: bool = False
    was_away: bool = False
    """It is being told what it has missed: its list may still hold what is somebody else's by now."""

    def may_list(self, thread_id: str) -> bool:
        return self.was_away or thread_id in self.mine


@dataclass(slots=True)
class Change:
    """What a batch of events means for the screens, loaded once."""

    last: int
    threads: list[tuple[ThreadView, frozenset[str | None]]]
    """Each with those whose customer it is."""
    turns: list[Turn]
    stale: set[str]
    experts: set[str]
    touched: set[str]
    people: set[str | None]
    asks: list[AskView] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)
    """How many asks wait for those to whom something about asks has happened."""
    told: list[Told] = field(default_factory=list)
    warned: tuple[int, int] | None = None
    """Of how many conversations how many went to the buddy, where that is too much."""
    moved: set[str] = field(default_factory=set)
    """Threads whose home has changed: perhaps they are no longer in the list of the community that they were in."""

    @property
    def gone(self) -> set[str]:
        """Threads that are no longer there: they go on in another, since two records became one, or two again."""
        return self.moved - {view.id for view, _ in self.threads}

    def concerns(self, desk: Desk) -> bool:
        """Whether a desk may show anything of it. Most don't, so most are asked no more than this."""
        return (
            desk.was_away
            or desk.expert_id in self.people
            or "community" in desk.lists
            or (self.asks and "asks" in desk.lists)
            or (desk.leads and self.warned is not None)
            or not self.touched.isdisjoint(desk.mine)
            or not self.touched.isdisjoint(desk.open)
        )


async def load(tx: Tx, batch: Sequence[Event]) -> Change:
    """Everything that a batch of events touched: two statements that travel together, seldom more."""
    touched = {event.ids["thread"] for event in batch if "thread" in event.ids}
    places = {
        (event.ids["thread"], int(event.values["number"]))
        for event in batch
        if event.kind in WRITTEN
    }
    moved = {e.ids[name] for e in batch if e.kind in JOINED for name in THREADS if name in e.ids}
    if rehomed := [e.ids["customer"] for e in batch if e.kind == "home_changed"]:
        moved.update(await queries.threads_of(tx, rehomed))
    touched |= moved
    changed = [event.ids["message"] for event in batch if event.kind in CHANGED]
    if changed:
        places.update(await queries.places_of(tx, changed))
    for thread_id in {e.ids["thread"] for e in batch if delivered(e)}:
        places.update(await queries.last_replies(tx, thread_id))
    async with together(tx):
        views = await queries.ask_views(tx, sorted(touched)) if touched else None
        turns = await queries.ask_turns(tx, sorted(places)) if places else None
    threads = [(v, rules.carriers(v)) for v in await queries.read_views(views)] if views else []
    experts = {e.ids["expert"] for e in batch if e.kind == "presence_changed"}
    passing = await ask_screen.passing(tx, batch)
    return Change(
        last=batch[-1].number,
        threads=threads,
        turns=await queries.read_turns(turns) if turns else [],
        stale=moved
        | {e.ids["thread"] for e in batch if "thread" in e.ids and e.kind != "delivery_noted"},
        experts=experts,
        touched=touched,
        people={*experts, *passing.people, *(each for _, carriers in threads for each in carriers)},
        asks=passing.asks,
        waiting=passing.waiting,
        told=passing.told,
        warned=next((share_of(e) for e in batch if e.kind == "overflow_warned"), None),
        moved=moved,
    )


def share_of(warning: Event) -> tuple[int, int]:
    return int(warning.values["episodes"]), int(warning.values["overflowed"])


def delivered(event: Event) -> bool:
    """The customer's side has got further, so the state under our replies may have changed."""
    return event.kind == "delivery_noted" and event.values.get("side") != "us"


def fragments(change: Change, desk: Desk, paint: "Painter") -> list[str]:
    """What one desk gets of a change. Its painter remembers, so desks with the same view share the work."""
    told: list[str] = []
    if not change.concerns(desk):
        return told
    for view, carriers in change.threads:
        if view.id in change.moved and is_elsewhere(view, desk.community_id):
            told.extend(gone_rows(view.id, desk))
        else:
            told.extend(rows_of(view, carriers, desk, paint))
    for thread_id in change.gone:
        told.extend(gone_rows(thread_id, desk))
    shown = desk.mine | desk.open
    told.extend(paint.turn(turn, desk.zone) for turn in change.turns if turn.thread_id in shown)
    told.extend(STALE % thread_id for thread_id in change.stale & desk.open)
    told.extend(of_asks(change, desk, paint))
    if desk.expert_id in change.experts:
        told.append('<i id="stale-presence" data-stale="presence"></i>')
    if desk.leads and change.warned:
        told.append(macro("warning")(change.warned, desk.community_id))
    return told


def fragments_for_guest(change: Change, desk: Desk, paint: "Painter") -> list[str]:
    """What one desk gets of a change in another community: the conversations that its expert serves as a guest."""
    told: list[str] = []
    for view, carriers in change.threads:
        if desk.expert_id in carriers:
            turns = [turn for turn in change.turns if turn.thread_id == view.id]
            told.extend(paint.turn(turn, desk.zone) for turn in turns)
        if desk.expert_id in carriers or view.id in desk.mine:
            told.extend(own_row(view, carriers, desk, paint))
            told.extend(STALE % thread_id for thread_id in desk.open & {view.id})
    return told


def of_asks(change: Change, desk: Desk, paint: "Painter") -> Iterable[str]:
    """The lines of the list of asks, how many wait for this person, and what passes by on their screen."""
    if "asks" in desk.lists:
        for view in change.asks:
            yield paint.ask(view, desk)
    if desk.expert_id in change.waiting:
        yield f'<span class="count" id="count-asks">{change.waiting[desk.expert_id]}</span>'
    for each in change.told:
        if desk.expert_id in each.expert_ids:
            yield macro("told")(each)


STALE = '<i id="stale-%s" data-stale="thread"></i>'


def is_elsewhere(view: ThreadView, community_id: str) -> bool:
    """At home with others, and no case of ours runs off in it."""
    return view.community_id != community_id and all(
        matter.community_id != community_id for matter in view.matters
    )


def gone_rows(thread_id: str, desk: Desk) -> Iterable[str]:
    if desk.may_list(thread_id):
        desk.mine.discard(thread_id)
        yield f'<li id="mine-{thread_id}" data-gone></li>'
    if "community" in desk.lists:
        yield f'<li id="community-{thread_id}" data-gone></li>'


def rows_of(
    view: ThreadView, carriers: frozenset[str | None], desk: Desk, paint: "Painter"
) -> Iterable[str]:
    yield from own_row(view, carriers, desk, paint)
    if "community" in desk.lists:
        yield paint.team_row(view, desk.zone)


def own_row(
    view: ThreadView, carriers: frozenset[str | None], desk: Desk, paint: "Painter"
) -> Iterable[str]:
    if desk.expert_id in carriers:
        desk.mine.add(view.id)
        yield paint.row(rules.row(view, desk.expert_id, paint.now), desk.zone, "mine")
    elif desk.may_list(view.id):
        desk.mine.discard(view.id)
        yield f'<li id="mine-{view.id}" data-gone></li>'


class Painter:
    """Renders the fragments of one batch, each distinct one once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.painted: dict[tuple[Any, ...], str] = {}

    def row(self, row: Row, zone: tzinfo, list_: str) -> str:
        key = (list_, row, zone)
        if key not in self.painted:
            self.painted[key] = macro("row")(Reader(zone, self.now), row, list_)
        return self.painted[key]

    def team_row(self, view: ThreadView, zone: tzinfo) -> str:
        return self.row(rules.row(view, None, self.now), zone, "community")

    def turn(self, turn: Turn, zone: tzinfo) -> str:
        key = (turn.id, zone)
        if key not in self.painted:
            self.painted[key] = macro("turn")(Reader(zone, self.now), turn)
        return self.painted[key]

    def ask(self, view: AskView, desk: Desk) -> str:
        if view.ask.state == "withdrawn":
            return macro("gone")(f"ask-{view.ask.id}")
        card = ask_rules.card(view, desk.expert_id)
        key = (card, desk.zone)
        if key not in self.painted:
            self.painted[key] = macro("ask_row")(Reader(desk.zone, self.now), card)
        return self.painted[key]


@cache
def macro(name: str) -> Callable[..., str]:
    """A macro of the fragments, compiled once: the page and the stream show the same."""
    compiled: Template = template("workspace/html/fragments.html")
    found: Callable[..., str] = getattr(compiled.module, name)
    return found


def faces(people: Sequence[Onlooker], thread_id: str) -> str:
    return macro("faces")(people, thread_id)
