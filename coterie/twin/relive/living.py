"""A log lived again: its work, its people and its times, but who does what is decided by the policy that runs live. Pure.

An event at a time, from a heap; the clock is the heap's. One thing at a time for each person, since effort was inferred
from what one person does one after the other. Who is in the middle of something when their day ends finishes it.
"""

import heapq
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from math import log2

from coterie.communities.settings import DEFAULTS
from coterie.routing import policy
from coterie.routing.model import FAR_S
from coterie.routing.policy import NOBODY, Contact, Experts
from coterie.twin.relive.model import Done, Lived, Piece, Team

HOLD = timedelta(seconds=min(DEFAULTS.hold_email_s, DEFAULTS.promise_first_email_s / 2))
"""So long a contact waits for its owner: as a mail does, since a ticket is no call."""
OWN = timedelta(days=DEFAULTS.handover_absence_days)
"""So long a follow-up waits for its owner, where it is theirs to do: a longer absence hands it over."""
BEGIN = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Case:
    """A case on its way: who owns it, what waits behind the piece in hand."""

    owner: int = NOBODY
    customer: str = ""
    waiting: deque[Piece] = field(default_factory=deque)
    in_hand: bool = False


@dataclass(slots=True)
class Waiting:
    """A piece in the queue since then, and until when it may be held for its owner."""

    piece: Piece
    since: datetime
    hold_until: datetime


def relive(team: Team, *, own_follow_ups: bool) -> Lived:
    """Everything that this team had to do, done under the policy.

    The opening of a case is a contact. What follows is the owner's to do when they can (`own_follow_ups`), or a contact
    that somebody serves as soon as anybody can.
    """
    return Community(team, OWN if own_follow_ups else HOLD).run()


class Community:
    """The members as columns, a queue, and what is held for somebody."""

    def __init__(self, team: Team, follow_up_hold: timedelta) -> None:
        self.team = team
        self.follow_up_hold = follow_up_hold
        number = len(team.workers)
        self.members = range(number)
        self.spans = [list(worker.spans) for worker in team.workers]
        self.begins = [[span.begins for span in spans] for spans in self.spans]
        self.present, self.load = [0] * number, [0.0] * number
        self.leaving = [False] * number
        self.given: list[datetime | None] = [None] * number
        self.ones, self.zeros = [1] * number, [0] * number
        self.skills: dict[str, list[int]] = {}
        self.cases: dict[str, Case] = defaultdict(Case)
        self.last_owner: dict[str, int] = {}
        self.queue: list[tuple[datetime, int, Waiting]] = []
        self.held: dict[int, list[Waiting]] = defaultdict(list)
        self.lived = Lived()
        self.due: list[tuple[datetime, int, Callable[[], None]]] = []
        self.order = count()
        self.now = BEGIN
        for piece in team.pieces:
            self.later(piece.at, partial(self.comes_in, piece))
        for member, spans in enumerate(self.spans):
            for span in spans:
                self.later(span.begins, partial(self.comes, member))
                self.later(span.ends, partial(self.goes, member))

    def later(self, at: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self.due, (at, next(self.order), act))

    def run(self) -> Lived:
        while self.due:
            self.now, _, act = heapq.heappop(self.due)
            act()
        self.lived.never = len(self.queue) + sum(map(len, self.held.values()))
        return self.lived

    # People

    def comes(self, member: int) -> None:
        self.present[member], self.leaving[member] = 1, False
        self.becomes_free(member)

    def goes(self, member: int) -> None:
        if self.load[member]:
            self.leaving[member] = True
        else:
            self.present[member] = 0

    def becomes_free(self, member: int) -> None:
        """What is held for them first, then the queue as long as anybody is free."""
        for waiting in self.held.pop(member, []):
            self.place(waiting)
        while self.queue and self.somebody_free():
            self.place(heapq.heappop(self.queue)[2])

    def somebody_free(self) -> bool:
        return any(self.present[each] and not self.load[each] for each in self.members)

    # Work

    def comes_in(self, piece: Piece) -> None:
        case = self.cases[piece.case]
        case.customer = piece.customer
        if case.in_hand:
            case.waiting.append(piece)
            return
        case.in_hand = True
        self.wait(piece, case)

    def wait(self, piece: Piece, case: Case) -> None:
        hold = self.follow_up_hold if case.owner >= 0 else HOLD
        self.place(Waiting(piece, self.now, self.now + hold))

    def place(self, waiting: Waiting) -> None:
        """Ask the policy; then it is begun, held for its owner, or queued."""
        piece, case = waiting.piece, self.cases[waiting.piece.case]
        contact = Contact(
            attending=NOBODY, owner=case.owner, last_owner=self.last_owner.get(piece.customer, NOBODY) if piece.customer else NOBODY,
            hold_s=max(0.0, (waiting.hold_until - self.now).total_seconds()),
        )  # fmt: skip
        chosen, reason = policy.decide(contact, self.experts(piece.topic), [0] * len(self.members))
        if chosen >= 0:
            self.begin(piece, chosen)
        elif reason == policy.HELD:
            meant = case.owner if case.owner >= 0 else contact.last_owner
            self.held[meant].append(waiting)
            self.later(waiting.hold_until, partial(self.hold_no_longer, meant, waiting))
        else:
            heapq.heappush(self.queue, (waiting.since, next(self.order), waiting))

    def experts(self, topic: str) -> Experts:
        now = self.now
        return Experts(
            present=self.present, on_shift=self.ones, seat=self.ones, speaks=self.ones,
            skill=self.skill(topic), load=self.load, capacity=self.ones,
            idle_s=[(now - at).total_seconds() if at else FAR_S for at in self.given],
            on_call=self.zeros, warm_s=self.zeros,
            back_s=[FAR_S if self.present[each] else self.back_s(each) for each in self.members],
            rated_badly=self.zeros,
        )  # fmt: skip

    def skill(self, topic: str) -> list[int]:
        """0 to 5 of each: how often they met the topic in the log, by doubling."""
        if topic not in self.skills:
            self.skills[topic] = [
                min(5, int(log2(worker.topics[topic])) + 1) if worker.topics.get(topic) else 0
                for worker in self.team.workers
            ]
        return self.skills[topic]

    def back_s(self, member: int) -> float:
        following = bisect_right(self.begins[member], self.now)
        if following == len(self.begins[member]):
            return FAR_S
        return (self.begins[member][following] - self.now).total_seconds()

    def hold_no_longer(self, member: int, waiting: Waiting) -> None:
        held = self.held.get(member, [])
        if waiting in held:
            held.remove(waiting)
            self.place(waiting)

    def begin(self, piece: Piece, member: int) -> None:
        self.load[member], self.given[member] = 1.0, self.now
        self.lived.done.append(
            Done(piece, self.now, self.team.workers[member].name, self.team.name)
        )
        self.later(self.now + piece.effort, partial(self.ends, piece, member))

    def ends(self, piece: Piece, member: int) -> None:
        case = self.cases[piece.case]
        if case.owner < 0:
            case.owner = member
        if case.customer:
            self.last_owner[case.customer] = case.owner
        self.load[member] = 0.0
        if self.leaving[member]:
            self.present[member], self.leaving[member] = 0, False
        case.in_hand = False
        if case.waiting:
            case.in_hand = True
            self.wait(case.waiting.popleft(), case)
        if self.present[member]:
            self.becomes_free(member)
