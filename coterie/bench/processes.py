"""What processes and all their descendants have used, read from Linux's /proc."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
KIB = 1024


def processor_seconds(roots: Iterable[int]) -> float:
    """Processor time so far, with that of children that have ended and were waited for."""
    return sum(_ticks(pid) for pid in descendants(roots)) / TICK


def resident_bytes(roots: Iterable[int]) -> int:
    """Memory held, each page that several processes share counted once in parts."""
    return sum(map(resident_bytes_of, descendants(roots)))


def resident_bytes_of(pid: int) -> int:
    """Memory held by one process alone, its part of what it shares with others."""
    return _proportional_kib(pid) * KIB


def descendants(roots: Iterable[int]) -> Iterator[int]:
    """The processes themselves and everything that they started."""
    for pid in roots:
        yield pid
        yield from descendants(_children(pid))


def _children(pid: int) -> list[int]:
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for each in lists for child in _read(each).split()]


def _ticks(pid: int) -> int:
    # The name in parentheses may hold spaces; utime, stime, cutime, cstime are 14 to 17.
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15])


def _proportional_kib(pid: int) -> int:
    lines = _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _read(path: Path) -> str:
    """The file's text, or nothing if its process has just ended."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
