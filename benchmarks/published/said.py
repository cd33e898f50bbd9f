"""Figures as the page says them."""

from collections.abc import Mapping


def percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f}%"


def points(difference: float) -> str:
    return f"{100 * difference:+.1f} points"


def relative(change: float, digits: int = 1) -> str:
    """-7.4%; 0 has no sign."""
    return f"{100 * change:+.{digits}f}%"


def said(value: float, unit: str) -> str:
    match unit:
        case "share":
            return percent(value)
        case "seconds" | "people" | "contacts":
            return f"{value:,.0f}"
        case "episodes":
            return f"{value:.3f}"
        case _:
            return f"{value:,.2f}"


def difference(found: Mapping[str, float], unit: str) -> str:
    """With its interval."""
    ends = [found["value"], found["low"], found["high"]]
    if unit == "share":
        value, low, high = (f"{100 * each:+.1f}" for each in ends)
        return f"{value} points ({low} to {high})"
    value, low, high = (f"{'-' if each < 0 else '+'}{said(abs(each), unit)}" for each in ends)
    return f"{value} ({low} to {high})"
