"""What share of a message's processor time the routing decision is: one message in ten needs one."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import uvloop

from benchmarks.report import Ratio, Report
from coterie.bench import ours
from coterie.bench.load import closed, measured
from coterie.routing.model import FAR_S
from coterie.routing.policy import NOBODY, Contact, Experts, decide

EXPERTS = 40
MOST = 0.03
WARM_S = 2.0


async def run(choice: Namespace) -> Report:
    """Time a message and a decision in the same run."""
    with TemporaryDirectory() as folder:
        async with ours.running(Path(folder), EXPERTS) as server:
            customers = await server.pairs(choice.pairs)
            await closed(WARM_S)(customers)
            await server.rest()
            load = await measured(server.roots, customers, closed(choice.seconds))
            decisions = len(server.opened)
    decision_ms = 1000 * decision_seconds(choice.decisions)
    share = decision_ms * decisions / len(load.latencies)
    what = ("decide in a message", f"{choice.pairs} pairs", "the whole message")
    return Report("decide", [Ratio(*what, "ms", share, load.server_ms, most=MOST)])


def decision_seconds(times: int) -> float:
    """Processor time of one decision about a newcomer: every expert is looked at, and compared."""
    experts = community(EXPERTS)
    contact = Contact(attending=NOBODY, owner=NOBODY, last_owner=NOBODY)
    codes = [0] * EXPERTS
    start = process_time()
    for _ in range(times):
        decide(contact, experts, codes)
    return (process_time() - start) / times


def community(number: int) -> Experts:
    """Everybody is eligible, and no two are alike: nothing is cut short."""
    yes = [1] * number
    return Experts(
        present=yes,
        on_shift=yes,
        seat=yes,
        speaks=yes,
        skill=[n % 6 for n in range(number)],
        load=[n % 7 / 7 for n in range(number)],
        capacity=[4.0] * number,
        idle_s=[float(n) for n in range(number)],
        on_call=[0] * number,
        warm_s=[0.0] * number,
        back_s=[FAR_S] * number,
        rated_badly=[0] * number,
    )


def options() -> ArgumentParser:
    """What can be chosen on the command line."""
    parser = ArgumentParser(prog="python -m benchmarks.decide", description=__doc__)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--decisions", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    chosen = options().parse_args()
    uvloop.run(run(chosen)).show(as_json=chosen.json)
