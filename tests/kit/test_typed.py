"""Documents read by types: each fault is named with its path, what stands there, and what may stand there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from coterie.kit.errors import Invalid
from coterie.kit.typed import MOST, Above, Id, Number, Share, Text, Whole, Words, Yes, read


@dataclass(frozen=True, slots=True)
class Part:
    id: Id
    many: Whole = 0


@dataclass(frozen=True, slots=True)
class Paper:
    parts: tuple[Part, ...] = ()
    number: Number = 0.0
    above: Above = 1.0
    share: Share = 0.0
    yes: Yes = False
    text: Text = ""
    words: Words = ""
    by_name: Mapping[Text, list[Number]] = field(default_factory=dict)


def test_what_is_right_is_read_and_what_is_not_known_is_left() -> None:
    given = {"parts": [{"id": "a", "many": 3, "more": 1}], "number": 2, "by_name": {"x": [1, 2.5]}}
    found = read(Paper, given, "the paper", "no_paper")
    assert found == Paper((Part("a", 3),), 2.0, by_name={"x": [1.0, 2.5]})


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (7, "The paper is 7; it must be an object."),
        ({"parts": None}, "`parts` of the paper is null; it must be a list."),
        ({"parts": {}}, "`parts` of the paper is an object; it must be a list."),
        ({"parts": [{}]}, "`parts[0].id` of the paper is missing."),
        ({"parts": [{"id": ""}]}, "`parts[0].id` of the paper is ''; it must be a text of at least 1 letter."),
        ({"parts": [{"id": "a"}, {"id": "b", "many": 1.5}]}, "`parts[1].many` of the paper is 1.5; it must be a whole number."),
        ({"parts": [{"id": "a", "many": True}]}, "`parts[0].many` of the paper is true; it must be a whole number."),
        ({"number": float("nan")}, "`number` of the paper is no finite number; it must be a finite number."),
        ({"number": 10**400}, "`number` of the paper is a number beyond all measure; it must be a number."),
        ({"number": -1}, "`number` of the paper is -1; it must be a number from 0 on."),
        ({"number": 2 * MOST}, "`number` of the paper is 2000000000000000.0; it must be a number up to 1e+15."),
        ({"above": 0}, "`above` of the paper is 0; it must be a number above 0."),
        ({"share": 1.5}, "`share` of the paper is 1.5; it must be a number up to 1."),
        ({"yes": "no"}, "`yes` of the paper is 'no'; it must be true or false."),
        ({"text": []}, "`text` of the paper is a list; it must be a text."),
        ({"text": "\ud800"}, r"`text` of the paper is '\ud800'; it must be a text of whole characters."),
        ({"by_name": {"x": [0, "y"]}}, "`by_name.x[1]` of the paper is 'y'; it must be a number."),
        ({"by_name": []}, "`by_name` of the paper is a list; it must be an object."),
    ],
)  # fmt: skip
def test_a_fault_is_named(given: Any, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(Paper, given, "the paper", "no_paper")
    assert refused.value.sentence == sentence
    assert refused.value.code == "no_paper"
    assert refused.value.sentence.encode()


def test_a_name_that_no_encoding_has_is_refused_in_words_that_have_one() -> None:
    with pytest.raises(Invalid, match="whole characters") as refused:
        read(Paper, {"by_name": {"a\ud800": [1]}}, "the paper", "no_paper")
    assert refused.value.sentence.encode()
