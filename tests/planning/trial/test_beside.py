"""Two runs beside each other: what stands out between them, paired or not, and what can't be said."""

from typing import Any

from coterie.planning.trial import beside
from tests.planning.made_up import a_run, people_needed


def shifted(by: float, name: str = "voice_wait_s") -> dict[str, Any]:
    """A run in which communities have so much more of a figure in every replication."""
    run = a_run()
    run["worlds"]["communities"]["figures"][name]["value"] += by
    for each in run["each"]["communities"]:
        each[name] += by
    return run


def pairs(a: dict[str, Any], b: dict[str, Any]) -> dict[str, beside.Pair]:
    return {each.figure.name: each for each in beside.pairs_of(a, b)}


def test_a_difference_that_chance_does_not_make_stands_out() -> None:
    found = pairs(a_run(), shifted(5.0))
    wait, abandoned = found["voice_wait_s"], found["abandoned"]
    assert wait.verdict == "Better in the first" and wait.changed == "+5.0 s to +5.0 s"
    assert abandoned.verdict == "The same in both"
    assert pairs(shifted(5.0), a_run())["voice_wait_s"].verdict == "Better in the second"
    assert pairs(a_run(), shifted(1e4, "contacts"))["contacts"].verdict == "Differs"


def test_of_other_seeds_ranges_are_wider() -> None:
    other = shifted(0.2)
    assert pairs(a_run(), other)["voice_wait_s"].stands_out
    other["worlds"]["communities"]["seeds"] = list(range(10, 20))
    assert pairs(a_run(), other)["voice_wait_s"].verdict == "Not out of the noise"
    assert "replication by replication" in beside.terms(a_run(), a_run())
    assert "other seeds" in beside.terms(a_run(), other)


def test_runs_of_one_seed_are_compared_over_the_replications_of_both() -> None:
    few = shifted(0.2)
    few["worlds"]["communities"]["seeds"] = few["worlds"]["communities"]["seeds"][:5]
    few["each"]["communities"] = few["each"]["communities"][:5]
    assert pairs(a_run(), few)["voice_wait_s"].verdict == "Better in the first"
    assert pairs(few, a_run())["voice_wait_s"].verdict == "Better in the second"
    assert "5 replications of one seed" in beside.terms(a_run(), few)


def test_assumptions_that_differ_are_told_apart_however_little() -> None:
    one, other = a_run(), a_run()
    assert beside.otherwise(one, other) == []
    other["assumptions"][0]["value"], other["assumptions"][2]["value"] = 0.2, 45.2
    assert [told[1:] for told in beside.otherwise(one, other)] == [("15%", "20%"), ("45.0 s", "45.2 s")]  # fmt: skip


def test_a_figure_of_one_run_stands_alone() -> None:
    one = a_run() | {"people": people_needed()}
    other = a_run()
    del other["worlds"]["communities"]["figures"]["home_rate"]
    found = pairs(one, other)
    assert (
        found["home_rate"].second is None and found["home_rate"].verdict == "Only in one of the two"
    )
    assert found["people"].first is not None and found["people"].second is None
    assert pairs(one, one)["people"].verdict == beside.HELD_APART


def test_without_replications_nothing_is_said_to_stand_out() -> None:
    bare = a_run()
    del bare["each"]
    found = pairs(bare, shifted(50.0))
    assert {each.verdict for each in found.values()} == {""}
    assert "one by one" in beside.terms(bare, a_run())
