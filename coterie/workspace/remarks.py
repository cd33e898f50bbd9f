"""What the system has to say between the turns of a thread: why it came to whom, what was solved, what was said to that."""

from collections.abc import Mapping, Sequence

from coterie.communities import queries as communities
from coterie.conversations import crossing_queries, handover_queries
from coterie.conversations import crossing_words as words_of_crossings
from coterie.conversations.model import Crossing, Handover
from coterie.kit.db import Tx
from coterie.routing import words
from coterie.routing.model import Decision
from coterie.workspace import customer_queries, rules
from coterie.workspace.model import AskCard, Remark, Said, Solved, Turn


async def remarks(tx: Tx, thread_id: str) -> list[Remark]:
    """Why it came to whom, what was solved, what the customer said to that: in the order of time."""
    told = await crossed(tx, thread_id)
    told += await decided(tx, thread_id)
    told += [solved_remark(solved) for solved in await customer_queries.resolutions(tx, thread_id)]
    told += await handed(tx, thread_id)
    told += [said_remark(said) for said in await customer_queries.confirmations(tx, thread_id)]
    return sorted(told, key=lambda remark: remark.at)


async def decided(tx: Tx, thread_id: str) -> list[Remark]:
    """The decisions about a thread that changed something, with what ruled out the others."""
    decisions = changes(await customer_queries.decisions(tx, thread_id))
    known = {id_ for decision in decisions for id_ in decision.situation["ids"]}
    names = await customer_queries.names(tx, sorted(known)) if known else {}
    return [decided_remark(decision, names) for decision in decisions]


def changes(decisions: Sequence[Decision]) -> list[Decision]:
    """Without those that only confirm the one before: the same attendee, or still in the queue."""
    kept: list[Decision] = []
    before: dict[str, str | None] = {}
    for decision in decisions:
        if before.get(decision.episode_id, "nobody yet") != decision.chosen_id:
            kept.append(decision)
        before[decision.episode_id] = decision.chosen_id
    return kept


def decided_remark(decision: Decision, names: Mapping[str, str]) -> Remark:
    """Came to Priya, who owns this case. Unfolded: what was said of each candidate."""
    who = names.get(decision.chosen_id or "")
    why = words.reason(decision, names)
    others = [
        f"{name} {said}, load {load:.1f}"
        for name, said, load in words.candidates(decision, names)
        if name != who
    ]
    told = f"Came to {rules.given(who)}, who {why}." if who else why
    return Remark(decision.id, decision.at, "home", told, "; ".join(others) + "." if others else "")


async def handed(tx: Tx, thread_id: str) -> list[Remark]:
    """Who has handed the case to whom, with the brief; and that it came back."""
    made = await handover_queries.handovers_of_thread(tx, thread_id)
    people = sorted({id_ for each in made for id_ in (each.from_id, each.to_id)})
    names = await communities.names(tx, people) if people else {}
    return [remark for each in made for remark in handed_remarks(each, names)]


def handed_remarks(handover: Handover, names: Mapping[str, str]) -> list[Remark]:
    giver, taker = (rules.given(names.get(id_)) for id_ in (handover.from_id, handover.to_id))
    words = f"{giver} handed this case to {taker}."
    if handover.reason == "absence":
        words = f"{giver} was absent, so {taker} took this case over."
    elif handover.reason == "leaving":
        words = f"{giver} left, so {taker} took this case over."
    if handover.read_at:
        words += f" {taker} has read the brief."
    told = [Remark(handover.id, handover.at, "swap", words, handover.brief)]
    if handover.returned_at:
        gave = f"{taker} gave it back to {giver}."
        back = gave if handover.reason == "by_hand" else f"It is back with {giver}."
        told.append(Remark(f"{handover.id}-back", handover.returned_at, "swap", back))
    return told


async def crossed(tx: Tx, thread_id: str) -> list[Remark]:
    """Who of another community has served here, why, and that it came home."""
    made = await crossing_queries.crossings_of_thread(tx, thread_id)
    if not made:
        return []
    names = await communities.names(tx, sorted({each.expert_id for each in made}))
    homes = {each.id: each.name for each in await communities.communities(tx)}
    return [
        remark
        for each in made
        for remark in crossed_remarks(
            each, f"{rules.given(names.get(each.expert_id))} of {homes.get(each.to_id)}"
        )
    ]


def crossed_remarks(crossing: Crossing, guest: str) -> list[Remark]:
    """guest: Sam of Hunter"""
    how = "by special care" if crossing.kind == "special_care" else "as a guest"
    why = words_of_crossings.WHY[crossing.reason]
    told = [Remark(crossing.id, crossing.started_at, "people", f"Went to {guest} {how}: {why}.")]
    if crossing.ended_at:
        back = f"At home again: {words_of_crossings.ENDED[crossing.ended_why or '']}."
        told.append(Remark(f"{crossing.id}-back", crossing.ended_at, "home", back))
    return told


def solved_remark(solved: Solved) -> Remark:
    who = rules.given(solved.expert) if solved.expert else "The house"
    kind = "with an order" if solved.kind == "order" else "with an answer"
    undone = f" Reopened by the {solved.undone_by}." if solved.undone_by else ""
    id_ = f"{solved.case_id}-{int(solved.at.timestamp())}"
    return Remark(
        id_,
        solved.at,
        "undo" if undone else "check",
        f"{who} solved it {kind}.{undone}",
        solved.how,
    )


def said_remark(said: Said) -> Remark:
    eased = f" and rated it {said.effort} of 7 for ease" if said.effort else ""
    words = (
        f"The customer confirmed that it is solved{eased}"
        if said.solved
        else "The customer says it is not solved"
    )
    return Remark(
        f"{said.case_id}-said-{int(said.at.timestamp())}",
        said.at,
        "check" if said.solved else "alert",
        words,
    )


def with_remarks(
    turns: Sequence[Turn], told: Sequence[Remark | AskCard], *, last: bool = True
) -> tuple[Turn | Remark | AskCard, ...]:
    """Turns and what else falls into their stretch, in the order of time. `last`: nothing follows it."""
    if not turns:
        return tuple(told) if last else ()
    from_start = turns[0].number == 1
    within = [
        remark
        for remark in told
        if (from_start or remark.at >= turns[0].at) and (last or remark.at < turns[-1].at)
    ]
    return tuple(sorted([*turns, *within], key=lambda item: (item.at, item.number == 0)))
