"""The numbers and reasons of a comparison as people read them."""

WHY = {
    "stays": "goes on",
    "owner": "owner",
    "last_owner": "owned the last case",
    "cover": "covers",
    "first": "best placed",
    "held": "held",
}


def written(unit: str, value: float | None) -> str:
    if value is None:
        return "-"
    if unit == "seconds":
        return length(value)
    if unit == "share":
        return f"{value:.1%}"
    return f"{value:,.0f}" if unit == "count" else f"{value:.2f}"


def length(seconds: float | None) -> str:
    """A wait: 0 s, 8.4 s, 3 min 20 s, 2 h 5 min."""
    if seconds is None:
        return "still waits"
    if seconds < 60:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    minutes, left = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {left} s" if left else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def why(reason: str) -> str:
    return WHY.get(reason, reason.replace("_", " "))
