"""Lengths of time as people write them: `10 min`, `4 h`, `1 h 30 min`, `20 s`."""

import re

UNITS = {
    "s": 1,
    "sec": 1,
    "second": 1,
    "seconds": 1,
    "min": 60,
    "m": 60,
    "minute": 60,
    "minutes": 60,
}
UNITS |= {"h": 3600, "hour": 3600, "hours": 3600, "d": 86_400, "day": 86_400, "days": 86_400}
PART = re.compile(r"\s*(\d{1,9}(?:[.,]\d{1,6})?)\s*([a-z]*)\s*")


def read_duration(text: str) -> int:
    """Seconds; a ValueError in a sentence where it is no length of time. A bare number is seconds."""
    left, seconds = text.strip().lower(), 0.0
    if not left:
        raise ValueError("Write a length of time such as 10 min.")
    while left:
        match = PART.match(left)
        ends = match is not None and match.end() == len(left)
        if not match or not (match[2] in UNITS or (ends and not match[2])):
            raise ValueError(f"{text[:40]!r} is no length of time such as 10 min or 4 h.")
        seconds += float(match[1].replace(",", ".")) * UNITS[match[2] or "s"]
        left = left[match.end() :]
    return round(seconds)


def written_duration(seconds: float) -> str:
    """The shortest way to write it: 5400 is 1 h 30 min."""
    left, parts = round(seconds), []
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        number, rest = divmod(left, size)
        if number and not (unit == "days" and (rest or number == 1)):
            parts.append(f"{number} {unit}")
            left = rest
    return " ".join(parts) or "0 s"
