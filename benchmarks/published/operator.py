"""The operator of the published results: as many customers as Optus had, as many people as its contacts take."""

from coterie.twin.reading import read_scenario
from coterie.twin.scenario import Scenario

CUSTOMERS, EXPERTS, TOPICS, DAYS, WARM_UP = 11_000_000, 45, 12, 35, 7
COMMUNITIES = 70
A_DAY = 16.0
"""Contacts a day for each person, weekends counted: as many as both worlds can serve."""
DAILY = {"voice": 0.5, "messaging": 0.35, "email": 0.15}
WORK = {"voice": 0.5, "messaging": 0.35, "email": 0.15 * 0.8}
SECOND = 0.1
WORST = {"misroute": 0.25, "second_line": 0.15, "spoils": 0.2, "discover": 0.5, "repeat_s": 120.0, "knows": 0.8, "brief_s": 10.0, "late_share": 0.1}  # fmt: skip
"""Every range at the end that speaks for communities."""


def operator(communities: int, days: int = DAYS, **assumptions: float) -> Scenario:
    """So many of the operator's 70 communities; two groups for each topic, calls and letters, and a second line."""
    shares = {f"topic {k + 1}": 1 / (k + 2) for k in range(TOPICS)}
    whole = sum(shares.values())
    people = communities * EXPERTS
    contacts = people * A_DAY
    first = people * (1 - SECOND)
    work = sum(WORK.values())
    return read_scenario(
        {
            "name": f"{communities} communities of {EXPERTS}",
            "days": days,
            "warm_up_days": WARM_UP,
            "communities": [
                {
                    "id": f"c{k}", "name": f"Community {k + 1}", "customers": CUSTOMERS // COMMUNITIES, "experts": EXPERTS,
                    "contacts_day": {name: share * contacts / communities for name, share in DAILY.items()},
                    "buddy": f"c{(k + communities // 2) % communities}" if communities > 1 else None,
                }
                for k in range(communities)
            ],
            "topics": [
                {"name": name, "share": dict.fromkeys(DAILY, share), "effort": {"kind": "lognormal", "mean_s": 420, "sd_s": 300}}
                for name, share in shares.items()
            ],
            "week": {name: [hour(slot) for slot in range(336)] for name in DAILY},
            "groups": [
                *(
                    {"name": f"{name}, {kind}", "topics": [name], "spoken": kind == "calls", "written": kind == "letters", "experts": max(2, round(first * share / whole * part / work))}
                    for name, share in shares.items()
                    for kind, part in (("calls", WORK["voice"]), ("letters", WORK["messaging"] + WORK["email"]))
                ),
                {"name": "second line", "topics": [*shares], "spoken": True, "written": True, "experts": round(people * SECOND), "second_line": True},
            ],
            "assumptions": assumptions,
        }
    )  # fmt: skip


def hour(slot: int) -> float:
    """Open from eight to eight, more before noon, less on Saturday and Sunday."""
    if not 16 <= slot % 48 < 40:
        return 0.0
    return (1.0 if slot < 5 * 48 else 0.45) * (1.4 if 19 <= slot % 48 < 24 else 1.0)
