"""The twin at the terminal: from a plan to a scenario, a result, a comparison; on many processors, and on a cluster."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from coterie.kit.errors import Invalid
from coterie.twin.comparing import compared
from coterie.twin.crews import crew
from tests.test_cli import coterie, document, failed
from tests.twin.operations import operation

ROOT = Path(__file__).parents[2]
SHORT = ("--replications", "2", "--workers", "1", "--json")


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("twin") / "scenario.json"
    path.write_text(json.dumps(asdict(operation(days=7))))
    return path


@pytest.fixture(scope="module")
def result(scenario: Path) -> Path:
    out = scenario.with_name("result.json")
    document(coterie("twin", "run", "--scenario", scenario, "--seed", "4", "--out", out, *SHORT))
    return out


def test_a_result_holds_both_worlds_and_can_be_had_again(scenario: Path, result: Path) -> None:
    found = json.loads(result.read_text())
    again = result.with_name("again.json")
    document(coterie("twin", "run", "--scenario", scenario, "--seed", "4", "--out", again, *SHORT))
    assert json.loads(again.read_text()) == found
    assert set(found["worlds"]) == {"groups", "communities"}
    for figures in (each["figures"] for each in found["worlds"].values()):
        assert all(each["low"] <= each["value"] <= each["high"] for each in figures.values())
    assert {each["source"] for each in found["assumptions"]} == {"assumed"}
    assert found["differences"]["transfer_rate"]["better"] == "communities"


def test_two_results_are_compared_pair_by_pair_where_seeds_are_the_same(scenario: Path, result: Path) -> None:  # fmt: skip
    changed = json.loads(scenario.read_text())
    changed["assumptions"]["misroute"] = 0.3
    other, out = scenario.with_name("other.json"), scenario.with_name("other-result.json")
    other.write_text(json.dumps(changed))
    document(coterie("twin", "run", "--scenario", other, "--seed", "4", "--out", out, *SHORT))
    found: Any = document(coterie("twin", "compare", result, out, "--json"))
    transfers = found["worlds"]["groups"]["transfer_rate"]
    assert found["paired"]
    assert transfers["stands_out"] and transfers["better"] == "a"
    assert found["worlds"]["communities"]["transfer_rate"]["value"] == 0.0


def test_a_person_reads_figures_assumptions_and_what_is_not_in_it(scenario: Path) -> None:
    out = scenario.with_name("told.json")
    done = coterie("twin", "run", "--scenario", scenario, "--out", out, "--replications", "2", "--sensitivity", "transfer_rate")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "communities do better" in done.stdout
    assert "patience_s 180 s (90 to 360)" in done.stdout
    assert "Not in it:" in done.stdout
    assert json.loads(out.read_text())["sensitivity"]["transfer_rate"]


def test_people_for_the_same_service_stand_in_the_result_and_in_words(scenario: Path) -> None:
    out = scenario.with_name("people.json")
    done = coterie("twin", "run", "--scenario", scenario, "--out", out, "--replications", "2", "--workers", "1", "--people", "today")  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())["people"]
    assert found["asked"]["of"] == "today" and len(found["each"]["communities"]) == 2
    assert "The same service takes" in done.stdout and "a solved case costs" in done.stdout
    stated = ("--people", "0.9", "--held", "answers")
    document(coterie("twin", "run", "--scenario", scenario, "--out", out, *SHORT, *stated))
    found = json.loads(out.read_text())["people"]
    assert found["asked"] == {"of": "stated", "held": "answers", "within": 0.9}


def test_people_whom_no_headcount_reaches_leave_the_comparison_and_a_note(scenario: Path) -> None:
    out = scenario.with_name("unreachable.json")
    stated = ("--people", "0.999999")
    done = coterie("twin", "run", "--scenario", scenario, "--out", out, "--replications", "2", "--workers", "1", *stated)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "- People for the same service: Even 2 times today's people" in done.stdout
    found = json.loads(out.read_text())
    assert "people" not in found and found["worlds"]["groups"]["figures"]


def test_events_are_written_as_the_live_log_has_them(scenario: Path) -> None:
    out = scenario.with_name("events.jsonl")
    found: Any = document(coterie("twin", "events", "--scenario", scenario, "--out", out, "--json"))
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(lines) == found["events"]
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    assert {"message_received", "episode_placed", "reply_sent", "owner_set", "ask_made"} <= {line["kind"] for line in lines}  # fmt: skip


def test_what_can_not_be_run_is_one_line_and_writes_nothing(tmp_path: Path, scenario: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    out = tmp_path / "out.json"
    assert "no JSON" in failed(coterie("twin", "run", "--scenario", broken, "--out", out))
    broken.write_text(json.dumps({**json.loads(scenario.read_text()), "topics": []}))
    assert "no topic" in failed(coterie("twin", "run", "--scenario", broken, "--out", out))
    assert "no result" in failed(coterie("twin", "compare", scenario, scenario))
    run = ("twin", "run", "--scenario", scenario, "--out", out)
    assert "nor a share" in failed(coterie(*run, "--people", "many"))
    assert "between 0 and 1" in failed(coterie(*run, "--people", "80"))
    assert "calls and answers" in failed(coterie(*run, "--people", "today", "--held", "mails"))
    nowhere = ("--scheduler", "tcp://127.0.0.1:9")
    assert "No scheduler" in failed(coterie("twin", "run", "--scenario", scenario, "--out", out, *nowhere))  # fmt: skip
    assert not out.exists()


@pytest.fixture
def cluster() -> Iterator[str]:
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as running:  # type: ignore[no-untyped-call]
        yield running.scheduler_address


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_what_one_process_gives(cluster: str) -> None:
    """A real scheduler with two workers. Its own warnings are not ours."""
    plain = compared(operation(days=7), 2, 2, lambda done, total: None)
    with crew(None, cluster) as over:
        assert compared(operation(days=7), 2, 2, lambda done, total: None, over) == plain


def test_two_processes_give_what_one_gives() -> None:
    plain = compared(operation(days=7), 2, 2, lambda done, total: None)
    with crew(2, None) as over:
        assert compared(operation(days=7), 2, 2, lambda done, total: None, over) == plain


def test_progress_is_told_from_nothing_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    compared(operation(days=7), 2, 3, lambda done, total: told.append((done, total)))
    assert told == [(number, 6) for number in range(7)]


def test_too_few_replications_are_refused() -> None:
    with pytest.raises(Invalid, match="2 to 1,000"):
        compared(operation(days=7), 2, 1, lambda done, total: None)


WAITS = """
import time
from coterie.twin.crews import on_processors
if __name__ == "__main__":
    with on_processors(1) as over:
        print(*over(eval, ["__import__('os').getpid()"]), flush=True)
        time.sleep(600)
"""


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "waits.py"
    script.write_text(WAITS)
    parent = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )  # fmt: skip
    assert parent.stdout is not None
    worker = Path("/proc") / parent.stdout.readline().strip()
    assert worker.exists()
    parent.kill()
    parent.communicate()
    until = time.monotonic() + 60
    while worker.exists() and "State:\tZ" not in (worker / "status").read_text():
        assert time.monotonic() < until, "it goes on"
        time.sleep(0.05)
