"""Who is asked next, and for how long. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from coterie.asks.model import Ask, Asked, Candidate, Round, Step, Urgency
from coterie.communities.model import Role
from coterie.communities.settings import Settings

STEPS: tuple[Step, ...] = ("teammate", "coach", "manager")
"""The order in which help is sought. The manager comes last, whoever else may come to stand here."""
STEP_OF: Mapping[Role, Step] = {"expert": "teammate", "coach": "coach", "manager": "manager"}
AT_ONCE = 3
"""How many are asked at the same time: enough that one is free, few enough that each feels asked."""
RECENT = timedelta(days=30)
"""Answers that are older say nothing about who knows a topic now."""
MOST_ANSWERS = 5
"""Answers beyond this place nobody better: else it would always be the same person."""


def next_round(
    candidates: Sequence[Candidate],
    asker_id: str | None,
    asked: Collection[str],
    after: Step | None,
) -> Round | None:
    """The next step in which somebody is present whom nobody has asked; None after the last."""
    for step in steps_after(after):
        there = [
            each
            for each in candidates
            if STEP_OF[each.role] == step
            and each.present
            and each.id != asker_id
            and each.id not in asked
        ]
        if there:
            best = sorted(there, key=placing)[:AT_ONCE]
            return Round(step, tuple(each.id for each in best))
    return None


def steps_after(step: Step | None) -> tuple[Step, ...]:
    """All from the beginning for None; none after the last, or where only those were asked who speak a language."""
    if step is None:
        return STEPS
    return STEPS[STEPS.index(step) + 1 :] if step in STEPS else ()


def placing(candidate: Candidate) -> tuple[bool, int, int, float, str]:
    """Who has room before who is full; then by skill, by answers on this topic, by load."""
    return (
        candidate.busy,
        -candidate.skill,
        -min(candidate.answers, MOST_ANSWERS),
        candidate.load,
        candidate.id,
    )


def time_to_accept(step: Step, urgency: Urgency, settings: Settings) -> timedelta:
    """How long those asked in a step have, before it goes on."""
    seconds = {
        "teammate": settings.ask_teammates_s,
        "coach": settings.ask_coach_s,
        "manager": settings.ask_manager_s,
    }[step]
    return hurried(seconds, urgency)


def time_to_answer(urgency: Urgency, settings: Settings) -> timedelta:
    """How long whoever accepted has, before it goes on without them."""
    return hurried(settings.ask_answer_s, urgency)


def hurried(seconds: float, urgency: Urgency) -> timedelta:
    return timedelta(seconds=seconds / 2 if urgency == "urgent" else seconds)


def is_for(ask: Ask, people: Sequence[Asked], expert_id: str | None) -> bool:
    """Whether it waits for somebody, or is held by them."""
    return ask.alive and any(
        each.expert_id == expert_id and each.state in ("waiting", "accepted") for each in people
    )
