"""A small made-up plan with people and waves, and a made-up run of it, in the shape in which `coterie twin run` writes one."""

from copy import deepcopy
from typing import Any

from coterie.planning.plan import Plan, read_plan

CENTRES = {"c01": ("Albury", -36.1, 146.9), "c02": ("Temora", -34.4, 147.5), "c03": ("Hay", -34.5, 144.8)}  # fmt: skip


def a_plan(**more: Any) -> Plan:
    return read_plan(a_document() | more)


def a_document() -> dict[str, Any]:
    """Three communities of four areas in a row each, neighbours along the rows and between them."""
    areas, pairs = [], []
    for row, (id_, (name, lat, lon)) in enumerate(CENTRES.items()):
        for at in range(4):
            code = f"2{row + 6}{at}0"
            areas.append({"area": code, "name": f"{name} {at}", "lat": lat, "lon": lon + at / 5, "customers": 100 + 10 * at, "contacts": 130 + 5 * at + 9 * row, "region": "Murray" if id_ != "c02" else "Riverina"})  # fmt: skip
            pairs += [[code, f"2{row + 6}{at + 1}0"]] if at < 3 else []
            pairs += [[code, f"2{row + 7}{at}0"]] if row < 2 else []
    communities: list[dict[str, Any]] = [
        {
            "id": id_, "name": name, "areas": [f"2{row + 6}{at}0" for at in range(4)],
            "customers": 460, "contacts": 550 + 36 * row, "experts": None, "skills": {},
            "buddy": f"c0{(row + 1) % 3 + 1}", "region": "Riverina" if id_ == "c02" else "Murray",
        }
        for row, (id_, (name, _, _)) in enumerate(CENTRES.items())
    ]  # fmt: skip
    return {
        "format": 1, "communities": communities, "areas": areas, "adjacency": pairs, "balance": 0.0, "seed": 3,
        "tolerance": 0.05, "territories": {"bound": 0.0, "notes": ["A note of the drawing."], "moves": []},
    }  # fmt: skip


def staffed() -> dict[str, Any]:
    """The same with people and waves."""
    document = deepcopy(a_document())
    week = [0 if at % 48 < 16 or at % 48 >= 40 else (at % 48) // 12 for at in range(336)]
    for each in document["communities"]:
        each |= {"experts": 12, "skills": {"billing": 5, "network": 7}, "site": "Wagga Wagga"}
    document["staff"] = {
        "communities": {
            each["id"]: {
                "positions": week, "positions_low": week, "positions_high": [2 * one for one in week],
                "contacts_week": {"voice": 80.5, "messenger": 40.0}, "headcount": 12,
            }
            for each in document["communities"]
        },
        "assignments": [
            {"person": "p1", "from_group": "Billing", "from_site": "Wagga Wagga", "to_community": "c01", "to_site": "Wagga Wagga"},
            {"person": "p2", "from_group": "Network", "from_site": "Newcastle", "to_community": "c02", "to_site": "Wagga Wagga"},
        ],
        "training": [{"person": "p2", "community": "c02", "skill": "billing", "from": 1, "to": 3}],
        "lacking": [{"community": "c03", "what": "language", "which": "vi", "number": 1}],
        "moved_sites": {"count": 1, "bound": 1},
        "assumptions": ["Open Mon-Sun 08:00-20:00."],
    }  # fmt: skip
    document["waves"] = {
        "waves": [
            {"number": 0, "pilot": True, "starts": "2027-02-01", "trains_from": "2027-01-11", "communities": ["c01"], "customers": 460, "headcount": 12, "people": ["p1"], "training": [], "old_world": {"contacts_left": 0.67}},
            {"number": 1, "pilot": False, "starts": "2027-03-15", "trains_from": "2027-02-22", "communities": ["c02", "c03"], "customers": 920, "headcount": 24, "people": ["p2"], "training": [], "old_world": {"contacts_left": 0.0}},
        ],
        "weeks": 6, "bound_weeks": 6, "capacity": {}, "without_buddy": ["c01"], "assumptions": ["A skill takes two weeks."],
    }  # fmt: skip
    return document


FIGURES: dict[str, tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float], bool, str | None]] = {
    "voice_wait_s": ((64.2, 58.0, 70.4), (21.3, 19.1, 23.5), (-42.9, -49.0, -38.2), True, "communities"),
    "messaging_wait_s": ((512.0, 480.0, 544.0), (431.0, 402.0, 460.0), (-81.0, -120.0, -42.0), True, "communities"),
    "transfer_rate": ((0.214, 0.21, 0.218), (0.039, 0.036, 0.042), (-0.175, -0.181, -0.168), True, "communities"),
    "people_per_case": ((1.62, 1.6, 1.64), (1.21, 1.19, 1.23), (-0.41, -0.44, -0.38), True, "communities"),
    "abandoned": ((0.08, 0.07, 0.09), (0.079, 0.068, 0.09), (-0.001, -0.013, 0.011), False, None),
    "solved": ((0.81, 0.8, 0.82), (0.86, 0.85, 0.87), (0.05, 0.04, 0.06), True, "communities"),
    "occupancy": ((0.74, 0.73, 0.75), (0.78, 0.77, 0.79), (0.04, 0.03, 0.05), True, "groups"),
    "cost_per_case": ((6.2, 6.1, 6.3), (6.45, 6.35, 6.55), (0.25, 0.1, 0.4), True, "groups"),
    "contacts": ((91000.0, 90500.0, 91500.0), (88000.0, 87400.0, 88600.0), (-3000.0, -3500.0, -2500.0), True, None),
}  # fmt: skip


def a_run() -> dict[str, Any]:
    """Groups, communities, differences (communities less groups), what was assumed, what it depends on."""
    sides: dict[str, dict[str, Any]] = {"groups": {}, "communities": {}}
    differences = {}
    for name, (groups, communities, (value, low, high), out, better) in FIGURES.items():
        for side, (at, least, most) in (("groups", groups), ("communities", communities)):
            sides[side][name] = {"value": at, "low": least, "high": most, "n": 91000}
        differences[name] = {"value": value, "low": low, "high": high, "stands_out": out, "better": better}  # fmt: skip
    sides["communities"]["home_rate"] = {"value": 0.97, "low": 0.965, "high": 0.975, "n": 91000}
    return {
        "format": 1, "scenario": {}, "seed": 7, "replications": 10,
        "worlds": {side: {"figures": figures, "seeds": list(range(10))} for side, figures in sides.items()},
        "each": {side: [{name: found["value"] * (0.99 + 0.02 * (place % 2)) for name, found in figures.items()} for place in range(10)] for side, figures in sides.items()},
        "differences": differences,
        "assumptions": [
            {"name": "misroute", "value": 0.15, "low": 0.08, "high": 0.25, "unit": "share", "of": "groups", "why": "How often it comes to a group that is not the right one.", "source": ""},
            {"name": "knows", "value": 0.6, "low": 0.4, "high": 0.8, "unit": "share", "of": "communities", "why": "Topics beyond those of their old group that somebody has learned.", "source": "the log"},
            {"name": "menu_s", "value": 45.0, "low": 20.0, "high": 90.0, "unit": "s", "of": "groups", "why": "Time in a menu before a call waits.", "source": ""},
        ],
        "sensitivity": {
            "voice_wait_s": [
                {"assumption": "knows", "low": 12.0, "high": -60.0},
                {"assumption": "misroute", "low": -38.0, "high": -51.0},
                {"assumption": "menu_s", "low": -42.0, "high": -44.0},
            ],
        },
        "notes": ["The log names no customer's area, so areas are drawn."],
    }  # fmt: skip


Three = tuple[float, float, float]
NEEDED: dict[str, tuple[tuple[Three, Three], Three, bool, str | None]] = {
    "people": (((96.0, 96.0, 96.0), (103.4, 101.2, 105.6)), (7.4, 5.2, 9.6), True, "groups"),
    "within_promise": (((0.861, 0.85, 0.872), (0.863, 0.852, 0.874)), (0.002, -0.001, 0.005), False, None),
    "abandoned": (((0.063, 0.06, 0.066), (0.036, 0.033, 0.039)), (-0.027, -0.03, -0.024), True, "communities"),
    "service_level": (((0.911, 0.9, 0.922), (0.959, 0.95, 0.968)), (0.048, 0.046, 0.05), True, "communities"),
    "cost_per_solved": (((12.69, 12.6, 12.78), (13.9, 13.7, 14.1)), (1.21, 1.0, 1.42), True, "groups"),
}  # fmt: skip


def people_needed(**asked: Any) -> dict[str, Any]:
    """The part `people` of a run."""
    worlds = {
        side: {"today": 96, "figures": {name: dict(zip(("value", "low", "high"), both[place], strict=True)) for name, (both, *_) in NEEDED.items()}}
        for place, side in enumerate(("groups", "communities"))
    }  # fmt: skip
    return {
        "asked": {"of": "today", "held": "calls", "within": 0.861, "abandoned": 0.063} | asked,
        "bounds": [0.25, 2.0],
        "worlds": worlds,
        "differences": {name: {"value": value, "low": low, "high": high, "stands_out": out, "better": better} for name, (_, (value, low, high), out, better) in NEEDED.items()},
        "relative": {"people": {"value": 0.077, "low": 0.054, "high": 0.1}, "cost_per_solved": {"value": 0.095, "low": 0.079, "high": 0.111}},
        "each": {"groups": [96, 96], "communities": [102, 105]},
    }  # fmt: skip
