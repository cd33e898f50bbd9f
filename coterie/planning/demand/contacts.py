"""Contacts by what they are about and where they come from, counted into series; and which channel is which kind of work."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coterie.kit.errors import Invalid
from coterie.planning.demand.model import HALF_HOURS, Bools, Floats, Series

CHANNELS: Final[Mapping[str, frozenset[str]]] = {
    "voice": frozenset(("voice", "phone", "call", "calls", "telephone", "tel", "ivr", "inbound call", "phone call", "hotline", "callback", "call-back")),
    "messaging": frozenset(("messaging", "messenger", "message", "chat", "live chat", "webchat", "web chat", "whatsapp", "in-app")),
    "email": frozenset(("email", "e-mail", "mail", "letter", "fax")),
    "sms": frozenset(("sms", "text")),
    "forum": frozenset(("forum", "community forum")),
    "social": frozenset(("social", "social media", "twitter", "facebook", "instagram")),
}  # fmt: skip
"""What other systems call ours, in small letters."""
VOICE, MESSAGING = "voice", "messaging"
KINDS: Final = (VOICE, MESSAGING)
"""The two kinds of work: what is spoken at once, and what is written."""
Ints = NDArray[np.int64]


def channel_of(word: str, otherwise: str) -> tuple[str, bool]:
    """Which of our channels is meant, and whether that was known."""
    said = word.strip().casefold()
    for channel, words in CHANNELS.items():
        if said in words:
            return channel, True
    return otherwise, False


def check_channel(channel: str) -> None:
    if channel not in CHANNELS:
        raise Invalid(f"{channel} is no channel: choose one of {', '.join(CHANNELS)}.", "channel", "channel")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contacts:
    """The opening event of each case: a contact. Columns of one length.

    `half_hour`: local half-hours since `first`; `area`, `topic`, `channel`: places in the lists of names, where `""` is
    what nobody knows. `seen`: which days the log holds as a whole; all of them, unless said.
    """

    first: date
    days: int
    half_hour: Ints
    area: Ints
    topic: Ints
    channel: Ints
    areas: Sequence[str]
    topics: Sequence[str]
    channels: Sequence[str]
    seen: Bools | None = None

    def __len__(self) -> int:
        return len(self.half_hour)

    def of_kind(self, kind: str) -> Bools:
        """Which of them are of a kind of work."""
        spoken = np.array([channel == VOICE for channel in self.channels], dtype=bool)[self.channel]
        return np.asarray(spoken if kind == VOICE else ~spoken)

    def series(self, some: Bools) -> Series:
        """Their counts. A log tells of every day between its first and its last, but for those of which it holds a part."""
        counts = np.bincount(self.half_hour[some], minlength=self.days * HALF_HOURS)
        by_day = counts.astype(np.float64).reshape(self.days, HALF_HOURS)
        seen = np.ones(self.days, dtype=bool) if self.seen is None else self.seen
        return Series(self.first, by_day, seen)

    def of(self, series: Series) -> "Contacts":
        """Those of the days of a series."""
        first, days = series.first, series.days
        begin = (first - self.first).days * HALF_HOURS
        some = (self.half_hour >= begin) & (self.half_hour < begin + days * HALF_HOURS)
        return Contacts(
            first, days, self.half_hour[some] - begin,
            self.area[some], self.topic[some], self.channel[some],
            self.areas, self.topics, self.channels, series.seen,
        )  # fmt: skip

    @property
    def last(self) -> date:
        return self.first + timedelta(self.days - 1)


def by_community(
    contacts: Contacts, homes: Mapping[str, Mapping[int, float]], number: int
) -> Floats:
    """Contacts of each community and topic: a row for each community, `number` of them.

    `homes`: of each area the share of its customers at home in each community, by its place. Contacts from other areas
    count nowhere.
    """
    by_area = np.zeros((len(contacts.areas), len(contacts.topics)))
    np.add.at(by_area, (contacts.area, contacts.topic), 1.0)
    found = np.zeros((number, len(contacts.topics)))
    for place, area in enumerate(contacts.areas):
        for community, share in homes.get(area, {}).items():
            found[community] += share * by_area[place]
    return found


def placed_share(contacts: Contacts, known: Collection[str]) -> float:
    """Of all contacts those from a known area."""
    if not len(contacts):
        return 0.0
    named = np.array([area in known for area in contacts.areas], dtype=bool)
    return float(named[contacts.area].mean())
