"""Small weeks to make rosters of: a community that opens each day, and people with contracts, leave and wishes."""

from datetime import date
from random import Random

from coterie.planning.rosters.contracts import most
from coterie.planning.rosters.model import DAY, Frame, Person, Rules, Wish

MONDAY = date(2026, 12, 7)


def frame(seed: int, people: int = 12, weeks: int = 1, rules: Rules | None = None) -> Frame:
    """People of several contracts, and positions that take half of what these hold."""
    random = Random(seed)
    opens, closes = random.choice([(16, 40), (18, 36), (12, 44)])
    members = tuple(member(random, f"p{n:02}") for n in range(people))
    leave = {each.ref: frozenset(range(random.randrange(7), 7)) for each in members if random.random() < 0.1}  # fmt: skip
    bare = Frame(MONDAY, weeks, (1,) * (336 * weeks), members, leave)
    hours = sum(most(bare, each, 0) for each in members)
    level = max(1, int(0.5 * hours / (7 * (closes - opens))))
    week = [level if opens <= at % DAY < closes else 0 for at in range(336)]
    wishes = tuple(
        Wish(
            each.ref,
            random.randrange(7 * weeks),
            random.choice(["off", "early", "late"]),
            random.randint(1, 3),
        )
        for each in members
    )
    return Frame(MONDAY, weeks, tuple(week) * weeks, members, leave, wishes, rules or Rules())


def member(random: Random, ref: str) -> Person:
    hours, days = random.choice([(38.0, 5), (38.0, 5), (30.0, 4), (20.0, 5)])
    can = frozenset({"language:vi"} if random.random() < 0.5 else ())
    return Person(ref, hours=hours, days=days, can=can)
