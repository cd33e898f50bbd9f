"""The words of this slice: an ask, whom it was put to, and what is known of those who might help."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from coterie.communities.model import Role

AskState = Literal["open", "accepted", "answered", "withdrawn", "unanswered"]
ASK_STATES: tuple[AskState, ...] = ("open", "accepted", "answered", "withdrawn", "unanswered")
ALIVE: tuple[AskState, ...] = ("open", "accepted")
Step = Literal["teammate", "coach", "manager", "speaker"]
AskedState = Literal["waiting", "accepted", "declined", "passed_over"]
Urgency = Literal["normal", "urgent"]
URGENCIES: tuple[Urgency, ...] = ("normal", "urgent")


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for help on a case. Where routing asks for a language, nobody has `asked_by`.

    `accepted_by` holds it while it is accepted; `step_ends_at` is when it goes on to others.
    """

    id: str
    case_id: str
    thread_id: str
    customer_id: str
    community_id: str
    topic: str
    text: str
    urgency: Urgency
    state: AskState
    at: datetime
    step: Step
    asked_by: str | None = None
    language: str = ""
    episode_id: str | None = None
    step_ends_at: datetime | None = None
    accepted_by: str | None = None
    accepted_at: datetime | None = None
    answered_by: str | None = None
    answer: str = ""
    answered_at: datetime | None = None
    thanked_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def alive(self) -> bool:
        return self.state in ALIVE


@dataclass(frozen=True, slots=True)
class Asked:
    """One person who was asked. `why`: their words where they declined, a code where they were passed over."""

    ask_id: str
    expert_id: str
    step: Step
    state: AskedState
    at: datetime
    settled_at: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member as somebody who might help. `answers`: how many on this topic of late."""

    id: str
    role: Role
    present: bool
    skill: int
    answers: int
    load: float
    capacity: float
    on_call: bool = False

    @property
    def busy(self) -> bool:
        return self.on_call or self.load >= self.capacity


@dataclass(frozen=True, slots=True)
class Round:
    """Who is asked next, the best placed first."""

    step: Step
    expert_ids: tuple[str, ...]
