"""The verbs of an ask: ask, accept, decline, answer, withdraw, thank; and what is done when a step's time is over.

None of them touches a case or an episode: help never changes who owns the case or who attends to the customer.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from coterie.asks import queries, rules
from coterie.asks.model import URGENCIES, Ask, Asked, AskState, Candidate, Step, Urgency
from coterie.communities import queries as communities
from coterie.communities.model import Community, Membership
from coterie.conversations import queries as conversations
from coterie.conversations.actions import answerable
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.events import emit
from coterie.kit.ids import new_id
from coterie.routing import queries as routing

LONGEST_TOPIC = 60
LONGEST_TEXT = 2_000
LONGEST_ANSWER = 4_000
LONGEST_WHY = 300
MOST_ALIVE = 5
"""Asks on one case at a time: more than that nobody keeps apart."""


async def ask(
    tx: Tx,
    now: datetime,
    case_id: str,
    expert_id: str,
    *,
    topic: str,
    text: str,
    urgency: str = "normal",
) -> Ask:
    """Ask the team. It goes to whoever is best placed and present, at once; where nobody is, it is unanswered at once."""
    file, community = await answerable(tx, case_id, expert_id)
    made = Ask(
        id=new_id(),
        case_id=case_id,
        thread_id=file.case.thread_id,
        customer_id=file.case.customer_id,
        community_id=community.id,
        topic=checked_topic(topic),
        text=checked(text, "text", "Say what would help you", LONGEST_TEXT),
        urgency=checked_urgency(urgency),
        state="open",
        at=now,
        step=rules.STEPS[0],
        asked_by=expert_id,
    )
    if len(await queries.alive_of_case(tx, case_id)) >= MOST_ALIVE:
        raise Refused(
            f"{MOST_ALIVE} asks on this case still wait. Let one be answered, or withdraw it.",
            "too_many",
        )
    await queries.add_ask(tx, made)
    await conversations.drop_draft(tx, expert_id, made.thread_id, "ask")
    tell(tx, now, made, "ask_made", urgency=made.urgency)
    return await go_on(tx, now, made, community, "made")


def checked(text: str, name: str, wanted: str, longest: int) -> str:
    said = text.strip()
    if not said or len(said) > longest:
        raise Invalid(f"{wanted}, in at most {longest:,} characters.", field=name)
    return said


def checked_topic(topic: str) -> str:
    named = " ".join(topic.split())
    if len(named) > LONGEST_TOPIC:
        raise Invalid(f"A topic has at most {LONGEST_TOPIC} characters.", field="topic")
    return named


def checked_urgency(urgency: str) -> Urgency:
    for known in URGENCIES:
        if urgency == known:
            return known
    raise Invalid(f"An ask is one of {', '.join(URGENCIES)}.", field="urgency")


async def ask_for_language(tx: Tx, now: datetime, case_id: str, language: str) -> Ask | None:
    """Ask everybody of the case's community who speaks a language, whether they are here or not.

    Once for each episode, and only while it waits in the queue. None where that was done, or where nobody speaks it.
    """
    file = await conversations.case_file(tx, case_id)
    if file is None or file.episode is None or await queries.is_asked_for(tx, file.episode.id):
        return None
    team = await communities.experts_of(tx, file.case.community_id)
    speakers = [each for each in team if language in each.languages]
    if not speakers:
        return None
    made = Ask(
        id=new_id(),
        case_id=case_id,
        thread_id=file.case.thread_id,
        customer_id=file.case.customer_id,
        community_id=file.case.community_id,
        topic="",
        text="",
        urgency="normal",
        state="open",
        at=now,
        step="speaker",
        language=language,
        episode_id=file.episode.id,
    )
    await queries.add_ask(tx, made)
    tell(tx, now, made, "ask_made", urgency=made.urgency)
    await put_to(tx, now, made, "speaker", [each.id for each in speakers])
    return made


# What those do who were asked


async def accept(tx: Tx, now: datetime, ask_id: str, expert_id: str) -> Ask:
    """Take it. The first to do so holds it; any member may, asked or not, but not whoever asked."""
    found, member = await helped_by(tx, ask_id, expert_id)
    if found.accepted_by == expert_id:
        return found
    if found.accepted_by:
        raise Refused(f"{await name_of(tx, found.accepted_by)} has taken this already.", "taken")
    community = await community_of(tx, found)
    await pass_over(tx, now, found, "taken", but=expert_id)
    step = found.step if found.step == "speaker" else rules.STEP_OF[member.role]
    await queries.put_asked(tx, Asked(found.id, expert_id, step, "accepted", now, now))
    held = replace(
        found,
        state="accepted",
        accepted_by=expert_id,
        accepted_at=now,
        step_ends_at=now + rules.time_to_answer(found.urgency, community.settings),
    )
    await queries.save_ask(tx, held)
    tell(tx, now, held, "ask_accepted", expert_id, seconds=(now - found.at).total_seconds())
    return held


async def decline(tx: Tx, now: datetime, ask_id: str, expert_id: str, why: str) -> Ask:
    """Say no, and why; whoever has accepted may still do so. When all of a step have, the next begins at once."""
    found, _ = await helped_by(tx, ask_id, expert_id)
    said = checked(why, "why", "Say why not, so that others know", LONGEST_WHY)
    people = await queries.asked(tx, [found.id])
    mine = [p for p in people if p.expert_id == expert_id and p.state in ("waiting", "accepted")]
    if not mine:
        raise Refused("This doesn't wait for you, so there is nothing to decline.", "not_asked")
    await queries.put_asked(tx, replace(mine[0], state="declined", settled_at=now, why=said))
    tell(tx, now, found, "ask_declined", expert_id, seconds=(now - found.at).total_seconds())
    held = found.accepted_by == expert_id
    if held or not any(p.state == "waiting" and p.expert_id != expert_id for p in people):
        return await go_on(tx, now, found, await community_of(tx, found), "declined")
    return found


async def answer(tx: Tx, now: datetime, ask_id: str, expert_id: str, text: str) -> Ask:
    """Answer it, for the community to read and for the helper's credit. Whoever hasn't accepted yet does so by it."""
    said = checked(text, "text", "Write an answer", LONGEST_ANSWER)
    held = await accept(tx, now, ask_id, expert_id)
    answered = replace(
        held,
        state="answered",
        step_ends_at=None,
        accepted_by=None,
        accepted_at=None,
        answered_by=expert_id,
        answer=said,
        answered_at=now,
        ended_at=now,
    )
    await queries.save_ask(tx, answered)
    seconds = (now - held.at).total_seconds()
    tell(tx, now, answered, "ask_answered", expert_id, seconds=seconds, step=answered.step)
    return answered


async def helped_by(tx: Tx, ask_id: str, expert_id: str) -> tuple[Ask, Membership]:
    """An ask that is alive, and the member of its community who means to help."""
    found = await known(tx, ask_id)
    member = await communities.membership(tx, expert_id)
    if member is None or member.community_id != found.community_id:
        raise Refused("Only members of its community help with this.", "other_community")
    if found.asked_by == expert_id:
        raise Refused("You asked this yourself: it is for the others.", "own_ask")
    if found.state == "answered":
        raise Refused("This is answered already.", "answered")
    if not found.alive:
        raise Refused("This ask is over. Write a note if you can help.", "over")
    return found, member


async def known(tx: Tx, ask_id: str) -> Ask:
    found = await queries.ask(tx, ask_id)
    if found is None:
        raise NotFound("There is no such ask.")
    return found


async def community_of(tx: Tx, found: Ask) -> Community:
    community = await communities.community(tx, found.community_id)
    assert community is not None
    return community


async def name_of(tx: Tx, expert_id: str) -> str:
    return (await communities.names(tx, [expert_id])).get(expert_id, "Somebody")


# What whoever asked does


async def withdraw(tx: Tx, now: datetime, ask_id: str, expert_id: str) -> Ask:
    """It is not needed any more: said by who asked, or by who owns the case."""
    found = await known(tx, ask_id)
    await for_asker(tx, found, expert_id)
    if not found.alive:
        raise Refused("This ask is over already.", "over")
    return await end(tx, now, found, "asker")


async def thank(tx: Tx, now: datetime, ask_id: str, expert_id: str) -> Ask:
    """Thank the helper: who asked does, or who owns the case. Again changes nothing."""
    found = await known(tx, ask_id)
    await for_asker(tx, found, expert_id)
    if found.state != "answered":
        raise Refused("Nobody has answered this yet.", "not_answered")
    if found.answered_by == expert_id:
        raise Refused("That was your own answer.", "own_answer")
    if found.thanked_at:
        return found
    thanked = replace(found, thanked_at=now)
    await queries.save_ask(tx, thanked)
    tell(tx, now, thanked, "ask_thanked", thanked.answered_by)
    return thanked


async def for_asker(tx: Tx, found: Ask, expert_id: str) -> None:
    if not await communities.is_member(tx, found.community_id, expert_id):
        raise Refused("Only members of its community act on this ask.", "other_community")
    case = await conversations.case(tx, found.case_id)
    assert case is not None
    if expert_id not in (found.asked_by, case.owner_id):
        raise Refused("That is for who asked, or for who owns the case.", "not_yours")


# How it goes on


async def go_on(tx: Tx, now: datetime, found: Ask, community: Community, reason: str) -> Ask:
    """To the next step in which anybody is present, the first where it was just made; after the last it is unanswered."""
    people = await queries.asked(tx, [found.id])
    candidates = await candidates_for(tx, now, found.community_id, found.topic)
    step = None if reason == "made" else found.step
    following = rules.next_round(
        candidates, found.asked_by, {each.expert_id for each in people}, step
    )
    if following is None:
        return await end(tx, now, found, reason, state="unanswered")
    wait = rules.time_to_accept(following.step, found.urgency, community.settings)
    opened = replace(
        found,
        state="open",
        step=following.step,
        step_ends_at=now + wait,
        accepted_by=None,
        accepted_at=None,
    )
    await queries.save_ask(tx, opened)
    await put_to(tx, now, opened, following.step, following.expert_ids)
    number = len(following.expert_ids)
    tell(tx, now, opened, "ask_passed", reason=reason, step=following.step, asked=number)
    return opened


async def candidates_for(tx: Tx, now: datetime, community_id: str, topic: str) -> list[Candidate]:
    """The members of a community as they are now, with what each knows of a topic."""
    roles = {each.id: each.role for each in await communities.experts_of(tx, community_id)}
    answers = await queries.recent_answers(tx, community_id, topic, now - rules.RECENT)
    return [
        Candidate(
            id=member.id,
            role=roles[member.id] or "expert",
            present=member.present,
            skill=member.skills.get(topic, 0),
            answers=answers.get(member.id, 0),
            load=member.load,
            capacity=member.capacity,
            on_call=member.on_call,
        )
        for member in await routing.members(tx, community_id, now)
    ]


async def put_to(tx: Tx, now: datetime, found: Ask, step: Step, expert_ids: Sequence[str]) -> None:
    for expert_id in expert_ids:
        await queries.put_asked(tx, Asked(found.id, expert_id, step, "waiting", now))


async def pass_over(
    tx: Tx, now: datetime, found: Ask, why: str, *, but: str | None = None, only: str | None = None
) -> None:
    """Those who have not said anything, and who holds it, are passed over: all of them, all but one, or one."""
    for person in await queries.asked(tx, [found.id]):
        settled = person.state not in ("waiting", "accepted")
        if settled or person.expert_id == but or only not in (None, person.expert_id):
            continue
        await queries.put_asked(tx, replace(person, state="passed_over", settled_at=now, why=why))
        if why != "taken":
            tell(tx, now, found, "ask_passed_over", person.expert_id, reason=why)


async def end(tx: Tx, now: datetime, found: Ask, reason: str, state: AskState = "withdrawn") -> Ask:
    """Nobody is asked any more: it was withdrawn, or the last step has passed without an answer."""
    await pass_over(tx, now, found, "over")
    ended = replace(
        found,
        state=state,
        step_ends_at=None,
        accepted_by=None,
        accepted_at=None,
        ended_at=now,
    )
    await queries.save_ask(tx, ended)
    seconds = (now - found.at).total_seconds()
    tell(tx, now, ended, f"ask_{state}", reason=reason, seconds=seconds)
    return ended


async def go_on_when_due(tx: Tx, now: datetime, ask_id: str) -> None:
    """Its step is over: whoever said nothing is passed over. Or somebody attends to the customer after all."""
    found = await known(tx, ask_id)
    if not found.alive:
        return
    if found.episode_id and not await queries.still_queued(tx, found.episode_id):
        await end(tx, now, found, "attended")
    elif found.step_ends_at and found.step_ends_at <= now:
        await pass_over(tx, now, found, "time")
        await go_on(tx, now, found, await community_of(tx, found), "time")


async def step_back(
    tx: Tx, now: datetime, community_id: str, expert_id: str, *, for_good: bool
) -> None:
    """Somebody is gone: nothing waits for them. Who was asked for their language is told when they come, unless they left."""
    for found in await queries.held_or_waiting(tx, community_id, expert_id):
        if found.language and not for_good:
            continue
        await pass_over(tx, now, found, "gone", only=expert_id)
        people = await queries.asked(tx, [found.id])
        if not any(each.state in ("waiting", "accepted") for each in people):
            await go_on(tx, now, found, await community_of(tx, found), "gone")


async def let_rest(tx: Tx, now: datetime, case_id: str) -> None:
    """The case is solved: nobody needs to look for an answer. Who has accepted may still give it."""
    for found in await queries.alive_of_case(tx, case_id):
        if found.state == "open":
            await end(tx, now, found, "resolved")


def tell(
    tx: Tx,
    now: datetime,
    found: Ask,
    kind: str,
    expert_id: str | None = None,
    **values: float | str | None,
) -> None:
    ids = {
        "thread": found.thread_id,
        "customer": found.customer_id,
        "case": found.case_id,
        "ask": found.id,
        "by": found.asked_by,
        "expert": expert_id,
    }
    emit(tx, found.community_id, kind, now, ids, **values)
