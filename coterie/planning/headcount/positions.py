"""How many people must be at work in each half-hour: the least number that keeps what was promised on every channel.

Calls come first: a call goes to whoever is not on one, also while they write. So calls alone must meet their target
(Erlang C, or A where customers' patience is known). Messages fill the time between calls. So all work together must stay
under the ceiling of occupancy, an expert must not have more conversations at once than they can, and messages, which
wait for calls and for each other, must meet their target (two classes without interruption: Kella and Yechiali 1985;
their mean is exact where both take equally long, their tail is taken to be exponential).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coterie.kit.errors import Invalid
from coterie.planning.demand.model import Bools, Floats
from coterie.planning.headcount.erlang import one_more, waits_of, with_patience

HALF_HOUR_S: Final = 1800.0
MOST: Final = 100_000
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is promised, and how much a person may carry."""

    voice_share: float = 0.8
    voice_s: float = 20.0
    messaging_share: float = 0.8
    messaging_s: float = 1800.0
    occupancy: float = 0.85
    """The ceiling: the share of their time that people may be busy."""
    concurrency: int = 4
    """Conversations that an expert has at once."""
    linger_s: float = 240.0
    """So long a conversation still weighs after our last turn."""
    patience_s: float | None = None
    """How long callers wait on the mean before they give up; None where it isn't known, and nobody is taken to give up."""
    least: int = 1
    """People at work whenever we are open."""

    def __post_init__(self) -> None:
        for name in ("voice_share", "messaging_share", "occupancy"):
            if not 0 < getattr(self, name) < 1:
                raise Invalid(f"{name} is {getattr(self, name)}: it must be between 0 and 1.", "rule", name)  # fmt: skip
        for name in ("voice_s", "messaging_s", "linger_s"):
            if getattr(self, name) < 0:
                raise Invalid(f"{name} is {getattr(self, name)}: it can't be below 0.", "rule", name)  # fmt: skip
        if self.concurrency < 1 or self.least < 0:
            raise Invalid(
                "An expert has one conversation at least, and positions are not below 0.", "rule"
            )
        if self.patience_s is not None and self.patience_s <= 0:
            raise Invalid(
                f"Patience is {self.patience_s:g} s: it must be above 0.", "rule", "patience_s"
            )


@dataclass(frozen=True, slots=True)
class Work:
    """Contacts in half-hours, arrays of one shape, and the hands-on seconds of each."""

    calls: Floats
    call_s: Floats
    messages: Floats
    message_s: Floats
    """What follows calls, where it is counted here, is part of it."""

    @property
    def voice_load(self) -> Floats:
        return np.asarray(self.calls * self.call_s / HALF_HOUR_S)

    @property
    def message_load(self) -> Floats:
        return np.asarray(self.messages * self.message_s / HALF_HOUR_S)


def positions(work: Work, opened: Bools, rule: Rule) -> Ints:
    """The least positions of each half-hour, in the shape of the work; none while closed, where no work may be."""
    shape = work.calls.shape

    def flattened(each: Floats) -> Floats:
        return np.asarray(np.broadcast_to(each, shape).ravel(), dtype=np.float64)

    flat = Work(*map(flattened, (work.calls, work.call_s, work.messages, work.message_s)))
    found = np.maximum(least(flat, rule), rule.least)
    if rule.patience_s is not None:
        found = np.maximum(with_impatience(flat, rule), np.maximum(least(flat, rule, voice=False), rule.least))  # fmt: skip
    return np.where(np.broadcast_to(opened, shape), found.reshape(shape), 0)


def least(work: Work, rule: Rule, *, voice: bool = True) -> Ints:
    """By trying one position more for all half-hours at once, until each has what it needs."""
    found = np.zeros(len(work.calls), dtype=np.int64)
    voice_load, message_load = work.voice_load, work.message_load
    left = np.flatnonzero(voice_load + message_load > 0)
    lost_calls, lost_all = np.ones(len(left)), np.ones(len(left))
    for number in range(1, MOST):
        if not len(left):
            return found
        calls, messages = voice_load[left], message_load[left]
        lost_calls = one_more(lost_calls, calls, number)
        lost_all = one_more(lost_all, calls + messages, number)
        good = carried(work, left, number, rule) & messages_met(work, left, lost_all, number, rule)
        if voice:
            good &= calls_met(work, left, lost_calls, number, rule)
        found[left[good]] = number
        left, lost_calls, lost_all = left[~good], lost_calls[~good], lost_all[~good]
    raise Invalid(f"A half-hour needs more than {MOST:,} positions: is the effort in seconds?", "positions")  # fmt: skip


def carried(work: Work, left: Ints, number: int, rule: Rule) -> Bools:
    """Whether the work stays under the ceiling, as time and as conversations at once."""
    calls, messages = work.voice_load[left], work.message_load[left]
    lingering = work.messages[left] * (work.message_s[left] + rule.linger_s) / HALF_HOUR_S
    busiest = calls + np.maximum(messages, lingering / rule.concurrency)
    return np.asarray(busiest <= rule.occupancy * number + 1e-9)


def calls_met(work: Work, left: Ints, lost: Floats, number: int, rule: Rule) -> Bools:
    load = work.voice_load[left]
    late = waits_of(lost, load, number) * np.exp(
        -np.maximum(number - load, 0) * rule.voice_s / np.maximum(work.call_s[left], 1e-9)
    )
    return np.asarray((load == 0) | ((load < number) & (1 - late >= rule.voice_share)))


def messages_met(work: Work, left: Ints, lost: Floats, number: int, rule: Rule) -> Bools:
    """Whether messages, after calls, begin in time. How long each takes is the mean of all work."""
    calls, messages = work.voice_load[left], work.message_load[left]
    load = calls + messages
    each_s = load * HALF_HOUR_S / np.maximum(work.calls[left] + work.messages[left], 1e-12)
    spare = np.maximum(1 - calls / number, 0) * np.maximum(number - load, 0)
    late = waits_of(lost, load, number) * np.exp(-spare * rule.messaging_s / np.maximum(each_s, 1e-9))  # fmt: skip
    return np.asarray((messages == 0) | ((load < number) & (1 - late >= rule.messaging_share)))


def with_impatience(work: Work, rule: Rule) -> Ints:
    """Positions for calls alone by Erlang's A. Loads are rounded up to three figures, so that few differ."""
    assert rule.patience_s is not None
    load, found = rounded_up(work.voice_load), np.zeros(len(work.calls), dtype=np.int64)
    pairs, where = np.unique(np.stack([load, work.call_s]), axis=1, return_inverse=True)
    needed = [by_patience(float(a), float(s), rule, rule.patience_s) for a, s in pairs.T]
    found[:] = np.array(needed, dtype=np.int64)[where.ravel()]
    return found


def rounded_up(load: Floats) -> Floats:
    scale = 10 ** (np.floor(np.log10(np.maximum(load, 1e-6))) - 2)
    return np.asarray(np.where(load > 0, np.ceil(load / scale - 1e-9) * scale, 0.0))


def by_patience(load: float, effort_s: float, rule: Rule, patience_s: float) -> int:
    if load <= 0:
        return 0
    low, high = 0, 1

    def met(number: int) -> bool:
        return with_patience(load, number, effort_s, patience_s, rule.voice_s).within >= rule.voice_share  # fmt: skip

    while not met(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if met(middle) else (middle, high)
    return high
