"""Plays recorded conversations through the public API: customers write, whoever attends answers with their own token."""

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from coterie.exchange.client import Api, NoAnswer
from coterie.exchange.mapping import Mapped
from coterie.exchange.recording import Recording, Turn
from coterie.exchange.tables import open_table
from coterie.kit.errors import Invalid

WAIT_FOR_ATTENDING_S = 60.0
LOOK_EVERY_S = 0.25
HOW = "The recorded conversation ends here."


@dataclass(slots=True)
class Played:
    """What became of the recording."""

    threads: int = 0
    customer_turns: int = 0
    brand_turns: int = 0
    there_already: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    cases: dict[str, str] = field(default_factory=dict)
    """case -> the community in which it was opened"""
    answered: set[str] = field(default_factory=set)
    owned: set[str] = field(default_factory=set)
    changed_community: list[str] = field(default_factory=list)
    not_arrived: list[str] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)
    communities: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        return {
            "threads": self.threads,
            "customer_turns": self.customer_turns,
            "brand_turns": self.brand_turns,
            "there_already": self.there_already,
            "skipped": dict(self.skipped),
            "cases": len(self.cases),
            "answered_cases": len(self.answered),
            "answered_with_owner": len(self.answered & self.owned),
            "changed_community": self.changed_community,
            "not_arrived": self.not_arrived,
            "refused": self.refused,
            "communities": dict(self.communities),
        }

    def told(self) -> Iterator[str]:
        """The report for a person."""
        for turn in self.refused[:50]:
            yield f"Turn {turn['turn']} of thread {turn['thread']} was refused: {turn['why']}"
        for why, times in sorted(self.skipped.items()):
            yield f"Left out: {times:,}, {why}."
        where = ", ".join(f"{name} {cases:,}" for name, cases in sorted(self.communities.items()))
        yield f"Cases by community: {where or 'none'}."
        owned = len(self.answered & self.owned)
        yield (
            f"{self.threads:,} threads, {self.customer_turns:,} turns of customers, "
            f"{self.brand_turns:,} of experts ({self.there_already:,} were there already); "
            f"{len(self.answered):,} answered cases, {owned:,} with an owner, "
            f"{len(self.changed_community):,} changed community, "
            f"{len(self.not_arrived):,} turns not where they belong, {len(self.refused):,} refused."
        )


@dataclass(slots=True)
class Conversation:
    """One recorded thread while it is played: to which case each turn went, who wrote last in each case."""

    case_of: dict[str, str] = field(default_factory=dict)
    last_case: str = ""
    thread_of: dict[str, str] = field(default_factory=dict)
    writer_of: dict[str, str] = field(default_factory=dict)
    sent: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """thread -> message ids of the customer's turns, in the order they were sent, with the recorded id"""
    earlier: dict[str, deque[Any]] = field(default_factory=dict)
    """thread -> replies that were there before this replay, for one that is played again"""


class Replay:
    """One run against one server. `pace` is how many times as fast as recorded; 0 waits for nothing."""

    def __init__(
        self,
        url: str,
        token: str,
        accounts: Path | None,
        areas: Path | None,
        seed: int,
        pace: float,
        parallel: int,
        watch: Callable[[int, int | None], None],
    ) -> None:
        self.api = Api(url, connections=parallel + 8)
        self.token = token
        self.accounts = accounts
        self.areas_file = areas
        self.seed, self.pace, self.parallel, self.watch = seed, pace, parallel, watch
        self.tokens: dict[str, str] = {}
        self.areas: list[str] = []
        self.names: dict[str, str] = {}
        self.played = Played()

    async def play(self, recording: Recording) -> Played:
        async with self.api:
            await self.prepare()
            self.played.skipped["rows that are no turn"] += len(recording.faults)
            self.played.threads = len(recording.threads)
            waiting = deque(recording.groups)
            await asyncio.gather(*(self.work(waiting) for _ in range(self.parallel)))
            await self.look_back()
        self.played.skipped = +self.played.skipped
        return self.played

    async def prepare(self) -> None:
        """Whose tokens there are, and where customers can live."""
        if self.accounts:
            self.tokens = read_tokens(self.accounts)
        found = [item async for item in self.api.items("/communities", self.token)]
        self.names = {item["id"]: item["name"] for item in found}
        self.areas = (
            read_areas(self.areas_file)
            if self.areas_file
            else [
                a["area"] async for a in self.api.items("/areas", self.token) if a["community_id"]
            ]
        )
        if not self.areas:
            raise Invalid(
                "No community has a territory: name a file of areas with --areas.", "no_areas"
            )

    async def work(self, waiting: deque[list[list[Turn]]]) -> None:
        while waiting:
            for thread in waiting.popleft():
                await self.play_thread(thread)
                done = self.played.customer_turns + self.played.brand_turns
                self.watch(done, None)

    async def play_thread(self, thread: Sequence[Turn]) -> None:
        conversation = Conversation()
        before = thread[0].at
        for turn in thread:
            if self.pace:
                await asyncio.sleep((turn.at - before).total_seconds() / self.pace)
            before = turn.at
            try:
                await self.play_turn(conversation, turn)
            except NoAnswer as no:
                why = {"thread": turn.thread, "turn": turn.id, "why": no.sentence}
                self.played.refused.append(why)
        await self.finish(conversation)
        await self.verify(conversation)

    async def play_turn(self, conversation: Conversation, turn: Turn) -> None:
        if not turn.text:
            self.played.skipped["turns without text"] += 1
        elif turn.of_customer:
            await self.customer_writes(conversation, turn)
        elif not conversation.last_case:
            self.played.skipped["turns of the brand before any customer wrote"] += 1
        else:
            await self.expert_answers(conversation, turn)

    async def customer_writes(self, conversation: Conversation, turn: Turn) -> None:
        body = {
            "channel": "social",
            "from": {
                "kind": "handle",
                "value": f"@{turn.author}",
                "proved": True,
                "name": f"@{turn.author}",
                "area": self.area_of(turn.author),
            },
            "text": turn.text,
            "sent_at": turn.at.isoformat(),
        }
        receipt = await self.api.call(
            "POST", "/contacts", self.token, body, key=f"replay:{turn.id}"
        )
        case_id, thread_id = receipt["case_id"], receipt["thread_id"]
        conversation.case_of[turn.id] = conversation.last_case = case_id
        conversation.thread_of[case_id] = thread_id
        conversation.sent.setdefault(thread_id, []).append((receipt["message_id"], turn.id))
        self.played.customer_turns += 1
        opened_in = self.played.cases.setdefault(case_id, receipt["community_id"])
        if opened_in != receipt["community_id"]:
            self.played.changed_community.append(case_id)
        if thread_id not in conversation.earlier:
            conversation.earlier[thread_id] = await self.replies_after(
                thread_id, receipt["message_id"]
            )

    def area_of(self, author: str) -> str:
        digest = sha256(f"{self.seed}:{author}".encode()).digest()
        return self.areas[int.from_bytes(digest[:8]) % len(self.areas)]

    async def replies_after(self, thread_id: str, message_id: str) -> deque[Any]:
        """The replies that stand after a message already: the thread was played before."""
        found: deque[Any] = deque()
        passed = False
        async for message in self.api.items(f"/threads/{thread_id}/messages", self.token):
            passed = passed or message["id"] == message_id
            if passed and message["kind"] == "reply":
                found.append(message)
        return found

    async def expert_answers(self, conversation: Conversation, turn: Turn) -> None:
        """Written into the case of what it answers, by whoever attends that now."""
        case_id = conversation.case_of.get(turn.answers, conversation.last_case)
        conversation.case_of[turn.id] = conversation.last_case = case_id
        thread_id = conversation.thread_of[case_id]
        earlier = conversation.earlier[thread_id]
        if any(message["text"] == turn.text for message in earlier):
            while earlier.popleft()["text"] != turn.text:
                pass
            self.played.there_already += 1
        else:
            writer = await self.who_attends(conversation, case_id)
            body = {"case_id": case_id, "text": turn.text, "kind": "reply"}
            path = f"/threads/{thread_id}/messages"
            token = await self.token_of(writer)
            await self.api.call("POST", path, token, body, key=f"replay:{turn.id}")
            conversation.writer_of[case_id] = writer
        self.played.brand_turns += 1
        self.played.answered.add(case_id)

    async def who_attends(self, conversation: Conversation, case_id: str) -> str:
        """Who attends the case now; between two turns of ours, who wrote the first; at last its owner."""
        waited = 0.0
        while True:
            case = await self.api.call("GET", f"/cases/{case_id}", self.token)
            live = [episode for episode in case["episodes"] if episode["state"] != "quiet"]
            attending = next((e["attending_id"] for e in live if e["attending_id"]), None)
            waits = any(episode["state"] == "queued" for episode in live)
            found = attending or (
                None if waits else conversation.writer_of.get(case_id) or case["owner_id"]
            )
            if found:
                return str(found)
            if not waits or waited >= WAIT_FOR_ATTENDING_S:
                where = "it waits in the queue" if waits else "it needs nobody"
                raise NoAnswer(0, f"nobody attends the case: {where}")
            await asyncio.sleep(LOOK_EVERY_S)
            waited += LOOK_EVERY_S

    async def token_of(self, expert_id: str) -> str:
        """Their token, from the file of accounts, or one made for them by the administrator."""
        if expert_id not in self.tokens:
            body = {"name": "Replay", "scopes": ["conversations:read", "conversations:write"]}
            made = await self.api.call("POST", f"/experts/{expert_id}/tokens", self.token, body)
            self.tokens[expert_id] = made["token"]
        return self.tokens[expert_id]

    async def finish(self, conversation: Conversation) -> None:
        """The recording ends here, so nobody waits any more: experts are free for the next thread.

        Whoever answered resolves; where nobody ever did, who attends marks the turns as needing nothing.
        """
        for case_id, thread_id in conversation.thread_of.items():
            with suppress(NoAnswer):  # an earlier replay has done it
                if writer := conversation.writer_of.get(case_id):
                    body = {"how": HOW, "kind": "answer"}
                    token = await self.token_of(writer)
                    await self.api.call("PUT", f"/cases/{case_id}/resolution", token, body)
                elif case_id not in self.played.answered:
                    await self.lay_to_rest(conversation, case_id, thread_id)

    async def lay_to_rest(self, conversation: Conversation, case_id: str, thread_id: str) -> None:
        token = await self.token_of(await self.who_attends(conversation, case_id))
        for message_id, _ in conversation.sent[thread_id]:
            await self.api.call("PUT", f"/messages/{message_id}/needs-nothing", token)

    async def verify(self, conversation: Conversation) -> None:
        """Every customer's turn stands in its thread once, in the order in which it was said."""
        for thread_id, sent in conversation.sent.items():
            items = self.api.items(f"/threads/{thread_id}/messages", self.token)
            stored = [message["id"] async for message in items]
            places = [stored.index(id_) if stored.count(id_) == 1 else -1 for id_, _ in sent]
            for at, (place, (_, turn_id)) in enumerate(zip(places, sent, strict=True)):
                if place < 0 or (at and place <= places[at - 1]):
                    self.played.not_arrived.append(turn_id)

    async def look_back(self) -> None:
        """Where each case is in the end, and whether it has an owner."""
        for case_id, community_id in self.played.cases.items():
            case = await self.api.call("GET", f"/cases/{case_id}", self.token)
            if case["community_id"] != community_id:
                self.played.changed_community.append(case_id)
            if case["owner_id"]:
                self.played.owned.add(case_id)
            self.played.communities[self.names.get(case["community_id"], "another")] += 1


def read_tokens(path: Path) -> dict[str, str]:
    """Expert -> token, from a file like the demo's `demo.json`."""
    try:
        accounts = json.loads(path.read_text(encoding="utf-8"))["accounts"]
        return {
            a["expert_id"]: a["token"] for a in accounts if a.get("expert_id") and a.get("token")
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Invalid(f"{path} is no file of accounts: {error}", "accounts") from error


def read_areas(path: Path) -> list[str]:
    with open_table(path, ("area",), Mapped()) as table:
        return sorted({area for line in table.lines if (area := line.cells.get("area"))})
