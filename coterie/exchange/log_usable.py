"""Whether a log can be used for what is asked of it: enough of its rows, and times that say an hour."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coterie.exchange.log import Log
from coterie.exchange.log_mapping import LogMapping
from coterie.exchange.logs import Watch, read_log
from coterie.kit.errors import Invalid

MOST_REFUSED = 0.1
"""A share of rows that can't be used, above which what the others say is not believed."""
FEW, SAME = 30, 0.95
"""From so many times on, so large a share at one time of day says no hour: the column holds days."""
DAY_S, HOUR_S = 86_400, 3_600


def usable_log(path: Path, mapping: LogMapping, watch: Watch) -> tuple[Log, list[str]]:
    """The log, and a note where some of its rows can't be used. Raises `Invalid` where those are many."""
    log = read_log(path, mapping, watch)
    if not log.refused:
        return log, []
    said = f"{log.refused:,} of {log.rows:,} rows of {path.name} can't be used; the first is {first_fault(path, log)}"  # fmt: skip
    if not len(log) or log.refused > MOST_REFUSED * log.rows:
        raise Invalid(f"{said}. More than a tenth is too many: mend the file or the mapping. coterie import history --dry-run names each of them.", "refused", "history")  # fmt: skip
    return log, [f"{said}."]


def first_fault(path: Path, log: Log) -> str:
    fault = log.faults[0]
    kind = "row" if path.suffix == ".parquet" else "line"
    return f"{kind} {fault.line}: {f'{fault.column} {fault.reason}'.strip()}"


def check_hours(
    path: Path, mapping: LogMapping, at: NDArray[np.int64], instead: str = "map one that says the hour"
) -> None:  # fmt: skip
    """Raises `Invalid` where nearly all times (microseconds since 1970) are of one time of day. `instead`: what else would do."""
    share = share_at_one_time(at)
    if len(at) < FEW or share < SAME:
        return
    named = " and ".join(dict.fromkeys(columns_of_time(mapping)))
    raise Invalid(f"The times of {path.name} say a day and no hour: {share:.0%} of {len(at):,} are of one time of day, such as 00:00:00 (column {named}). How a day goes can't be seen in them: {instead}.", "no_hours", "time")  # fmt: skip


def share_at_one_time(at: NDArray[np.int64]) -> float:
    """Which share has the most frequent time of day, on a clock that may be put an hour forward in summer."""
    counts = np.bincount(at // 1_000_000 % DAY_S, minlength=DAY_S)
    both = counts + np.maximum(np.roll(counts, HOUR_S), np.roll(counts, -HOUR_S))
    return float(both[counts.argmax()] / max(1, len(at)))


def columns_of_time(mapping: LogMapping) -> Sequence[str]:
    return [
        column
        for event in mapping.events
        for column in event.columns.get("time") or mapping.columns.get("time") or ("time",)
    ]
