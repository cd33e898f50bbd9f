"""Scenarios and results of the twin at the commands: what is wrong is named before anything is lived."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from coterie.exchange import twin_commands
from coterie.exchange.twin_results import read_result, said, told
from coterie.kit.errors import Invalid
from coterie.twin import comparing
from coterie.twin.beside import beside
from tests.changed import each_changed
from tests.planning.made_up import a_run
from tests.twin.operations import operation


def run(*words: object) -> str:
    """What the command prints; its `Invalid` goes through to the test."""
    result = CliRunner().invoke(twin_commands.twin, [str(word) for word in words])
    if isinstance(result.exception, Invalid):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps(asdict(operation(days=7))))
    return path


@pytest.fixture
def nothing_lived(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*given: Any) -> Any:
        raise AssertionError("a world was lived")

    monkeypatch.setattr(comparing, "compared", never)


@pytest.mark.usefixtures("nothing_lived")
@pytest.mark.parametrize("names", ["nothing", "voice_wait_s,nothing", ""])
def test_a_figure_that_there_is_not_is_named_before_anything_is_lived(scenario: Path, names: str) -> None:  # fmt: skip
    out = scenario.with_name("result.json")
    with pytest.raises(Invalid, match=r"there are .*transfer_rate.*voice_wait_p90_s.*cost_per_case"):  # fmt: skip
        run("run", "--scenario", scenario, "--out", out, "--sensitivity", names)
    assert not out.exists()


@pytest.mark.usefixtures("nothing_lived")
def test_a_result_that_can_not_be_written_is_not_lived(scenario: Path) -> None:
    with pytest.raises(Invalid, match="can't be written: there is no folder"):
        run("run", "--scenario", scenario, "--out", scenario.with_name("nowhere") / "r.json")


@pytest.mark.usefixtures("nothing_lived")
def test_without_groups_no_difference_can_change(tmp_path: Path) -> None:
    path = tmp_path / "alone.json"
    path.write_text(json.dumps({**asdict(operation(days=7)), "groups": []}))
    with pytest.raises(Invalid, match="no skill groups"):
        run("run", "--scenario", path, "--out", tmp_path / "r.json", "--sensitivity", "solved")


def a_result() -> dict[str, Any]:
    """Of figures that every replication has."""
    result = a_run() | {"name": "An operator", "days": 7}
    del result["worlds"]["communities"]["figures"]["home_rate"]
    return result


def test_an_interval_leaves_out_what_can_not_be() -> None:
    assert said({"value": 0.917, "low": 0.59, "high": 1.244}, "share") == "91.7% (59.0% to 100.0%)"
    assert said({"value": 0.125, "low": -0.159, "high": 0.408}, "share") == "12.5% (0.0% to 40.8%)"
    assert said({"value": 2.0, "low": -1.0, "high": 5.0}, "seconds") == "2.0 s (0.0 s to 5.0 s)"
    assert said(None, "share") == "-"
    result = a_result()
    result["worlds"]["groups"]["figures"]["solved"] |= {"low": 0.6, "high": 1.24}
    assert any("81.0% (60.0% to 100.0%)" in line for line in told(result))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda result: result["worlds"]["groups"].pop("seeds"), r"`worlds\.groups\.seeds` of the result is missing"),
        (lambda result: result["worlds"]["groups"]["seeds"].pop(), "10 replications of groups in `each`, and 9 `seeds`"),
        (lambda result: result["each"].pop("groups"), "0 replications of groups"),
        (lambda result: result["each"]["groups"][3].pop("solved"), r"`each\.groups` of the result lacks solved"),
        (lambda result: result["worlds"].update(groups=None), r"`worlds\.groups` of the result is null"),
    ],
)  # fmt: skip
def test_a_result_that_can_not_be_compared_is_named(tmp_path: Path, change: Any, named: str) -> None:  # fmt: skip
    fine, broken, result = tmp_path / "fine.json", tmp_path / "broken.json", a_result()
    fine.write_text(json.dumps(result))
    change(result)
    broken.write_text(json.dumps(result))
    with pytest.raises(Invalid, match=rf"broken\.json: .*{named}"):
        run("compare", fine, broken)


def test_a_strange_result_is_refused_in_words_or_compared(tmp_path: Path) -> None:
    path, result = tmp_path / "result.json", a_result()
    small = {**result, "worlds": {name: {**world, "figures": {"solved": world["figures"]["solved"]}} for name, world in result["worlds"].items()}}  # fmt: skip
    compared = 0
    for where, value, document in each_changed(small):
        path.write_text(json.dumps(document))
        try:
            other = read_result(path)
        except Invalid:
            continue
        try:
            compared += bool(beside(result, other))
        except Invalid as error:
            if "no world in common" not in error.sentence:
                pytest.fail(f"{where} {value!r}: {error.sentence}")
    assert compared > 100
