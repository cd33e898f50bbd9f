"""What the demo is made of: texts, names, places."""

from collections import Counter
from itertools import islice
from random import Random
from string import Formatter

import pytest

from coterie.customers.rules import normal
from coterie.demo.customers import people
from coterie.demo.people import TEAMS, names
from coterie.demo.places import HUNTER, NORTHERN_RIVERS, RIVERINA, neighbours, places
from coterie.demo.region import address_of
from coterie.demo.stories import (
    HAD_THE_LIKE,
    Story,
    answer_to,
    cue_of,
    cues,
    help_with,
    lines,
    spoken,
    stories,
)


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_sixty_openings_over_a_dozen_topics() -> None:
    assert len(stories()) >= 60
    assert len({story.topic for story in stories()}) >= 12
    assert {story.skill for story in stories()} == {"service", "technical", "financial"}


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.title)
def test_a_story_can_be_told(story: Story) -> None:
    assert len(story.turns) >= 2
    assert story.how
    for at, turn in enumerate(story.turns):
        assert holes(turn) <= (set() if at % 2 == 0 else {"name", "me", "place"})
        assert spoken(turn, name="Ana Lee", me="Priya Nair", place="Hay") == turn.replace(
            "{name}", "Ana"
        ).replace("{me}", "Priya").replace("{place}", "Hay")


def test_a_teammate_knows_what_is_asked_in_a_story() -> None:
    asked = [story for story in stories() if story.ask]
    assert len(asked) >= 10
    for story in asked:
        assert story.help
        assert help_with(story.ask) == story.help
    assert help_with("Who has the keys?") == HAD_THE_LIKE


def test_each_turn_of_a_customer_is_known_again() -> None:
    told = [turn for story in stories() for turn in story.turns[::2]]
    assert len(cues()) == len(told) == len(set(told))
    for story in stories():
        for at in range(0, len(story.turns), 2):
            cue = cue_of(story.turns[at])
            assert cue is not None
            assert (cue.story, cue.turn) == (story, at)


def test_a_person_is_answered_and_hears_nothing_twice() -> None:
    said: list[str] = []
    for text in ("My bill went up and I haven't changed a thing", "hm", "and now?", "really?"):
        answer = answer_to(text, said)
        assert answer in lines()
        assert answer not in said
        said.append(answer)
    assert said[0] == stories()[0].turns[1]


def test_three_territories_apart_and_each_in_one_piece() -> None:
    seen: set[str] = set()
    for table in (RIVERINA, HUNTER, NORTHERN_RIVERS):
        found = places(table)
        areas = {place.area for place in found}
        assert len(areas) == len(found)
        assert not areas & seen
        seen |= areas
        pairs, reached = neighbours(found), {found[0].area}
        for _ in found:
            reached |= {x for pair in pairs if reached & set(pair) for x in pair}
        assert reached == areas


def test_teams_of_twelve_with_addresses_of_their_own() -> None:
    for team in TEAMS.values():
        assert Counter(member.role for member in team) == {"expert": 10, "coach": 1, "manager": 1}
        for skill in ("service", "technical", "financial"):
            assert sum(getattr(member, skill) >= 3 for member in team) >= 3
    everybody = [address_of(member.name) for team in TEAMS.values() for member in team]
    assert len(set(everybody)) == 36


def test_three_hundred_customers_that_the_import_would_take() -> None:
    found = people(Random(1))
    assert len(found) == 300
    assert len({person.ref for person in found}) == 300
    assert len({person.phone for person in found}) == 300
    assert all(normal("phone", person.phone) == person.phone for person in found)
    assert len(set(islice(names(Random(1)), 500))) == 500
