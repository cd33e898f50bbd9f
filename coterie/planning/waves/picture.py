"""The waves as a picture: a bar a community, when its people train and when it serves. A Vega-Lite specification, plain."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from coterie.planning.plan import Plan

AFTER = timedelta(weeks=4)
"""So long the picture goes on after the last start."""
COLOURS = {"training": "#e3b23c", "pilot": "#1b7f79", "serving": "#2f5d8a"}


def picture(plan: Plan, waves: Mapping[str, Any]) -> dict[str, Any]:
    """From the plan and its `waves`, communities in the order in which they start."""
    rows = bars(plan, waves)
    order = list(dict.fromkeys(row["community"] for row in rows))
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": f"Waves: everybody has moved after {waves['weeks']} weeks",
        "width": 720,
        "height": {"step": 18},
        "data": {"values": rows},
        "mark": {"type": "bar", "height": 12},
        "encoding": {
            "y": {"field": "community", "type": "nominal", "sort": order, "title": None},
            "x": {"field": "from", "type": "temporal", "title": None, "scale": {"type": "utc"}},
            "x2": {"field": "to"},
            "color": {
                "field": "what",
                "type": "nominal",
                "title": None,
                "scale": {"domain": list(COLOURS), "range": list(COLOURS.values())},
            },
        },
    }


def bars(plan: Plan, waves: Mapping[str, Any]) -> list[dict[str, str]]:
    called = {each.id: each.name for each in plan.communities}
    last = max(date.fromisoformat(wave["starts"]) for wave in waves["waves"]) + AFTER
    found = []
    for wave in waves["waves"]:
        for each in wave["communities"]:
            name = f"{each} {called.get(each, '')}".strip()
            serving = "pilot" if wave["pilot"] else "serving"
            if wave["trains_from"] < wave["starts"]:
                found.append({"community": name, "what": "training", "from": wave["trains_from"], "to": wave["starts"]})  # fmt: skip
            found.append({"community": name, "what": serving, "from": wave["starts"], "to": last.isoformat()})  # fmt: skip
    return found
