"""Shares add up to the whole, and few contacts say little."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coterie.planning.demand.shares import community_shares, topic_shares

counts = st.lists(st.floats(0, 1e6), min_size=1, max_size=8)


@given(counts, st.data())
def test_shares_add_up_and_none_is_lost(contacts: list[float], data: st.DataObject) -> None:
    customers = data.draw(st.lists(st.floats(0, 1e6), min_size=len(contacts), max_size=len(contacts)))  # fmt: skip
    found = community_shares(np.array(contacts), np.array(customers))
    assert np.isclose(found.sum(), 1) and (found >= 0).all()


@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 2**16))
def test_topics_of_each_community_add_up(communities: int, topics: int, seed: int) -> None:
    found = topic_shares(np.random.default_rng(seed).poisson(3, (communities, topics)).astype(float))  # fmt: skip
    assert np.allclose(found.sum(axis=1), 1)


def test_without_contacts_customers_decide_and_with_many_they_hardly_do() -> None:
    customers = np.array([300.0, 100.0])
    assert community_shares(np.zeros(2), customers).tolist() == [0.75, 0.25]
    assert np.allclose(community_shares(np.array([2e5, 6e5]), customers), [0.25, 0.75], atol=1e-3)
    assert community_shares(np.zeros(2), np.zeros(2)).tolist() == [0.5, 0.5]


def test_a_community_with_few_contacts_has_the_topics_of_all() -> None:
    found = topic_shares(np.array([[9000.0, 1000.0], [0.0, 1.0], [0.0, 0.0]]))
    assert np.allclose(found[0], [0.9, 0.1], atol=0.001)
    assert found[1][0] > 0.8
    assert np.allclose(found[2], [9000 / 10001, 1001 / 10001])
