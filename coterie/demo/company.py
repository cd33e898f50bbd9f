"""Wattle Telecom before it had communities, made up: a log of its contacts, its people and their sites, as files."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from coterie.exchange.plan_choices import Sources

SEED = 1989
WEEKS = 8
DAYS = (1.15, 1.05, 1.0, 1.0, 0.95, 0.5, 0.4)
HOURS = (0.9, 1.05, 1.15, 1.1, 1.0, 0.95, 1.0, 1.0, 1.05, 1.0, 0.9, 0.9)
"""How many contacts come, from eight in the morning on, beside those of other hours."""
OPENS = 8
CHANNELS = {"phone": 0.45, "chat": 0.4, "email": 0.15}


@dataclass(frozen=True, slots=True)
class Topic:
    """What customers ask about: which group takes it today, which skill it asks for, how often, how long it takes."""

    name: str
    group: str
    skill: str
    share: float
    seconds: tuple[int, int]


TOPICS = (
    Topic("new connection", "Connections", "service", 0.14, (420, 780)),
    Topic("moving house", "Connections", "service", 0.11, (360, 700)),
    Topic("plan change", "Plans", "service", 0.15, (280, 560)),
    Topic("slow internet", "Faults", "technical", 0.19, (520, 1_100)),
    Topic("no signal", "Mobile", "technical", 0.14, (380, 820)),
    Topic("bill too high", "Billing", "financial", 0.17, (300, 640)),
    Topic("payment", "Billing", "financial", 0.10, (200, 420)),
)
PEOPLE = 160
SITES = (("Wagga Wagga", -35.12, 147.37, 60), ("Newcastle", -32.93, 151.78, 60), ("Lismore", -28.81, 153.28, 60))  # fmt: skip
"""Name, place, seats."""
GROUPS = {
    "Connections": (5, 3, 2),
    "Plans": (0, 8, 2),
    "Faults": (1, 2, 7),
    "Mobile": (4, 1, 5),
    "Billing": (9, 1, 0),
}
"""Of ten people of a group, how many sit at each site."""
LANGUAGES = ("ar", "el", "hi", "it", "vi", "zh")


def written(folder: Path, areas: Sequence[Mapping[str, Any]], end: datetime) -> Sources:
    """Everything that `coterie plan staff` reads, with the log up to the Monday before a day: the same in any week."""
    random, monday = Random(SEED), end - timedelta(days=end.weekday())
    put(
        folder / "log.csv",
        "case customer time event area topic channel",
        log(Random(SEED), areas, monday),
    )
    put(folder / "people.csv", "ref group site skills languages seats hours", people(random))
    put(folder / "sites.csv", "site lat lon seats", ((name, *each) for name, *each in SITES))  # fmt: skip
    put(folder / "skills.csv", "topic skill", ((each.name, each.skill) for each in TOPICS))
    put(folder / "efforts.csv", "topic seconds", ((each.name, round(random.uniform(*each.seconds))) for each in TOPICS for _ in range(200)))  # fmt: skip
    return Sources(folder / "log.csv", None, folder / "people.csv", folder / "sites.csv", folder / "skills.csv", folder / "efforts.csv")  # fmt: skip


def put(path: Path, columns: str, lines: Iterator[Sequence[Any]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.split())
        writer.writerows(lines)


def log(random: Random, areas: Sequence[Mapping[str, Any]], end: datetime) -> Iterator[Sequence[Any]]:  # fmt: skip
    """The opening of each case, day by day."""
    codes, weights = [each["area"] for each in areas], [each["contacts"] for each in areas]
    a_day = sum(weights) / 365 / (sum(DAYS) / len(DAYS))
    case = 0
    for back in range(7 * WEEKS, 0, -1):
        day = end.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(back)
        for _ in range(round(random.gauss(1, 0.05) * a_day * DAYS[day.weekday()])):
            case += 1
            hour = random.choices(range(len(HOURS)), HOURS)[0]
            at = day + timedelta(hours=OPENS + hour, seconds=random.randrange(3_600))
            topic = random.choices(TOPICS, [each.share for each in TOPICS])[0]
            channel = random.choices(list(CHANNELS), list(CHANNELS.values()))[0]
            yield case, f"k{case}", at.astimezone(UTC).isoformat(), "opened", random.choices(codes, weights)[0], topic.name, channel  # fmt: skip


def people(random: Random) -> Iterator[Sequence[Any]]:
    """Who knows their own group's matters well, and others' a little or not."""
    skill_of = {each.group: each.skill for each in TOPICS}
    weights = [sum(each.share for each in TOPICS if each.group == name) for name in GROUPS]
    for number in range(1, PEOPLE + 1):
        group = random.choices(list(GROUPS), weights)[0]
        site = random.choices([name for name, *_ in SITES], GROUPS[group])[0]
        levels = {skill: random.choice((0, 1, 1, 2, 2)) for skill in skill_of.values()} | {skill_of[group]: random.choice((2, 2, 3, 4, 4, 5))}  # fmt: skip
        skills = ";".join(f"{skill}:{level}" for skill, level in sorted(levels.items()) if level)
        languages = ["en", random.choice(LANGUAGES)] if random.random() < 0.2 else ["en"]
        yield f"W-{1000 + number}", group, site, skills, ";".join(languages), "voice;messaging", random.choice((38, 38, 38, 30))  # fmt: skip
