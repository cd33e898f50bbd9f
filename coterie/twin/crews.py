"""Many twins at once: on the processors of this machine, or on a Dask cluster."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any

from coterie.kit.errors import Invalid
from coterie.twin.running import Map


@contextmanager
def crew(workers: int | None, scheduler: str | None) -> Iterator[Map]:
    """What maps work over whoever is there; results come in the order of the work. Ctrl-C stops all of them."""
    if scheduler:
        with on_cluster(scheduler) as over:
            yield over
        return
    number = workers or processors()
    if number == 1:
        yield map
        return
    with on_processors(number) as over:
        yield over


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0))


@contextmanager
def on_processors(number: int) -> Iterator[Map]:
    pool = ProcessPoolExecutor(number, get_context("spawn"), initializer=end_with_parent)
    try:
        yield pool.map
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def end_with_parent() -> None:
    """Nobody is told when a parent is killed: a worker must see to it that it doesn't wait for work for ever."""
    Thread(target=wait_for_parent, daemon=True).start()


def wait_for_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def on_cluster(address: str) -> Iterator[Map]:
    """The workers need Coterie with its extra `planner`, of the same version."""
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise Invalid("A cluster needs the extra `cluster`: pip install 'coterie[cluster]'.", "no_dask") from error  # fmt: skip
    try:
        client: Any = distributed.Client(address, timeout="10s")
    except (OSError, TimeoutError, ValueError) as error:
        raise Invalid(f"No scheduler answers at {address}: {error}", "no_scheduler", "scheduler") from error  # fmt: skip

    def over(do: Callable[[Any], Any], some: Iterable[Any]) -> Iterator[Any]:
        futures = client.map(do, list(some), pure=False)
        for future in futures:
            yield future.result()

    try:
        yield over
    finally:
        client.close()
