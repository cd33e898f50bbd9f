"""What a log of touches lets one infer: effort, when people were there, and communities made from its areas. Pure.

**Days.** Somebody's day of work ends where nothing names them for more than `SILENCE`. No clock's midnight is asked: a
shift may cross any of them.

**Effort.** Somebody's events of a day follow each other. The time since the one before is the most that an event can have
taken; events of one moment share it. No more than `LONGEST` is believed, since nobody knows of pauses; the first of a
day takes what is usual for that person. So effort is a guess from above.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from coterie.twin.relive.model import Piece, Span, Team, Touch, Worker

LONGEST, LEAST = timedelta(minutes=45), timedelta(minutes=1)
SILENCE = timedelta(hours=6)
"""A pause that parts two days of work. What is shorter is a pause within one."""
SIZE = 45
"""People of a community."""


def efforts(touches: Sequence[Touch]) -> list[timedelta]:
    """How long each touch took whoever is named; nothing where nobody is."""
    found = [timedelta()] * len(touches)
    by_person: dict[str, list[int]] = defaultdict(list)
    for place, touch in enumerate(touches):
        if touch.person:
            by_person[touch.person].append(place)
    for places in by_person.values():
        places.sort(key=lambda place: touches[place].at)
        moments: dict[datetime, list[int]] = defaultdict(list)
        for place in places:
            moments[touches[place].at].append(place)
        gaps = gaps_between(list(moments))
        usual = sorted(gap for gap in gaps.values() if gap) or [LEAST]
        for at, some in moments.items():
            each = max(LEAST, (gaps[at] or usual[len(usual) // 2]) / len(some))
            for place in some:
                found[place] = each
    return found


def gaps_between(moments: Sequence[datetime]) -> dict[datetime, timedelta | None]:
    """The time since the moment before on the same day, as far as it is believed; None for the first of a day."""
    gaps: dict[datetime, timedelta | None] = {}
    before: datetime | None = None
    for at in moments:
        same_day = before is not None and at - before <= SILENCE
        gaps[at] = min(at - before, LONGEST) if same_day and before else None
        before = at
    return gaps


def pieces_of(touches: Sequence[Touch], took: Sequence[timedelta]) -> list[Piece]:
    """The work on one case, whose touches come in the order of time.

    The first piece could be begun when the case was opened, each other when the log shows that it was: what it waited
    for is not in the log.
    """
    made: list[Piece] = []
    opened = touches[0].at - took[0]
    for touch, effort in zip(touches, took, strict=True):
        if touch.person:
            begun = max(touch.at - effort, opened)
            at = begun if made else opened
            made.append(
                Piece(touch.case, touch.customer, touch.topic, at, effort, begun, touch.person)
            )
    return made


def spans_of(touches: Iterable[tuple[Touch, timedelta]]) -> list[Span]:
    """When somebody was there: from the beginning of their first piece of a day to the end of their last."""
    days: list[Span] = []
    for touch, effort in sorted(touches, key=lambda each: each[0].at):
        span = Span(touch.at - effort, touch.at)
        if days and span.ends - days[-1].ends <= SILENCE:
            span = Span(min(days[-1].begins, span.begins), span.ends)
            days.pop()
        days.append(span)
    return days


def teams_of(touches: Sequence[Touch], wanted: int | None = None) -> list[Team]:
    """Communities from areas and from the people who worked for them: as equal in work as whole areas allow.

    `touches` come case by case, each case in the order of time. A case is at home in the area that it names first; one
    that names none is with the first community, as with a catch-all.
    """
    took = efforts(touches)
    cases = by_case(touches)
    at_home = {case: next(filter(None, (touches[p].area for p in places)), "") for case, places in cases.items()}  # fmt: skip
    people = sorted({touch.person for touch in touches if touch.person})
    number = max(1, min(wanted or round(len(people) / SIZE), len({*at_home.values()}), len(people)))
    work: dict[str, float] = defaultdict(float)
    for touch, effort in zip(touches, took, strict=True):
        work[at_home[touch.case]] += effort.total_seconds()
    areas = balanced(work, number)
    team_of = {area: place for place, some in enumerate(areas) for area in some}
    pieces: list[list[Piece]] = [[] for _ in areas]
    for case, places in cases.items():
        made = pieces_of([touches[p] for p in places], [took[p] for p in places])
        pieces[team_of[at_home[case]]] += made
    staff = staffed(touches, took, people, [set(some) for some in areas], at_home)
    return [
        Team(f"Community {place + 1}", frozenset(areas[place]), staff[place], sorted(pieces[place], key=lambda p: p.at))
        for place in range(number)
    ]  # fmt: skip


def by_case(touches: Sequence[Touch]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for place, touch in enumerate(touches):
        found[touch.case].append(place)
    return found


def balanced(work: Mapping[str, float], number: int) -> list[list[str]]:
    """Areas into so many sets: the largest first, each to whichever has the least."""
    sets: list[list[str]] = [[] for _ in range(number)]
    carried = [0.0] * number
    for area in sorted(work, key=lambda area: (area != "", -work[area], area)):
        least = min(range(number), key=carried.__getitem__)
        sets[least].append(area)
        carried[least] += work[area]
    return sets


def staffed(
    touches: Sequence[Touch], took: Sequence[timedelta], people: Sequence[str],
    areas: Sequence[set[str]], at_home: Mapping[str, str],
) -> list[list[Worker]]:  # fmt: skip
    """Who goes where, whoever was there longest first: to the community whose areas they worked for most.

    Only communities that still have too few hours for their work are asked, as long as there are any.
    """
    done: dict[str, list[tuple[Touch, timedelta]]] = defaultdict(list)
    for touch, effort in zip(touches, took, strict=True):
        if touch.person:
            done[touch.person].append((touch, effort))
    workers = {name: Worker(name, Counter(t.topic for t, _ in done[name]), spans_of(done[name])) for name in people}  # fmt: skip
    team_of = {area: place for place, some in enumerate(areas) for area in some}
    asked = [0.0] * len(areas)
    for touch, effort in zip(touches, took, strict=True):
        asked[team_of[at_home[touch.case]]] += effort.total_seconds()
    hours = {name: hours_of(worker) for name, worker in workers.items()}
    every = sum(hours.values()) or 1.0
    missing = [share / (sum(asked) or 1.0) * every for share in asked]
    teams: list[list[Worker]] = [[] for _ in areas]
    for name in sorted(people, key=lambda name: (-hours[name], name)):
        met: Counter[int] = Counter(team_of[at_home[touch.case]] for touch, _ in done[name])
        open_ = [place for place in range(len(areas)) if missing[place] > 0] or range(len(areas))
        best = max(open_, key=lambda place: (met[place], missing[place], -place))
        teams[best].append(workers[name])
        missing[best] -= hours[name]
    return teams


def hours_of(worker: Worker) -> float:
    return sum((span.ends - span.begins).total_seconds() for span in worker.spans) / 3600
