"""A clock that jumps: to what was planned, or to the next due time of a timer, whichever comes first.

Ticking every second would do the same and take a year. Each timer of `flow.TIMERS` has its next due time here; a test
proves that both ways leave the same rows.
"""

import heapq
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import LiteralString, TypeAlias

from coterie.channels.messenger.files import KEPT_UNSENT
from coterie.communities import queries as communities
from coterie.communities.hours import next_open
from coterie.communities.model import Community
from coterie.communities.settings import DEFAULTS, channel_family
from coterie.customers.proof import KEPT_CODES
from coterie.flow import TIMERS
from coterie.kit import outbox
from coterie.kit.db import Tx, value
from coterie.kit.events import Event
from coterie.routing import guests, overflow
from coterie.routing import queries as routing
from tests.world import World

Act: TypeAlias = Callable[[], Awaitable[object]]

SECOND = timedelta(seconds=1)
NEVER = datetime.max.replace(tzinfo=UTC)
BEFORE = datetime.min.replace(tzinfo=UTC)

DUE: Mapping[str, LiteralString] = {
    "wake": "SELECT min(wake_at) FROM episodes WHERE state = 'snoozed'",
    "quiet": "SELECT min(quiet_at) FROM episodes WHERE state = 'waiting_customer'",
    "watch": "SELECT min(watch_ends_at) FROM cases WHERE state = 'watched'",
    "promises to warn of": """
        SELECT min(warn_at) FROM promises WHERE kept_at IS NULL AND broken_at IS NULL AND warned_at IS NULL
    """,
    "promises due": "SELECT min(due_at) FROM promises WHERE kept_at IS NULL AND broken_at IS NULL",
    "absences that end": "SELECT min(ends_at) FROM absences WHERE begun_at IS NOT NULL AND ended_at IS NULL",
    "absences that begin": "SELECT min(starts_at) FROM absences WHERE begun_at IS NULL AND cancelled_at IS NULL",
    "cases left behind": """
        SELECT min(k.opened_at)
        FROM absences a
        JOIN cases k ON k.community_id = a.community_id AND k.owner_id = a.expert_id AND k.state <> 'closed'
        WHERE a.begun_at IS NOT NULL AND a.ended_at IS NULL AND a.hands_over AND a.ends_at > %(now)s
    """,
    "asks": """
        SELECT min(CASE WHEN e.state <> 'queued' THEN a.at ELSE a.step_ends_at END)
        FROM asks a
        LEFT JOIN episodes e ON e.id = a.episode_id
        WHERE a.ended_at IS NULL
    """,
    "crossings to end": "SELECT min(ends_at) FROM crossings WHERE ended_at IS NULL",
    "guests gone": """
        SELECT min(x.started_at)
        FROM crossings x
        JOIN memberships m ON m.community_id = x.to_id AND m.expert_id = x.expert_id
        LEFT JOIN presence p ON p.expert_id = x.expert_id
        LEFT JOIN episodes e ON e.case_id = x.case_id AND e.guest_id = x.expert_id AND e.state = 'attended'
        WHERE x.ended_at IS NULL
          AND (m.until IS NOT NULL
               OR (p.state IS DISTINCT FROM 'present' AND (x.kind = 'overflow' OR e.id IS NOT NULL)))
    """,
    "lost": "SELECT min(lost_at) FROM presence WHERE lost_at IS NOT NULL AND state = 'present'",
    "queues": "SELECT min(time_given) FROM episodes WHERE state = 'queued'",
    "overflow": """
        SELECT min(e.answer_by)
        FROM episodes e
        JOIN communities y ON y.id = e.community_id AND y.buddy_id IS NOT NULL
        WHERE e.state = 'queued' AND e.channel IN ('messenger', 'sms', 'voice')
    """,
    "territories": """
        SELECT min(coalesce(undo_began_at, at))
        FROM territory_changes
        WHERE (done_at IS NULL AND cancelled_at IS NULL) OR (undo_began_at IS NOT NULL AND undone_at IS NULL)
    """,
    "mail": "SELECT min(due_at) FROM outbox WHERE state = 'waiting'",
    "files": "SELECT min(at) + %(files)s FROM attachments WHERE message_id IS NULL",
    "codes": "SELECT min(ends_at) + %(codes)s FROM codes",
    "mails": "SELECT min(created_at) + %(mails)s FROM outbox WHERE state <> 'waiting'",
    "figures": "SELECT NULL::timestamptz",
}
"""For each timer the earliest moment at which it may have something to do."""
LOOK = "SELECT " + ", ".join(f"({sql})" for sql in DUE.values())
KEPT = {"files": KEPT_UNSENT, "codes": KEPT_CODES, "mails": outbox.KEPT}


TELLING = {"queues", "overflow"}
"""What these do is told by events."""

WARMING = [timedelta(seconds=DEFAULTS.warm_up_s * number) for number in range(1, 4)]
"""After so long somebody who began may carry one more, or could be full."""
FADES: Mapping[str, Sequence[float]] = {
    "reply_sent": [DEFAULTS.weight_after_s],
    "episode_placed": [DEFAULTS.warm_up_s],
    "presence_changed": [each.total_seconds() for each in WARMING],
}


class Jumps:
    """What is planned, and the world's clock on its way to it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.planned: list[tuple[datetime, int, Act]] = []
        self.order = count()
        self.made = 0
        """How many jumps."""
        self.fading: list[datetime] = []
        self.patience: dict[tuple[str, str, datetime, datetime], list[datetime]] = {}
        self.known = dict.fromkeys(DUE, NEVER)
        self.changed = True
        """Whether something was done since then that may be due some time. That somebody comes or goes is not."""
        self.ahead = NEVER
        """When time alone next changes what the policy sees of a queue."""
        self.look = False
        """Whether something was done that lets the policy see something else without an event."""
        self.stirred = True
        """Whether anything happened since it was last looked at what might overflow."""
        self.shift_ahead = BEFORE
        """When the next shift begins; to be looked up again once it is past, or shifts were planned."""
        world.house.hub.follow("*", self.follow)

    def at(self, when: datetime, act: Act) -> None:
        """Have this done at the first whole second from then on."""
        when = max(when, self.world.now)
        whole = when.replace(microsecond=0)
        whole += SECOND if when > whole else timedelta()
        heapq.heappush(self.planned, (whole, next(self.order), act))

    async def until(self, end: datetime) -> None:
        """Jump from moment to moment, up to and including `end`."""
        due = await self.due()
        while (moment := await self.following(due)) <= end:
            self.world.clock[0] = moment
            self.made += 1
            await self.act()
            due = await self.tick()
        self.world.clock[0] = end

    async def tick_until(self, end: datetime) -> None:
        """The same without jumping: every second, every timer."""
        while self.world.now < end:
            self.world.clock[0] += SECOND
            await self.act()
            await self.world.tick()

    async def following(self, due: Mapping[str, datetime]) -> datetime:
        """The next moment at which something happens. A timer that left something over goes on a second later."""
        timer = min(at for name, at in due.items() if name != "overflow")
        if due["queues"] < NEVER:
            self.ahead = await self.change_ahead()
            timer = min(timer, self.ahead)
        planned = self.planned[0][0] if self.planned else NEVER
        return min(planned, max(timer, self.world.now + SECOND) if self.made else timer)

    async def act(self) -> None:
        """Do what is planned for now, one after the other, so that a seed gives the same year again."""
        while self.planned and self.planned[0][0] <= self.world.now:
            await heapq.heappop(self.planned)[2]()

    async def tick(self) -> dict[str, datetime]:
        """Run the timers that are due, in their order; each may make a later one due. The next times of all."""
        look = self.look or self.ahead <= self.world.now
        self.stirred |= look
        if self.look:
            self.shift_ahead = BEFORE
        due = await self.due() if self.changed or look else dict(self.known)
        if look and due["queues"] < NEVER:
            due["queues"] = self.world.now
        for name, timer in TIMERS.items():
            if due[name] <= self.world.now and (name != "overflow" or self.stirred):
                self.stirred &= name != "overflow"
                await timer(self.world.house, self.world.now)
                look = due["queues"] <= self.world.now or name.startswith("absences")
                known = name in TELLING and not self.changed
                due = dict(self.known) if known else await self.due()
                if look and name != "queues" and due["queues"] < NEVER:
                    due["queues"] = self.world.now
        self.look, self.ahead = False, NEVER
        return due

    async def due(self) -> dict[str, datetime]:
        """When each timer is due next by what stands in the rows."""
        self.changed = False
        async with self.world.house.glance() as tx:
            cursor = await tx.execute(LOOK, {**KEPT, "now": self.world.now})
            found = await cursor.fetchone()
            assert found is not None
            due = {name: at or NEVER for name, at in zip(DUE, found, strict=True)}
            if due["lost"] < NEVER:
                due["lost"] = min(each.away_at for each in await communities.lost(tx))
            if due["overflow"] < NEVER:
                late = guests.overflowing(await routing.overflowing(tx), self.world.now)
                due["overflow"] = self.world.now if late else NEVER
        self.known = due
        return dict(due)

    async def change_ahead(self) -> datetime:
        """When a look at the queues may next find something else, though nobody does anything.

        A shift begins, a weight fades, a warm-up goes on, somebody has waited for long enough. A look too many finds nothing.
        """
        now = self.world.now
        while self.fading and self.fading[0] <= now:
            heapq.heappop(self.fading)
        fades = self.fading[0] if self.fading else NEVER
        async with self.world.house.glance() as tx:
            if self.shift_ahead <= now:
                self.shift_ahead = await shifts_begin(tx, now)
            return min(fades, self.shift_ahead, await self.patience_ends(tx))

    def follow(self, happened: Sequence[Event]) -> None:
        """Note when what was just done will weigh less, or lets the next one come."""
        for event in happened:
            self.stirred = True
            self.changed |= event.kind != "presence_changed" or self.known["queues"] < NEVER
            for seconds in FADES.get(event.kind, ()):
                heapq.heappush(self.fading, event.at + timedelta(seconds=seconds))

    async def patience_ends(self, tx: Tx) -> datetime:
        """When the first of those who wait has waited for long enough: for its owner, or for anybody at home."""
        moments = [NEVER]
        cursor = await tx.execute(
            "SELECT community_id, channel, waiting_since, answer_by FROM episodes WHERE state = 'queued'"
        )
        for place in await cursor.fetchall():
            if place not in self.patience:
                community = await communities.community(tx, place[0])
                assert community is not None
                self.patience[place] = patience(community, *place[1:])
            moments += [each for each in self.patience[place] if each > self.world.now]
        return min(moments)


def patience(
    community: Community, channel: str, waiting_since: datetime, answer_by: datetime
) -> list[datetime]:
    """When its hold ends, and from when on it may overflow."""
    start = next_open(waiting_since, community.settings.hours, community.clock)
    longest = getattr(community.settings, f"hold_{channel_family(channel)}_s")
    hold = start + min(timedelta(seconds=longest), (answer_by - start) / 2)
    late = overflow.due_at(channel, waiting_since, answer_by, community.settings)
    return [hold, late] if late else [hold]


async def shifts_begin(tx: Tx, now: datetime) -> datetime:
    """When anybody's next shift begins, or the warm-up of one that has begun goes on."""
    begins: datetime | None = await value(
        tx,
        """
        SELECT min(h.starts_at + w.later)
        FROM memberships m
        JOIN shifts h ON h.expert_id = m.expert_id AND h.ends_at > %(now)s AND h.starts_at < %(soon)s
        CROSS JOIN unnest(%(warming)s::interval[]) AS w (later)
        WHERE m.until IS NULL AND h.starts_at + w.later > %(now)s
        """,
        {"now": now, "soon": now + timedelta(days=3), "warming": [timedelta(), *WARMING]},
    )
    return begins or now + timedelta(days=3)
