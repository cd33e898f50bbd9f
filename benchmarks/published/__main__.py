"""Lives everything, and writes the page."""

from argparse import ArgumentParser, Namespace
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from benchmarks.published.findings import Findings, Size, found
from benchmarks.published.page import page

PAGE = Path("docs/explanation/published-results.md")


def options() -> Namespace:
    chosen = ArgumentParser(prog="python -m benchmarks.published")
    chosen.add_argument("--communities", type=int, default=Size().communities)
    chosen.add_argument("--replications", type=int, default=Size().replications)
    chosen.add_argument("--small", type=int, default=Size().small, help="communities, where many runs are needed")  # fmt: skip
    chosen.add_argument("--few", type=int, default=Size().few, help="replications there")
    chosen.add_argument("--workers", type=int, default=2)
    chosen.add_argument("--out", type=Path, default=PAGE)
    return chosen.parse_args()


def main(choice: Namespace) -> None:
    size = Size(choice.communities, choice.replications, choice.small, choice.few)
    with ProcessPoolExecutor(choice.workers, mp_context=get_context("spawn")) as pool:
        for each in found(size, pool.map):
            if isinstance(each, Findings):
                choice.out.write_text(page(each, f"{datetime.now(UTC):%-d %B %Y}"))
            print(f"{choice.out} is written." if isinstance(each, Findings) else each, flush=True)


if __name__ == "__main__":
    main(options())
