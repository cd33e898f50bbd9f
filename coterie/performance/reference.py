"""Writes the reference of the figures from their table: `python -m coterie.performance.reference`."""

import sys

from coterie.performance.scorecard import OF_A_COMMUNITY

HEAD = """# Figures

The figures of a community, on its board, in `GET /communities/{id}/scorecard` and in `coterie export figures`. Each is
computed from the event log by one definition. It counts on the day, in the community's zone, of what it is of: an
episode's when it opened, a turn's when it was answered, a case's when its watch time ended, a promise's when it was
kept or broken, a wait's when it was over, what a customer said when they said it. A late event changes that day.

**Who attends** is who answered last in an episode; where nobody has answered yet, to whom it was given last. **n** is the
number of answers; with fewer than 5 a figure says nothing. **The interval** holds the truth in 95 of 100 cases. It asks how
much customers differ, since what one customer meets is alike. Days are added up by 64 groups of customers, who are in one by
the end of their id; an interval asks how much these groups differ, and needs 5 of them. **Beside it** stands the figure
that shows when this one is gamed. Shares lie between 0 and 1; `_s` is seconds, `_h` hours.

What is counted by case is counted for the customer of the case, two merged records as one.

Written from the code by `python -m coterie.performance.reference`.

| figure | question | unit | definition | beside it |
| --- | --- | --- | --- | --- |
"""


def reference() -> str:
    """The whole page."""
    return HEAD + "".join(
        f"| `{figure.name}` | {figure.question} | {figure.unit} | {figure.definition} | `{figure.counter}` |\n"
        for figure in OF_A_COMMUNITY
    )


if __name__ == "__main__":
    sys.stdout.write(reference())
