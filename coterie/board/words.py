"""Figures in words: what each is called on a screen, and its value in the unit that a person reads."""

from collections.abc import Mapping, Sequence

TITLES: Mapping[str, str] = {
    "home_rate": "Served at home",
    "owner_rate": "Met the owner",
    "continuity": "Met somebody they know",
    "transfer_rate": "Answering person changed",
    "transfer_cover": "Changed: a teammate covered",
    "transfer_handover": "Changed: handed over",
    "transfer_outside": "Changed: a guest answered",
    "outside_rate": "Served outside",
    "ask_rate": "Cases with an ask",
    "help_answered": "Asks answered",
    "help_median_s": "Help came after",
    "helpers_per_100": "Helpers, per 100 cases",
    "issue_resolution": "Solved",
    "first_contact_resolution": "Solved at first contact",
    "repeat_7d": "Came back within 7 days",
    "repeat_30d": "Came back within 30 days",
    "service_level": "Answered in time",
    "promise_kept": "Promises kept",
    "promise_median_h": "Promises reach ahead",
    "honest_time_kept": "Times given were true",
    "nps": "Recommend us, NPS",
    "word_rate": "Said a word",
    "response_rate": "Answered when asked",
    "csat": "Satisfied",
    "effort": "Found it easy",
}
GROUPS: Sequence[tuple[str, Sequence[str]]] = (
    ("Solved", ("issue_resolution", "first_contact_resolution", "repeat_7d", "repeat_30d")),
    (
        "By the same people",
        ("home_rate", "owner_rate", "continuity", "transfer_rate", "transfer_cover", "transfer_handover",
         "transfer_outside", "outside_rate"),
    ),
    ("In time", ("service_level", "promise_kept", "promise_median_h", "honest_time_kept")),
    ("What they say", ("nps", "response_rate", "csat", "word_rate", "effort")),
    ("Help for each other", ("ask_rate", "help_answered", "help_median_s", "helpers_per_100")),
)  # fmt: skip
SHORT: Mapping[str, str] = {
    "home_rate": "At home",
    "owner_rate": "Owner",
    "continuity": "Known",
    "transfer_rate": "Changed",
    "issue_resolution": "Solved",
    "service_level": "In time",
    "honest_time_kept": "True times",
    "promise_kept": "Promises",
    "nps": "NPS",
}
"""Heads of the table of all communities."""
BAD: Mapping[str, str] = {
    "home_rate": "served elsewhere",
    "owner_rate": "not met by the owner",
    "continuity": "met a stranger",
    "transfer_rate": "changed",
    "transfer_cover": "covered",
    "transfer_handover": "handed over",
    "transfer_outside": "answered by a guest",
    "outside_rate": "served outside",
    "ask_rate": "without an ask",
    "help_answered": "without an answer",
    "help_median_s": "slower than the middle",
    "helpers_per_100": "with fewer helpers than usual",
    "issue_resolution": "not solved",
    "first_contact_resolution": "not at the first contact",
    "repeat_7d": "came back",
    "repeat_30d": "came back",
    "service_level": "too late",
    "promise_kept": "not kept",
    "promise_median_h": "further away than the middle",
    "honest_time_kept": "not true",
    "nps": "would not recommend us",
    "response_rate": "without an answer",
    "word_rate": "without a word",
    "csat": "not satisfied",
    "effort": "not easy",
}
"""What a bad answer says: "3 of 4 not solved"."""
CHANNELS: Mapping[str, str] = {
    "messenger": "messenger",
    "email": "e-mail",
    "sms": "text message",
    "voice": "phone",
    "forum": "forum",
    "social": "social media",
}
SUFFIXES: Mapping[str, str] = {"share": "%", "points": "", "seconds": " min", "hours": " h"}
"""Behind a number on an axis."""


def told(unit: str, value: float) -> str:
    """88.4%; +46; 3 min; 22 h; 27"""
    if unit == "share":
        return f"{plain(100 * value, 1)}%"
    if unit == "points":
        return f"{value:+.0f}" if round(value) else "0"
    if unit == "seconds":
        return span(value)
    if unit == "hours":
        return span(3600 * value)
    return plain(value, 1 if value < 10 else 0)


def between(unit: str, low: float, high: float) -> str:
    """86.7 to 89.9; a share without its sign."""
    if unit == "share":
        return f"{plain(100 * low, 1)} to {plain(100 * high, 1)}"
    return f"{told(unit, low)} to {told(unit, high)}"


def difference(unit: str, by: float) -> str:
    """A change without its direction: 1.9 (of percent), 4, 2 min."""
    by = abs(by)
    if unit == "share":
        return plain(100 * by, 1)
    if unit == "points":
        return f"{by:.0f}"
    return told(unit, by)


def span(seconds: float) -> str:
    """45 s, 3 min, 2.5 h, 3.1 days"""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{plain(seconds / 3600, 1)} h"
    return f"{plain(seconds / 86_400, 1)} days"


def plain(number: float, digits: int) -> str:
    """So many digits at most: 88.4, 100, 0."""
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def charted(unit: str, value: float | None) -> float | None:
    """A value as a chart draws it: shares in percent, seconds in minutes."""
    if value is None:
        return None
    scale = {"share": 100.0, "seconds": 1 / 60}.get(unit, 1.0)
    return round(value * scale, 3)
