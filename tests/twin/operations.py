"""Made-up operations, small enough for a test."""

from typing import Any

from coterie.twin.reading import read_scenario
from coterie.twin.scenario import Scenario

TOPICS = ("bill", "line", "order", "moving")


def hump(day: int, slot: int) -> float:
    """Open from eight to eight, more at ten than at six, fewer at weekends."""
    if not 16 <= slot < 40:
        return 0.0
    return (1.0 if day < 5 else 0.4) * (1.5 if 19 <= slot < 24 else 1.0)


WEEK = [hump(day, slot) for day in range(7) for slot in range(48)]


def operation(*, communities: int = 4, experts: int = 24, days: int = 21, contacts: float = 12.0, **more: Any) -> Scenario:  # fmt: skip
    """An operator of so many communities, `contacts` a day for each expert, over all three channels."""
    people = communities * experts
    daily = {"voice": 0.5, "messaging": 0.35, "email": 0.15}
    return read_scenario(
        {
            "name": "A small operator",
            "days": days,
            "communities": [
                {
                    "id": f"c{k}",
                    "name": f"Community {k}",
                    "customers": 3_000,
                    "contacts_day": {name: share * experts * contacts for name, share in daily.items()},
                    "experts": experts,
                    "buddy": f"c{(k + communities // 2) % communities}" if communities > 1 else None,
                }
                for k in range(communities)
            ],
            "topics": [
                {
                    "name": name,
                    "share": dict.fromkeys(daily, 1.0),
                    "effort": {"kind": "lognormal", "mean_s": 420.0, "sd_s": 300.0},
                    "solved": 0.85,
                }
                for name in TOPICS
            ],
            "week": dict.fromkeys(daily, WEEK),
            "groups": [
                *group_pairs(people),
                {"name": "second", "topics": list(TOPICS), "spoken": True, "written": True, "experts": people // 8, "second_line": True},
            ],
            **more,
        }
    )  # fmt: skip


def group_pairs(people: int) -> list[dict[str, Any]]:
    """Of each topic a group for calls and one for what is written."""
    each = (people - people // 8) // (2 * len(TOPICS))
    return [
        {"name": f"{name} {'calls' if spoken else 'letters'}", "topics": [name], "spoken": spoken, "written": not spoken, "experts": each}
        for name in TOPICS
        for spoken in (True, False)
    ]  # fmt: skip


def queue(servers: int, per_hour: float, mean_s: float, *, units: int = 1, days: int = 7, patience_s: float = 1e17, buddy: bool = False) -> Scenario:  # fmt: skip
    """M/M/c, or M/M/c+M: calls only, all there all the time. In `units` communities, or in one group of them all.

    A buddy is the next community in a ring.
    """
    return read_scenario(
        {
            "days": days,
            "always_there": True,
            "communities": [
                {"id": f"c{k}", "name": "", "customers": 100_000, "contacts_day": {"voice": per_hour * 24}, "experts": servers, "buddy": f"c{(k + 1) % units}" if buddy else None}
                for k in range(units)
            ],
            "topics": [{"name": "any", "share": {"voice": 1}, "effort": {"kind": "exponential", "mean_s": mean_s}, "solved": 1.0}],
            "week": {"voice": [1.0] * 336},
            "groups": [{"name": "all", "topics": ["any"], "spoken": True, "written": False, "experts": servers * units}],
            "settings": {"warm_up_s": 0, "overflow": int(buddy), "hold_voice_s": 0},
            "assumptions": {
                "patience_s": patience_s, "menu_s": 0, "misroute": 0, "second_line": 0, "spoils": 0, "takes_call_back": 0,
                "brief_s": 0, "repeat_s": 0, "redial_share": 0, "knows": 1.0,
            },
        }
    )  # fmt: skip
