"""People for the same service in words: what was asked, who needs how many, what it costs, what was not held."""

from typing import Any

from coterie.planning.trial import needed
from tests.planning.made_up import people_needed


def test_headcounts_and_costs_are_said_with_their_ranges() -> None:
    (people, better), (cost, _) = needed.headlines(people_needed())
    assert better == "groups"
    assert (
        people
        == "The same service takes 103 people in communities, 96 people in skill groups: 5 to 10 people more. Against skill groups that is +7.7% (+5.4% to +10.0%)."
    )
    assert (
        cost
        == "With so many people a solved case costs 13.90 in communities, 12.69 in skill groups: 1.00 to 1.42 more. Against skill groups that is +9.5% (+7.9% to +11.1%)."
    )


def test_what_was_asked_and_what_was_not_held_is_said() -> None:
    first, *_, last = needed.sentences(people_needed())
    assert "86.1% of calls answered within the promise, 6.3% of calls given up at most" in first
    assert "0.25 and 2 times" in last and "Only calls are held" in last and "Coaches" in last
    first, *_, last = needed.sentences(people_needed(of="stated", held="answers", within=0.8))
    assert first == "The service is 80% of what customers say on any channel answered within the promise."  # fmt: skip
    assert "Only calls" not in last


def test_a_difference_within_the_noise_is_said_to_be_that() -> None:
    found = people_needed()
    found["differences"]["people"] |= {"low": -2.0, "stands_out": False, "better": None}
    assert "does not stand out of the noise" in next(needed.headlines(found))[0]


def test_communities_alone_have_their_headcount() -> None:
    found: dict[str, Any] = people_needed() | {"differences": {}, "relative": {}}
    del found["worlds"]["groups"]
    assert [*needed.headlines(found)] == [
        ("Communities need 103 people for it (101 to 106).", None)
    ]


def test_figures_stand_in_order_and_only_those_that_were_counted() -> None:
    names = [line.figure.name for line in needed.rows(people_needed())]
    assert names == ["people", "within_promise", "abandoned", "service_level", "cost_per_solved"]
