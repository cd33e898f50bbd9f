"""Reads recorded conversations: CSV as of public care threads, or JSON lines; into groups that may be played side by side."""

import csv
import html
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Any

from coterie.exchange.report import Fault
from coterie.exchange.tables import in_words, open_text
from coterie.kit.errors import Invalid

NEEDED = {
    "tweet_id",
    "author_id",
    "inbound",
    "created_at",
    "text",
    "in_response_to_tweet_id",
    "thread",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was said. `answers` is the id of what it answers, where that is known."""

    id: str
    thread: str
    author: str
    of_customer: bool
    at: datetime
    text: str
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """Threads in groups: those of one group share a customer and are played one after the other."""

    groups: list[list[list[Turn]]]
    faults: list[Fault]

    @property
    def threads(self) -> list[list[Turn]]:
        return [thread for group in self.groups for thread in group]


def read_recording(path: Path) -> Recording:
    """Every turn of the file; a row that is none is a fault and left out."""
    if not path.is_file():
        raise Invalid(f"There is no file {path}.", "no_file")
    turns: list[Turn] = []
    faults: list[Fault] = []
    with open_text(path) as file, in_words(path):
        for read in json_turns(file) if is_json(path) else csv_turns(path, file):
            if isinstance(read, Fault):
                faults.append(read)
            else:
                turns.append(read)
    return Recording(grouped(ordered(turns)), faults)


def is_json(path: Path) -> bool:
    return path.name.removesuffix(".gz").endswith((".jsonl", ".ndjson", ".json"))


def csv_turns(path: Path, file: IO[str]) -> Iterator[Turn | Fault]:
    reader = csv.DictReader(file)
    missing = NEEDED - set(reader.fieldnames or ())
    if missing:
        raise Invalid(f"{path.name} lacks the columns {', '.join(sorted(missing))}.", "columns")
    begins = 2
    for row in reader:
        number, begins = begins, reader.line_num + 1
        try:
            yield turn_of(row)
        except (KeyError, TypeError, ValueError) as error:
            yield Fault(number, "", f"is no turn: {error}")


def turn_of(row: dict[str, str]) -> Turn:
    if row["inbound"] not in ("True", "False"):
        raise ValueError(f"inbound is {row['inbound']!r}, neither True nor False")
    return Turn(
        id=row["tweet_id"],
        thread=row["thread"],
        author=row["author_id"],
        of_customer=row["inbound"] == "True",
        at=parsedate_to_datetime(in_mail_order(row["created_at"])),
        text=html.unescape(row["text"]).strip(),
        answers=row["in_response_to_tweet_id"].removesuffix(".0"),
    )


def in_mail_order(text: str) -> str:
    """`Tue Oct 31 22:14:28 +0000 2017`, the parts in the order that mail has them."""
    parts = text.split()
    if len(parts) != 6:
        raise ValueError(f"created_at is {text[:40]!r}")
    day, month, number, clock, zone, year = parts
    return f"{day}, {number} {month} {year} {clock} {zone}"


def json_turns(file: IO[str]) -> Iterator[Turn | Fault]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            yield turn_of_json(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            yield Fault(number, "", f"is no turn: {error}")


def turn_of_json(entry: dict[str, Any]) -> Turn:
    """`{thread, id, from, kind: customer or expert, at, text}`"""
    if entry["kind"] not in ("customer", "expert"):
        raise ValueError(f"kind is {entry['kind']!r}, neither customer nor expert")
    at = datetime.fromisoformat(entry["at"])
    return Turn(
        id=str(entry["id"]),
        thread=str(entry["thread"]),
        author=str(entry["from"]),
        of_customer=entry["kind"] == "customer",
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        text=str(entry["text"]).strip(),
        answers=str(entry.get("answers", "")),
    )


def ordered(turns: Iterable[Turn]) -> list[list[Turn]]:
    """The threads, each in order of time; at the same second, an answer comes after what it answers."""
    threads: dict[str, list[Turn]] = {}
    for turn in turns:
        threads.setdefault(turn.thread, []).append(turn)
    return sorted((by_time(thread) for thread in threads.values()), key=lambda its: its[0].at)


def by_time(thread: Sequence[Turn]) -> list[Turn]:
    known = {turn.id: turn for turn in thread}

    def depth(turn: Turn) -> int:
        steps, seen = 0, {turn.id}
        while (before := known.get(turn.answers)) and before.id not in seen:
            steps, turn = steps + 1, before
            seen.add(turn.id)
        return steps

    return sorted(known.values(), key=lambda turn: (turn.at, depth(turn)))


def grouped(threads: Sequence[list[Turn]]) -> list[list[list[Turn]]]:
    """Put threads that share a customer into one group, in order of time."""
    group_of: dict[str, list[list[Turn]]] = {}
    for thread in threads:
        authors = {turn.author for turn in thread if turn.of_customer}
        met = {id(group): group for author in authors if (group := group_of.get(author))}
        merged = [each for group in met.values() for each in group] + [thread]
        merged.sort(key=lambda its: its[0].at)
        for each in merged:
            for turn in each:
                if turn.of_customer:
                    group_of[turn.author] = merged
        if not authors:
            group_of[f"thread {thread[0].thread}"] = merged
    return list({id(group): group for group in group_of.values()}.values())
