"""How far a command is, for people who watch it."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

COUNT, ELAPSED = TextColumn("{task.fields[count]}"), TimeElapsedColumn()


class Shown:
    """A line of progress on standard error, shown only where somebody is watching."""

    def __init__(self, what: str) -> None:
        console = Console(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), COUNT, ELAPSED)
        self.progress = Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        )
        self.task = self.progress.add_task(what, total=None, count="")

    def count_bytes(self, size: int) -> None:
        self.progress.update(self.task, count=f"{size / 1e6:,.1f} MB")

    def count(self, done: int, total: int | None = None) -> None:
        said = f"{done:,} of {total:,}" if total else f"{done:,}"
        self.progress.update(self.task, completed=done, total=total, count=said)


@contextmanager
def progress(what: str) -> Iterator[Shown]:
    shown = Shown(what)
    with shown.progress:
        yield shown
