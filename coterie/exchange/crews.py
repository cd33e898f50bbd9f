"""Many twins at once: on the processors of this machine, or on a Dask cluster."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
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
    number = workers or len(os.sched_getaffinity(0))
    if number == 1:
        yield map
        return
    with on_processors(number) as over:
        yield over


@contextmanager
def on_processors(number: int) -> Iterator[Map]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(number, mp_context=get_context("spawn"))
    try:
        yield pool.map
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def on_cluster(address: str) -> Iterator[Map]:
    """The workers need Coterie with its extra `planner`, of the same version."""
    try:
        from distributed import Client
    except ImportError as error:
        raise Invalid("A cluster needs the extra `cluster`: pip install 'coterie[cluster]'.", "no_dask") from error  # fmt: skip
    try:
        client: Any = Client(address, timeout="10s")  # type: ignore[no-untyped-call]  # Dask has no types
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
