"""The policy: who attends an episode. Pure, over plain columns.

The live system gives lists, the twin gives arrays and compiles the same source: no clock, no randomness, no input or
output, no words. `now` and everything else are arguments. An expert is an index into the columns.
"""

from collections.abc import MutableSequence, Sequence
from typing import NamedTuple

VERSION = 2

# What is said of each candidate. The first that holds is the one that is stored.
ELIGIBLE = 0
ABSENT = 1
OFF_SHIFT = 2
NO_SEAT = 3
NO_LANGUAGE = 4
FULL = 5
ON_CALL = 6
WARMING = 7

# Why the decision is what it is.
STAYS = 1
OWNER = 2
LAST_OWNER = 3
COVER = 4
FIRST = 5
NOBODY_PRESENT = 6
NOBODY_ON_SHIFT = 7
NOBODY_WITH_SEAT = 8
NOBODY_WITH_LANGUAGE = 9
ALL_FULL = 10
ALL_ON_CALL = 11
ALL_WARMING = 12
HELD = 13

NOBODY = -1


class Contact(NamedTuple):
    """What is to be placed. The first three are an expert's index each, or NOBODY."""

    attending: int
    """Who attended this episode until now: they go on while they are present."""
    owner: int
    """The owner of its case."""
    last_owner: int
    """Who owned the customer's case before this one."""
    call: int = 0
    """1 where it is a call."""
    hold_s: float = 0.0
    """Seconds for which it may still wait for its owner."""


class Experts(NamedTuple):
    """The members of the community as columns, all of one length.

    present, on_shift, seat (can serve this channel), speaks (the customer's language): 0 or 1. skill: 0 to 5 on this
    need. load: sum of weights. capacity: load at which nothing new comes. idle_s: seconds since they were last given
    something. on_call: 1 while a call blocks them. warm_s: seconds until their warm-up lets the next one come. back_s:
    seconds until their next shift begins. rated_badly: 1 where this customer rated them so.
    """

    present: Sequence[int]
    on_shift: Sequence[int]
    seat: Sequence[int]
    speaks: Sequence[int]
    skill: Sequence[int]
    load: Sequence[float]
    capacity: Sequence[float]
    idle_s: Sequence[float]
    on_call: Sequence[int]
    warm_s: Sequence[float]
    back_s: Sequence[float]
    rated_badly: Sequence[int]


def decide(contact: Contact, experts: Experts, codes: MutableSequence[int]) -> tuple[int, int]:
    """Who attends, and why: (index or NOBODY, reason). Writes into `codes` what is said of each candidate.

    A present attendee stays. Else the owner, for a new case who owned the last one, if they can serve; it waits for
    them where they can soon. Else the teammate who serves best.
    """
    furthest = ABSENT
    for i in range(len(codes)):
        codes[i] = eligibility(contact, experts, i)
        if codes[i] == ELIGIBLE or (furthest != ELIGIBLE and codes[i] > furthest):
            furthest = codes[i]
    if contact.attending >= 0 and experts.present[contact.attending] == 1:
        return contact.attending, STAYS
    meant = contact.owner if contact.owner >= 0 else contact.last_owner
    if meant >= 0 and experts.rated_badly[meant] == 0:
        if codes[meant] == ELIGIBLE:
            return meant, OWNER if contact.owner >= 0 else LAST_OWNER
        if soon(codes[meant], experts.back_s[meant], contact.hold_s):
            return NOBODY, HELD
    if furthest != ELIGIBLE:
        return NOBODY, NOBODY_PRESENT + furthest - ABSENT
    return best(experts, codes), COVER if contact.owner >= 0 else FIRST


def eligibility(contact: Contact, experts: Experts, i: int) -> int:
    """What rules a candidate out, by an allow-list: only who is present, and so on, may serve."""
    if experts.present[i] != 1:
        return ABSENT
    if experts.on_shift[i] != 1:
        return OFF_SHIFT
    if experts.seat[i] != 1:
        return NO_SEAT
    if experts.speaks[i] != 1:
        return NO_LANGUAGE
    if experts.on_call[i] == 1:
        return ON_CALL
    if full(contact, experts, i):
        return FULL
    if experts.warm_s[i] > 0.0:
        return WARMING
    return ELIGIBLE


def full(contact: Contact, experts: Experts, i: int) -> bool:
    """Whether this one would be too much for them: a call needs somebody with at most one other thing to do."""
    if contact.call == 1:
        return experts.load[i] > 1.0
    return experts.load[i] + 1.0 > experts.capacity[i]


def soon(code: int, back_s: float, hold_s: float) -> bool:
    """Whether somebody who can't serve now is worth waiting for: busy, or their shift begins within the hold."""
    if code in (ABSENT, OFF_SHIFT):
        return back_s <= hold_s
    return hold_s > 0.0 and code in (FULL, ON_CALL, WARMING)


def best(experts: Experts, codes: Sequence[int]) -> int:
    """The eligible candidate who serves best; NOBODY where there is none."""
    chosen = NOBODY
    for i in range(len(codes)):
        if codes[i] == ELIGIBLE and (chosen == NOBODY or better(experts, i, chosen)):
            chosen = i
    return chosen


def better(experts: Experts, a: int, b: int) -> bool:
    """Whether a serves better than b: not rated badly, skill covers, share of capacity, idle time, the order given."""
    if experts.rated_badly[a] != experts.rated_badly[b]:
        return experts.rated_badly[a] == 0
    covers_a, covers_b = experts.skill[a] > 0, experts.skill[b] > 0
    if covers_a != covers_b:
        return covers_a
    share_a, share_b = experts.load[a] / experts.capacity[a], experts.load[b] / experts.capacity[b]
    if share_a != share_b:
        return share_a < share_b
    return experts.idle_s[a] > experts.idle_s[b]
