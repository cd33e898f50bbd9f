"""What runs live on lists and what is compiled for arrays is one policy."""

import json

import numpy
from hypothesis import given, settings

from coterie.routing import compiled, policy
from coterie.routing.model import Situation, unpack
from coterie.routing.policy import Contact, Experts
from tests.routing.test_policy import decided, situations


@settings(max_examples=400)
@given(situations())
def test_lists_and_arrays_decide_alike(situation: tuple[Contact, Experts]) -> None:
    """Index, reason and every candidate's code, over all situations that the rules are tested with."""
    contact, experts = situation
    codes = numpy.zeros(len(experts.present), numpy.int8)
    index, reason = compiled.decide(contact, compiled.arrays(experts), codes)
    assert (index, reason, codes.tolist()) == decided(contact, experts)


@given(situations())
def test_what_is_stored_is_what_was_seen(situation: tuple[Contact, Experts]) -> None:
    contact, experts = situation
    ids = [str(place) for place in range(len(experts.present))]
    seen = Situation(contact, ids, experts)
    assert unpack(json.loads(json.dumps(seen.packed()))) == seen


def test_an_older_situation_is_decided_as_it_was() -> None:
    """What version 1 stored knows nothing of calls, holds, warm-up and ratings: nobody was ruled out by them."""
    old = {
        "contact": [-1, 0, 1], "ids": ["a", "b"], "present": [0, 1], "on_shift": [1, 1],
        "seat": [1, 1], "speaks": [1, 1], "skill": [0, 3], "load": [0.0, 1.1],
        "capacity": [4.0, 4.0], "idle_s": [1e9, 12.5],
    }  # fmt: skip
    seen = unpack(old)
    assert decided(seen.contact, seen.experts) == (1, policy.COVER, [policy.ABSENT, 0])
