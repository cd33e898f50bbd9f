"""What everybody in the simulation knows of the cases: read from the events, as the screens read them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from coterie.kit.events import Event

Meaning = Literal["asks", "thanks", "another"]


@dataclass(eq=False)
class Matter:
    """A case as its people know it."""

    case_id: str
    community_id: str
    customer_id: str
    state: str = "open"
    owner: str | None = None
    attending: str | None = None
    live: str | None = None
    """The state of its live episode."""
    channel: str = "messenger"
    unanswered: list[str] = field(default_factory=list)
    answers_left: int = 1
    """How many answers of ours it takes until it is solved."""
    order: bool = False

    @property
    def over(self) -> bool:
        return self.state == "closed"


Heard = Callable[[Event, Matter], None]


class Casebook:
    """All living cases by id, and who is present. Whoever wants to react to what happens listens here."""

    def __init__(self) -> None:
        self.matters: dict[str, Matter] = {}
        self.meanings: dict[str, Meaning] = {}
        """What a message means, which no event tells: by the message's id."""
        self.present: set[str] = set()
        self.listeners: dict[str, list[Heard]] = {}

    def on(self, kind: str, heard: Heard) -> None:
        self.listeners.setdefault(kind, []).append(heard)

    def follow(self, happened: Sequence[Event]) -> None:
        for event in happened:
            if event.kind == "presence_changed":
                self.note_presence(event)
            elif "case" in event.ids:
                self.note(event)

    def note_presence(self, event: Event) -> None:
        if event.values["state"] == "present":
            self.present.add(event.ids["expert"])
        else:
            self.present.discard(event.ids["expert"])

    def note(self, event: Event) -> None:
        case_id = event.ids["case"]
        matter = self.matters.get(case_id)
        if matter is None:
            matter = self.matters[case_id] = Matter(case_id, event.stream_id, event.ids["customer"])
        change = CHANGES.get(event.kind)
        if change:
            change(self, matter, event)
        for heard in self.listeners.get(event.kind, ()):
            heard(event, matter)

    def received(self, matter: Matter, event: Event) -> None:
        matter.unanswered.append(event.ids["message"])
        matter.channel = event.values["channel"]

    def moved(self, matter: Matter, event: Event) -> None:
        source = self.matters[event.ids["from"]]
        if event.ids["message"] in source.unanswered:
            source.unanswered.remove(event.ids["message"])
            matter.unanswered.append(event.ids["message"])

    def put_aside(self, matter: Matter, event: Event) -> None:
        if event.ids["message"] in matter.unanswered:
            matter.unanswered.remove(event.ids["message"])

    def answered(self, matter: Matter, event: Event) -> None:
        matter.unanswered.clear()
        matter.answers_left -= 1

    def owned(self, matter: Matter, event: Event) -> None:
        matter.owner = event.ids["expert"]

    def needs_us(self, matter: Matter, event: Event) -> None:
        matter.live = "needs us"

    def placed(self, matter: Matter, event: Event) -> None:
        matter.live, matter.attending = "attended", event.ids["expert"]

    def queued(self, matter: Matter, event: Event) -> None:
        matter.live, matter.attending = "queued", None

    def waits(self, matter: Matter, event: Event) -> None:
        matter.live, matter.attending = event.values["state"], None

    def ended(self, matter: Matter, event: Event) -> None:
        matter.live = matter.attending = None

    def resolved(self, matter: Matter, event: Event) -> None:
        matter.state = "watched"
        matter.unanswered.clear()

    def reopened(self, matter: Matter, event: Event) -> None:
        matter.state = "open"
        matter.answers_left = max(matter.answers_left, 1)

    def closed(self, matter: Matter, event: Event) -> None:
        matter.state = "closed"
        del self.matters[matter.case_id]


CHANGES: dict[str, Callable[[Casebook, Matter, Event], Any]] = {
    "message_received": Casebook.received,
    "message_moved": Casebook.moved,
    "message_needs_nothing": Casebook.put_aside,
    "reply_sent": Casebook.answered,
    "owner_set": Casebook.owned,
    "episode_needs_us": Casebook.needs_us,
    "episode_placed": Casebook.placed,
    "episode_queued": Casebook.queued,
    "episode_waits": Casebook.waits,
    "episode_ended": Casebook.ended,
    "case_resolved": Casebook.resolved,
    "case_reopened": Casebook.reopened,
    "case_closed": Casebook.closed,
}
