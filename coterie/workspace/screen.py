"""The regions of the screen, put together from what the queries give."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from coterie.communities import absence_queries as absences
from coterie.communities import queries as communities
from coterie.conversations import crossing_queries, promise_queries
from coterie.conversations import crossing_words as crossing_codes
from coterie.conversations import queries as conversations
from coterie.conversations.model import Promise
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.ids import new_id
from coterie.ui.frame import Frame
from coterie.ui.places import of_member
from coterie.ui.reader import Reader
from coterie.workspace import (
    absence_queries,
    ask_screen,
    customer_queries,
    queries,
    remarks,
    rules,
    words,
)
from coterie.workspace.model import (
    About,
    AskCard,
    Covered,
    Group,
    List,
    Load,
    Matter,
    Me,
    Onlooker,
    Part,
    Remark,
    Return,
    Row,
    ThreadPage,
    ThreadView,
    Turn,
)

PAGE = 50
MODES = ("reply", "note", "ask")
"""What the composer writes. A draft opens it in its mode."""
MOST_PROMISES = 8
BACK = timedelta(days=7)
MINE = {
    Group.WAITING: "Waiting on you",
    Group.GUEST: "You help out as a guest",
    Group.WAITS: "You wait on somebody",
    Group.QUIET: "Quiet",
}
COMMUNITY = {
    Group.WAITING: "Waiting on us",
    Group.WAITS: "We wait on somebody",
    Group.QUIET: "Quiet",
}


def frame(me: Me, viewer: Viewer, place: str, asks: int) -> Frame:
    return Frame(
        person_id=me.id,
        person=me.name,
        csrf=viewer.csrf,
        community=me.community,
        home="/workspace",
        hue=round(me.hue / 5) * 5 % 360,
        places=of_member(place, asks=asks, leads=viewer.leads(me.community_id)),
        presence=me.presence,
        shortcuts=me.shortcuts,
    )


async def my_list(tx: Tx, me: Me, now: datetime) -> List:
    views = await queries.views(tx, await queries.mine(tx, me.community_id, me.id))
    rows = [rules.row(view, me.id, now) for view in views]
    return List(
        name="mine",
        title="My customers",
        groups=parts("mine", rows),
        mine=len(rows),
        waiting=await queries.count_waiting(tx, me.community_id),
        asks=await ask_screen.waiting(tx, me),
    )


async def ask_list(tx: Tx, me: Me) -> List:
    return List(
        name="asks",
        title="Asks",
        groups=await ask_screen.parts(tx, me),
        mine=len(await queries.mine(tx, me.community_id, me.id)),
        waiting=await queries.count_waiting(tx, me.community_id),
        asks=await ask_screen.waiting(tx, me),
    )


async def community_list(
    tx: Tx, me: Me, now: datetime, query: str, before: datetime | None, show: str
) -> List:
    """All of the community, or one part of it; or what a search finds, which then stands still."""
    views, more = await (found(tx, me, query) if query else everybody(tx, me, before))
    name = "found" if query else "community"
    kept = [group for group in Group if show in ("", group)] or list(Group)
    return List(
        name=name,
        title=me.community,
        groups=parts(name, [rules.row(view, None, now) for view in views], kept),
        mine=len(await queries.mine(tx, me.community_id, me.id)),
        waiting=await queries.count_waiting(tx, me.community_id),
        asks=await ask_screen.waiting(tx, me),
        query=query,
        more=more,
        show=show if len(kept) == 1 else "",
    )


async def found(tx: Tx, me: Me, query: str) -> tuple[list[ThreadView], str]:
    return await queries.views(tx, await queries.search(tx, me.community_id, query)), ""


async def everybody(tx: Tx, me: Me, before: datetime | None) -> tuple[list[ThreadView], str]:
    """Those who wait, then the conversations of late; and where the earlier ones are."""
    lately = await queries.lately(tx, me.community_id, before, PAGE)
    waiting = [] if before else await queries.waiting(tx, me.community_id)
    views = await queries.views(tx, sorted({*waiting, *lately}))
    if len(lately) < PAGE:
        return views, ""
    oldest = min(view.last_at for view in views if view.id in lately)
    return views, f"/workspace/community?before={oldest.timestamp():.6f}#list"


def parts(name: str, rows: Sequence[Row], kept: Sequence[Group] = tuple(Group)) -> tuple[Part, ...]:
    ordered = sorted(rows, key=lambda row: row.rank)
    return tuple(
        Part(group, title, tuple(row for row in ordered if row.group == group))
        for group, title in (MINE if name == "mine" else COMMUNITY).items()
        if group in kept
    )


async def warned(tx: Tx, viewer: Viewer, me: Me, now: datetime) -> tuple[int, int] | None:
    """What who leads is warned of: of how many conversations how many went to the buddy."""
    if not viewer.leads(me.community_id):
        return None
    return await crossing_queries.warned_since(tx, me.community_id, now - timedelta(hours=1))


async def load_of(tx: Tx, me: Me, now: datetime) -> Load:
    """What this expert carries, by the weights of their community."""
    community = await communities.community(tx, me.community_id)
    assert community is not None  # they are its member
    weights = community.settings
    fresh_after = now - timedelta(seconds=weights.weight_after_s)
    return await queries.load(tx, me.community_id, me.id, fresh_after, weights.weight_idle)


async def thread_page(
    tx: Tx, me: Me, reader: Reader, thread_id: str, case_id: str, looking: tuple[Onlooker, ...]
) -> ThreadPage:
    after = await queries.cursor(
        tx, me.community_id
    )  # first, so that nothing falls between page and stream
    whole = (await queries.views(tx, [thread_id]))[0]
    view = replace(whole, matters=rules.seen(whole.matters, me.id))
    about = await customer_queries.about(tx, view.customer_id)
    assert about is not None  # a thread has a customer
    turns = await queries.turns(tx, thread_id, limit=PAGE)
    matter = at_hand(view, case_id, me)
    drafts = await conversations.drafts(tx, me.id, thread_id)
    owner_id = matter.owner_id if matter else None
    covered = await absence_queries.covered(tx, owner_id) if owner_id else None
    case = await conversations.case(tx, matter.case_id) if matter else None
    return ThreadPage(
        view=view,
        community=next((h.community for h in about.homes if not h.until), me.community),
        about=about,
        matter=matter,
        standing=standing(matter, reader, covered),
        why=why_owner(about, matter),
        items=remarks.with_remarks(turns, await between(tx, me, thread_id)),
        earlier=turns[0].number if turns and turns[0].number > 1 else 0,
        unread_from=first_unread(turns, view),
        drafts=drafts,
        keys={mode: new_id() for mode in MODES},
        mode=next((mode for mode in MODES if mode in drafts), MODES[0]),
        channel_words=channel_words(matter, view),
        after=after,
        looking=looking,
        promises=await promised(tx, thread_id),
        handed=await absence_queries.handed(tx, matter.case_id) if matter else None,
        topics=await ask_screen.topics(tx, me, case),
        topic=case.topic if case else "",
        guest=matter is not None and rules.is_guest(matter, me.id),
        crossing=crossing_words(matter, me.id, reader),
    )


async def back(tx: Tx, me: Me, now: datetime) -> Return | None:
    """What was done while they were absent, for a week after they are back or until they have seen it."""
    absence = await absences.last_over(tx, me.id, now - BACK)
    if absence is None or absence.begun_at is None or absence.ended_at is None:
        return None
    cases = await absence_queries.meanwhile(tx, absence)
    return Return(absence.id, absence.begun_at, absence.ended_at, tuple(cases)) if cases else None


async def between(tx: Tx, me: Me, thread_id: str) -> list[Remark | AskCard]:
    """What stands between the turns: remarks of the house, and what the team was asked."""
    return [
        *await remarks.remarks(tx, thread_id),
        *await ask_screen.cards(tx, me, thread_id),
    ]


async def promised(tx: Tx, thread_id: str) -> tuple[tuple[Promise, str], ...]:
    """What was promised in this thread, the next due first."""
    made = await promise_queries.promises_of_thread(tx, thread_id, MOST_PROMISES)
    names = await communities.names(tx, sorted({each.expert_id for each in made}))
    return tuple((each, names.get(each.expert_id, "")) for each in made)


def at_hand(view: ThreadView, case_id: str, me: Me) -> Matter | None:
    """The case that was asked for, else the one that needs this person most: of their own community, where there is one."""
    asked = [matter for matter in view.matters if matter.case_id == case_id]
    ours = [matter for matter in view.matters if matter.community_id == me.community_id]
    return asked[0] if asked else rules.foremost(ours or view.matters, me.id)


def first_unread(turns: Sequence[Turn], view: ThreadView) -> int:
    """The number of the first of the customer's turns that nobody of us has read; 0 where all are."""
    if not view.unread:
        return 0
    theirs = [turn.number for turn in turns if turn.kind == "customer"][-view.unread :]
    return theirs[0] if theirs else 0


def standing(matter: Matter | None, reader: Reader, covered: Covered | None = None) -> str:
    """opened Saturday, owner Priya, on leave until 4 Dec, Tom covers"""
    if matter is None:
        return ""
    said = [f"opened {lower_first(reader.day(matter.opened_at))}"]
    said.append(whose(matter, reader, covered))
    if matter.wake_at:
        said.append(f"snoozed until {reader.moment(matter.wake_at)}")
    if matter.waits_on:
        said.append(f"waits on {matter.waits_on}")
    if matter.watch_ends_at:
        said.append(f"solved, watched until {lower_first(reader.day(matter.watch_ends_at))}")
    return ", ".join(said)


def crossing_words(matter: Matter | None, viewer_id: str, reader: Reader) -> tuple[str, ...]:
    """What crosses the boundary for this case: for its guest whose it is, for the home who serves it, and until when."""
    if matter is None or matter.crossing_ends_at is None:
        return ()
    ends = reader.moment(matter.crossing_ends_at)
    if matter.crossing == "special_care":
        home, there = (
            f"{rules.given(matter.guest)} of {matter.guest_of} serves this case by special care",
            f"A customer of {matter.home}, whom you serve by special care",
        )
        until = f"It ends by itself, {ends}."
    else:
        home, there = (
            f"{rules.given(matter.guest)} of {matter.guest_of} answers meanwhile",
            f"A customer of {matter.home}. You answer meanwhile",
        )
        until = f"It goes home by itself when the conversation rests, {ends} at the latest."
    why = crossing_codes.WHY[matter.crossing_reason or ""]
    owner = f"{matter.owner} owns the case."
    if not rules.is_guest(matter, viewer_id):
        return (f"{home}: {why}.", until)
    return (
        f"{there}: {why}. {owner}",
        f"{until} You see this conversation until then, and nothing else of theirs.",
    )


def whose(matter: Matter, reader: Reader, covered: Covered | None) -> str:
    attending = rules.given(matter.attending)
    if matter.owner_id is None:
        return (
            f"with {attending}, nobody owns it yet" if matter.attending_id else "nobody owns it yet"
        )
    owner = f"owner {rules.given(matter.owner)}"
    if covered:
        owner += f", {words.absent(covered.why)} until {reader.short(covered.until)}"
    if matter.attending_id in (None, matter.owner_id):
        return f"{owner}, the team covers" if covered else owner
    return f"{owner}, {attending} {'covers' if covered else 'answers for now'}"


def lower_first(words: str) -> str:
    return words.lower() if words in ("Today", "Yesterday") else words


def why_owner(about: About, matter: Matter | None) -> str:
    """Who owns this case, and what else they have owned of this customer."""
    if matter is None or matter.owner_id is None:
        return ""
    before = sum(
        1
        for case in about.cases
        if case.owner_id == matter.owner_id and case.case_id != matter.case_id
    )
    others = {case.owner for case in about.cases if case.owner and case.owner_id != matter.owner_id}
    said = f"{matter.owner} owns this case"
    said += {0: ".", 1: " and owned one before."}.get(before, f" and owned {before} before.")
    return said + (f" {', '.join(sorted(others))} met them too." if others else "")


def channel_words(matter: Matter | None, view: ThreadView) -> str:
    channel = (matter and matter.channel) or view.last_channel or "messenger"
    return {"messenger": "Messenger", "email": "By e-mail", "sms": "By SMS"}.get(
        channel, channel.capitalize()
    )
