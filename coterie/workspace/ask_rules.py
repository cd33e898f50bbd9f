"""How an ask reads from one chair: where in the list it stands, in which words, and what may be done. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from coterie.asks.model import Asked, Step
from coterie.asks.rules import is_for
from coterie.ui.reader import lasting
from coterie.workspace.model import AskCard, AskView, Told, Trail
from coterie.workspace.rules import given, language

GROUPS = {
    "for_me": "For you",
    "own": "You asked",
    "others": "Others ask",
    "lately": "Lately",
}
STEPS: dict[Step, str] = {
    "teammate": "the team",
    "coach": "the coaches",
    "manager": "the manager",
    "speaker": "who speaks it",
}
HOUSE = "The house"
AT_ONCE = timedelta(seconds=20)
LONGEST_TOLD = 90


def card(view: AskView, viewer_id: str) -> AskCard:
    ask, around = view.ask, view.around
    thanks = viewer_id in (ask.asked_by, around.owner_id) and ask.answered_by != viewer_id
    waits_for_me = is_for(ask, view.people, viewer_id)
    group = group_of(view, viewer_id, waits_for_me)
    return AskCard(
        id=ask.id,
        thread_id=ask.thread_id,
        case_id=ask.case_id,
        customer=around.customer or "Somebody new",
        title=around.title or "A new case",
        who_id=ask.asked_by or ask.community_id,
        who=view.names.get(ask.asked_by or "", HOUSE),
        asker=name(view, ask.asked_by) if ask.asked_by else HOUSE,
        topic=topic_words(ask.topic),
        text=question(view),
        urgent=ask.urgency == "urgent",
        state=ask.state,
        at=ask.at,
        since=ask.accepted_at or round_began(view),
        until=ask.step_ends_at,
        stands=stands(view, viewer_id),
        trail=trail(view),
        helper_id=ask.answered_by or "",
        helper=view.names.get(ask.answered_by or "", ""),
        skill=around.skill,
        answers=around.answers if ask.topic else 0,
        answer=ask.answer or ("(erased)" if ask.answered_by else ""),
        answered_at=ask.answered_at,
        thanked=ask.thanked_at is not None,
        group=group,
        rank=rank(view, group),
        mine=ask.asked_by == viewer_id,
        waits_for_me=waits_for_me,
        held=ask.accepted_by == viewer_id,
        may_help=ask.state == "open" and ask.asked_by != viewer_id and not waits_for_me,
        may_thank=thanks and ask.answered_by is not None and ask.thanked_at is None,
    )


def topic_words(topic: str) -> str:
    return topic.replace("_", " ")


def question(view: AskView) -> str:
    if view.ask.language:
        return f"Who speaks {language(view.ask.language)}? Nobody who is here does."
    return view.ask.text or "(erased)"


def group_of(view: AskView, viewer_id: str, waits_for_me: bool) -> str:
    if not view.ask.alive:
        return "lately"
    if waits_for_me:
        return "for_me"
    return "own" if view.ask.asked_by == viewer_id else "others"


def rank(view: AskView, group: str) -> int:
    """What goes on first stands first; of what is over, the latest. In whole milliseconds."""
    ask = view.ask
    if group == "lately":
        return -int((ask.ended_at or ask.at).timestamp() * 1000)
    return int((ask.step_ends_at or ask.at).timestamp() * 1000)


def round_began(view: AskView) -> datetime:
    """When those who are asked now were asked."""
    return max((each.at for each in view.people if each.step == view.ask.step), default=view.ask.at)


def stands(view: AskView, viewer_id: str) -> str:
    """waits for you; Marek has it; waits for the coaches; answered by Marek; nobody could answer"""
    ask = view.ask
    match ask.state:
        case "open" if is_for(ask, view.people, viewer_id):
            return "waits for you"
        case "open":
            return f"waits for {STEPS[ask.step]}"
        case "accepted" if ask.accepted_by == viewer_id:
            return "you have it"
        case "accepted":
            return f"{name(view, ask.accepted_by)} has it"
        case "answered":
            return f"answered by {name(view, ask.answered_by)}"
        case "unanswered":
            return "nobody answered"
        case _:
            return "withdrawn"


def trail(view: AskView) -> tuple[Trail, ...]:
    """What each who was asked has said, in the order in which it was settled; then where it stands."""
    settled = sorted(
        (each for each in view.people if each.settled_at),
        key=lambda each: each.settled_at or each.at,
    )
    told = [step for each in settled for step in said(view, each)]
    waiting = [given(view.names.get(p.expert_id)) for p in view.people if p.state == "waiting"]
    if view.ask.state == "open" and waiting:
        told.append(Trail(f"Waits for {listing(waiting)}"))
    if view.ask.answered_at:
        told.append(
            Trail(f"Answered {after(view.ask.answered_at - view.ask.at, 'in')}", strong=True)
        )
    if view.ask.state == "unanswered":
        told.append(Trail("Nobody answered"))
    if view.ask.state == "withdrawn":
        told.append(Trail("Not needed any more"))
    return tuple(told)


def said(view: AskView, person: Asked) -> list[Trail]:
    """What one of them has said; nothing of those whom somebody was quicker than."""
    assert person.settled_at is not None
    who = name(view, person.expert_id)
    span = person.settled_at - person.at
    if person.state == "accepted":
        return [Trail(f"{who} accepted {after(span, 'after')}", strong=True)]
    if person.state == "declined":
        return [Trail(f"{who} declined{f': {person.why}' if person.why else ''}")]
    if person.why == "time":
        return [Trail(f"{who} passed over {after(span, 'after')}")]
    return [Trail(f"{who} left")] if person.why == "gone" else []


def after(span: timedelta, word: str) -> str:
    """at once, in 4 min"""
    return "at once" if span < AT_ONCE else f"{word} {lasting(max(span, timedelta(minutes=1)))}"


def name(view: AskView, expert_id: str | None) -> str:
    return given(view.names.get(expert_id or ""))


def listing(names: Sequence[str]) -> str:
    """Marek, Jess and Lachlan; Marek, Jess and 9 more"""
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def address(view: AskView) -> str:
    """Where the ask is seen in its thread, beside the list of asks."""
    ask = view.ask
    return f"/workspace/threads/{ask.thread_id}?list=asks&case={ask.case_id}&ask={ask.id}#thread"


def told(view: AskView, kinds: frozenset[str]) -> list[Told]:
    """What passes by on whose screen after such events: those who are asked now, who asked, who helped."""
    ask, where = view.ask, address(view)
    words = " ".join(question(view).split())
    short = words if len(words) <= LONGEST_TOLD else words[: LONGEST_TOLD - 1].rstrip() + "…"
    found: list[Told] = []
    if kinds & {"ask_made", "ask_passed"} and ask.state == "open":
        asked = frozenset(each.expert_id for each in view.people if each.state == "waiting")
        who = f"{name(view, ask.asked_by)} asks you: " if ask.asked_by else ""
        found.append(Told(f"{ask.id}-{ask.step}", asked, f"{who}{short}", where))
    asker = frozenset({ask.asked_by})
    if "ask_answered" in kinds and ask.answered_by:
        said = f"{name(view, ask.answered_by)} answered: {short}"
        found.append(Told(f"{ask.id}-answered", asker, said, where))
    if "ask_unanswered" in kinds:
        said = f"Nobody could answer yet. You may ask again: {short}"
        found.append(Told(f"{ask.id}-unanswered", asker, said, where))
    if "ask_thanked" in kinds and ask.answered_by:
        said = f"{name(view, ask.asked_by)} thanks you for your help."
        found.append(Told(f"{ask.id}-thanked", frozenset({ask.answered_by}), said, where))
    return found
