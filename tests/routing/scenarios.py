"""The named scenarios over which honest times are judged: each gives about a thousand waits in the queue or more."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from math import exp

from coterie.communities.hours import Hours, Week
from coterie.communities.staffed import Span
from tests.routing.simulated import START, ZONE, Line, Scenario, Worker, at

DAYS = 45


def week(*days: int, opens: int = 9, closes: int = 18) -> Week:
    """These days of the week open, from hour to hour."""
    return tuple(((opens * 60, closes * 60),) if day in days else () for day in range(7))


DAILY = Hours(week(*range(7)))
WEEKDAYS = Hours(week(*range(5)))


def shifts(hours: Sequence[tuple[float, float]], on: Callable[[int], bool]) -> list[Span]:
    return [(at(d, begins), at(d, ends)) for d in range(DAYS) if on(d) for begins, ends in hours]


def team(
    number: int,
    *hours: tuple[float, float],
    on: Callable[[int], bool] = lambda _: True,
    languages: tuple[str, ...] = ("en",),
    seats: tuple[str, ...] = ("messaging",),
) -> list[Worker]:
    works = shifts(hours or ((9, 18),), on)
    return [Worker(works, languages=languages, seats=seats) for _ in range(number)]


def between(
    begins: float, ends: float, rate: float, otherwise: float = 0.0
) -> Callable[[float], float]:
    return lambda hours: rate if begins <= hours % 24 < ends else otherwise


def by_day(
    begins: float, ends: float, rate: float, otherwise: float = 0.0
) -> Callable[[float], float]:
    """More in the late morning and in the afternoon."""

    def at_hour(hours: float) -> float:
        hour = hours % 24
        wave = 0.6 + 0.4 * exp(-(((hour - 11) / 2.5) ** 2)) + 0.25 * exp(-(((hour - 16) / 2) ** 2))
        return otherwise + (rate * wave if begins <= hour < ends else 0.0)

    return at_hour


def messages(rate: Callable[[float], float], peak: float) -> Line:
    return Line("messenger", rate, peak)


def steady() -> Scenario:
    return Scenario(DAILY, team(8), [messages(between(9, 17.5, 56), 56)], 7)


def morning_rush() -> Scenario:
    rate = between(9, 18, 30, otherwise=6)
    return Scenario(DAILY, team(10), [messages(rate, 30)], 12)


def storm() -> Scenario:
    """Five times as many for two hours, on three days of fourteen."""

    def rate(hours: float) -> float:
        day, hour = divmod(hours, 24)
        often = 26.0 if 7 <= hour < 17.5 else 0.0
        return often * 5 if day in (3, 8, 12) and 11 <= hour < 13 else often

    return Scenario(DAILY, team(10), [messages(rate, 130)], 14)


def short_staffed_week() -> Scenario:
    """In the second week half of the team is not planned, and one shift in ten nobody comes to."""
    workers = team(5) + team(5, on=lambda day: not 7 <= day < 14)
    return Scenario(DAILY, workers, [messages(by_day(8, 18, 30), 60)], 14, missing=0.1)


def shift_change_with_a_gap() -> Scenario:
    """Nobody is there from one to two."""
    hours = Hours(week(*range(7), opens=8, closes=19))
    workers = team(6, (8, 13)) + team(6, (14, 19))
    return Scenario(hours, workers, [messages(between(7, 18.5, 22, otherwise=2), 22)], 12)


def five_with_uneven_hours() -> Scenario:
    patterns = [[(9, 12)], [(10, 16)], [(9, 17)], [(13, 18)], [(8, 11), (15, 18)]]
    workers = [
        Worker(shifts(pattern, lambda day, n=number: (day + n) % 7 < 5))  # type: ignore[misc]
        for number, pattern in enumerate(patterns)
    ]
    hours = Hours((*week(*range(5), opens=8)[:5], ((600, 840),), ()))
    return Scenario(
        hours, workers, [messages(by_day(6, 22, 5, 0.5), 8)], 30, late_s=400, missing=0.08
    )


def two_channels() -> Scenario:
    """Messages are promised in ten minutes, mails in four hours; the same people answer both."""
    lines = [messages(by_day(8, 18, 20), 40), Line("email", by_day(6, 22, 11, 1), 25)]
    return Scenario(DAILY, team(9), lines, 11)


def after_an_outage() -> Scenario:
    """On three days nobody can work from ten to three, which no plan knows; the rest of the day does not suffice."""
    plan = shifts([(9, 18)], lambda _: True)
    out = (4, 11, 15)
    works = sorted(
        shifts([(9, 18)], lambda day: day not in out)
        + shifts([(9, 10), (15, 18)], lambda day: day in out)
    )
    workers = [Worker(works, plan) for _ in range(9)]
    return Scenario(DAILY, workers, [messages(by_day(8, 17.8, 33), 60)], 21)


def weekend_and_holidays() -> Scenario:
    off = (3, 11, 14)
    dates = frozenset(
        (START + timedelta(days=day, hours=12)).astimezone(ZONE).date() for day in off
    )
    workers = team(8, on=lambda day: day % 7 < 5 and day not in off)
    rate = by_day(8, 22, 7, 0.6)
    return Scenario(Hours(WEEKDAYS.week, dates), workers, [messages(rate, 12)], 28)


def calm() -> Scenario:
    """A small community that seldom has a queue: its history is scarce. Run a dozen times with other seeds."""

    def rate(hours: float) -> float:
        day, hour = divmod(hours, 24)
        return 3.0 if day % 7 < 5 and 9 <= hour < 17.5 else 0.15

    workers = team(3, on=lambda day: day % 7 < 5)
    return Scenario(WEEKDAYS, workers, [messages(rate, 3)], 38, missing=0.05)


def two_languages() -> Scenario:
    """Two of nine speak Italian, from noon on."""
    workers = team(7) + team(2, (12, 18), languages=("en", "it"))
    italian = Line("messenger", by_day(8, 18, 6), 10, "it")
    return Scenario(DAILY, workers, [messages(by_day(8, 18, 24), 45), italian], 18)


def nobody_plans() -> Scenario:
    workers = [Worker(each.works, ()) for each in team(8)]
    return Scenario(DAILY, workers, [messages(by_day(7, 20, 24, 1), 45)], 13)


SCENARIOS: dict[str, tuple[Callable[[], Scenario], int]] = {
    "steady load near capacity": (steady, 1),
    "morning rush after closed hours": (morning_rush, 1),
    "storm": (storm, 1),
    "short-staffed week": (short_staffed_week, 1),
    "shift change with a gap": (shift_change_with_a_gap, 1),
    "five with uneven hours": (five_with_uneven_hours, 1),
    "two channels": (two_channels, 1),
    "after an outage": (after_an_outage, 1),
    "weekend and holidays": (weekend_and_holidays, 1),
    "calm": (calm, 12),
    "two languages": (two_languages, 2),
    "nobody plans shifts": (nobody_plans, 1),
}
"""Each with how many communities of the kind are run."""
