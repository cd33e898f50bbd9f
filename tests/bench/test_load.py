"""The generator: what it counts as latency, as rate and as cost."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Sequence

import pytest

from coterie.bench.load import Load, Pair, at_rate, closed, measured

BUSY = """
import sys, time
for line in sys.stdin:
    end = time.process_time() + float(line)
    while time.process_time() < end:
        pass
    print("done", flush=True)
"""


class Slow:
    """A pair whose messages take a while; remembers how many it had under way at once."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.sent = self.under_way = self.most_under_way = 0

    async def exchange(self) -> None:
        self.sent += 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(self.seconds)
        self.under_way -= 1

    def close(self) -> None:
        pass


async def test_in_a_closed_loop_a_pair_has_one_message_under_way() -> None:
    pairs = [Slow(0.01), Slow(0.02)]
    latencies = await closed(0.2)(pairs)
    assert len(latencies) == sum(pair.sent for pair in pairs) >= 2
    assert [pair.most_under_way for pair in pairs] == [1, 1]


async def test_at_a_rate_latency_counts_from_when_a_message_was_due() -> None:
    # One pair that manages twenty a second is asked for a hundred: the last one waits for most of them.
    latencies = await at_rate(100, 0.2, seed=1)([Slow(0.05)])
    assert max(latencies) > 0.05 * len(latencies) / 2


async def test_the_same_seed_asks_for_the_same_number_of_messages() -> None:
    first, second = [len(await at_rate(200, 0.2, seed=7)([Slow(0)])) for _ in range(2)]
    assert first == second


async def test_a_message_that_never_arrives_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coterie.bench.load.PATIENCE", 0.1)
    with pytest.raises(TimeoutError):
        await closed(0.1)([Slow(60)])


@pytest.fixture
def burner() -> Iterator["subprocess.Popen[str]"]:
    """A process that burns as many seconds of processor time as it is told to."""
    command = [sys.executable, "-c", BUSY]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process


async def test_processor_time_is_that_of_the_named_processes(
    burner: "subprocess.Popen[str]",
) -> None:
    # However busy the machine is, what the process burns is the same.
    burn(burner, 0.0)

    async def work(pairs: Sequence[Pair]) -> list[float]:
        burn(burner, 0.3)
        return [0.0, 0.0]

    load = await measured([burner.pid], [], work)
    assert 0.28 <= load.server <= 0.4
    assert load.server_ms == 1000 * load.server / 2
    assert load.generator < load.server / 2


def burn(process: "subprocess.Popen[str]", seconds: float) -> None:
    assert process.stdin and process.stdout
    process.stdin.write(f"{seconds}\n")
    process.stdin.flush()
    assert process.stdout.readline() == "done\n"


def test_a_quantile_is_a_latency_that_occurred() -> None:
    load = Load(latencies=[0.004, 0.001, 0.003, 0.002], wall=2, server=0.008, generator=0.004)
    assert (load.latency_ms(0.5), load.latency_ms(0.99), load.latency_ms(0)) == (2, 4, 1)
    assert (load.rate, load.server_ms, load.generator_ms) == (2, 2, 1)
