"""How a thread reads from one chair: which part of the list, in what order, in which words. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime

from coterie.workspace.model import Group, Matter, Row, ThreadView

LONGEST_LINE = 140
QUOTE_HEAD = re.compile(
    r"^(On .{4,120} wrote:|Am .{4,120} schrieb .{0,80}:|Le .{4,120} a écrit\s?:|-{2,} ?Original Message ?-{2,})$",
    re.IGNORECASE,
)

LANGUAGES = {
    "ar": "Arabic", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fr": "French",
    "hi": "Hindi", "it": "Italian", "pa": "Punjabi", "ta": "Tamil", "vi": "Vietnamese", "yue": "Cantonese",
    "zh": "Mandarin",
}  # fmt: skip


def row(view: ThreadView, viewer_id: str | None, now: datetime) -> Row:
    """The line of a thread as `viewer_id` sees it; None sees it as nobody's own."""
    matter = foremost(seen(view.matters, viewer_id), viewer_id)
    guest = matter is not None and is_guest(matter, viewer_id)
    group = group_of(matter, viewer_id)
    wait, since, until = waiting_words(view, matter, viewer_id)
    due_at, made_at = (matter and matter.next_due) or (None, None)
    return Row(
        thread_id=view.id,
        customer_id=view.customer_id,
        customer=view.customer or "Somebody new",
        group=group,
        rank=rank(view, matter, group),
        channel=(matter and matter.channel) or view.last_channel or "messenger",
        last=last_line(view, matter, viewer_id),
        unread=view.unread,
        wait=wait,
        since=since,
        until=until,
        due_at=due_at,
        made_at=made_at,
        at=None if due_at else view.last_at,
        handed_by=given(matter.handed_by) if matter and matter.new_to(viewer_id) else "",
        home=matter.home if matter and guest else "",
    )


def is_guest(matter: Matter, viewer_id: str | None) -> bool:
    return viewer_id is not None and matter.guest_id == viewer_id


def seen(matters: Sequence[Matter], viewer_id: str | None) -> tuple[Matter, ...]:
    """A guest has to do with what they serve and with nothing else."""
    theirs = tuple(matter for matter in matters if is_guest(matter, viewer_id))
    return theirs or tuple(matters)


def carriers(view: ThreadView) -> frozenset[str | None]:
    """Whose customer this is: theirs who own a case of it, attend an episode, or are its guest."""
    return frozenset(
        each for m in view.matters for each in (m.owner_id, m.attending_id, m.guest_id)
    )


def foremost(matters: Sequence[Matter], viewer_id: str | None) -> Matter | None:
    """The matter that decides where the thread stands: mine before others', waiting before not, most urgent first."""
    if not matters:
        return None
    return min(
        matters,
        key=lambda m: (not on_viewer(m, viewer_id), not m.waiting, m.state is None, urgency(m)),
    )


def on_viewer(matter: Matter, viewer_id: str | None) -> bool:
    """It waits on this person: they attend it, or they own it and nobody attends it yet. None stands for the team."""
    if viewer_id is None:
        return matter.waiting
    return (matter.state == "attended" and matter.attending_id == viewer_id) or (
        matter.state == "queued" and matter.owner_id == viewer_id
    )


def urgency(matter: Matter) -> float:
    due_at, _ = matter.next_due or (None, None)
    return (due_at or matter.wake_at or matter.turn_at or matter.spoken_at).timestamp()


def group_of(matter: Matter | None, viewer_id: str | None) -> Group:
    if matter and is_guest(matter, viewer_id):
        return Group.GUEST
    if matter is None or (matter.state is None and matter.promised_at is None):
        return Group.QUIET
    return Group.WAITING if on_viewer(matter, viewer_id) else Group.WAITS


def rank(view: ThreadView, matter: Matter | None, group: Group) -> int:
    """By promise, then longest waiting; what rests has its latest first. In whole milliseconds."""
    if group is Group.QUIET or matter is None:
        return -int(view.last_at.timestamp() * 1000)
    return int(urgency(matter) * 1000)


def waiting_words(
    view: ThreadView, matter: Matter | None, viewer_id: str | None
) -> tuple[str, datetime | None, datetime | None]:
    """Who waits on whom, in words, with the time that goes with them: since when, or until when."""
    if matter is None:
        return "solved", None, None
    if matter.waiting:
        return waits_on_us(matter, viewer_id), matter.waiting_since, None
    told: dict[str | None, tuple[str, datetime | None, datetime | None]] = {
        "waiting_customer": (
            f"on {given(view.customer, 'the customer')} since",
            matter.turn_at,
            None,
        ),
        "waiting_third": (f"on {matter.waits_on} since", matter.turn_at, None),
        "snoozed": ("snoozed until", None, matter.wake_at),
    }
    if matter.state in told:
        return told[matter.state]
    if matter.case_state == "watched":
        return "watched until", None, matter.watch_ends_at
    return "quiet since", view.last_at, None


def waits_on_us(matter: Matter, viewer_id: str | None) -> str:
    if matter.state == "queued":
        return "waits in the queue,"
    return "waits" if matter.attending_id == viewer_id else f"waits on {given(matter.attending)},"


def given(name: str | None, nobody: str = "a teammate") -> str:
    """The name somebody goes by: their first. A household or a business ("Junee Street Bakery") keeps its whole name."""
    words = name.split() if name else []
    if not words:
        return nobody
    return words[0] if len(words) == 2 else " ".join(words)


def last_line(view: ThreadView, matter: Matter | None, viewer_id: str | None) -> str:
    """What was said last; of a case that is new to its owner, what they were told of it."""
    if matter and matter.new_to(viewer_id):
        return f"Brief: {' '.join((matter.brief or '').split())}"[:LONGEST_LINE]
    if view.last_text is None:
        return "Nothing written yet"
    text = " ".join(view.last_text.split())[:LONGEST_LINE] or "A file"
    if view.last_kind == "customer":
        return text
    who = "You" if viewer_id and view.last_author_id == viewer_id else given(view.last_author)
    return f"{who}, note: {text}" if view.last_kind == "note" else f"{who}: {text}"


def fold(text: str) -> tuple[str, str]:
    """What is new in a mail, and what it quotes below."""
    lines = text.rstrip().split("\n")
    for number, line in enumerate(lines):
        rest = [left for left in lines[number:] if left.strip()]
        headed = QUOTE_HEAD.match(line.strip()) is not None and number > 0
        if headed or (rest and all(left.startswith(">") for left in rest)):
            return "\n".join(lines[:number]).rstrip(), "\n".join(lines[number:])
    return text, ""


def size_words(size: int) -> str:
    """840 B, 12 kB, 3.4 MB"""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"


def language(code: str) -> str:
    return LANGUAGES.get(code.lower().split("-")[0], code)
