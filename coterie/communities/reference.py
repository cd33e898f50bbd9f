"""Writes the reference of a community's settings from their table: `python -m coterie.communities.reference`."""

import sys

from coterie.communities.settings import DEFAULTS, RULES, Rule

HEAD = """\
# Settings of a community

Every community has its own. What is not set has its default, and only what differs is stored. They are changed on the
page *Settings* of a community or by `PATCH /api/v1/communities/{id}/settings`; `null` takes one back to its default. A
value outside its bounds is refused, and nothing changes. Each change raises the version of the settings, which every
routing decision notes. Written from the code by `python -m coterie.communities.reference`.
"""

HOURS = """\
## Hours

`hours` says when people are there, on the clock of the community's zone: `{"week": {"mon": ["09:00-12:00",
"13:00-17:00"]}, "holidays": ["2026-12-25"]}`. An empty week, the default, is open around the clock; a day that a week
leaves out is closed. Up to four times a day, none past 24:00, at least one in the week; up to 366 holidays. Promises
count in these hours only. Daylight saving is kept: a wall time that comes twice means its first coming.
"""


def reference() -> str:
    """The whole page."""
    groups: dict[str, list[str]] = {}
    for key, rule in RULES.items():
        groups.setdefault(rule.group, [TABLE]).append(line(key, rule))
    tables = [f"## {group}\n\n" + "\n".join(lines) + "\n" for group, lines in groups.items()]
    return "\n".join([HEAD, *tables, HOURS])


TABLE = "| key | default | from | to | unit | what it does |\n| --- | --- | --- | --- | --- | --- |"


def line(key: str, rule: Rule) -> str:
    bounds = " | ".join(f"{bound:.10g}" for bound in (rule.low, rule.high))
    return f"| `{key}` | {getattr(DEFAULTS, key):.10g} | {bounds} | {rule.unit} | {rule.why} |"


if __name__ == "__main__":
    sys.stdout.write(reference())
