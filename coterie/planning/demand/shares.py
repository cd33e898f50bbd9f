"""Who has which share of the whole: counts, drawn towards what is usual where there are few. Top-down, so that parts add up.

The mean of a Dirichlet distribution (Good 1965): a prior of so many contacts, spread as the whole is.
"""

from typing import Final

import numpy as np

from coterie.planning.demand.model import Floats

COMMUNITY_PRIOR: Final = 50.0
"""Contacts for each community that its customers are worth as evidence."""
TOPIC_PRIOR: Final = 30.0
"""Contacts for each community that the topics of all communities are worth."""


def community_shares(contacts: Floats, customers: Floats) -> Floats:
    """The share of each community, of its `contacts` in the history and its `customers`; by customers alone where it names no areas.

    Without either all are alike. The shares add up to 1.
    """
    number = len(contacts)
    prior = customers / customers.sum() if customers.sum() else np.full(number, 1 / number)
    found = contacts + COMMUNITY_PRIOR * number * prior
    return np.asarray(found / found.sum())


def topic_shares(contacts: Floats) -> Floats:
    """For each community (rows of `contacts`) the share of each topic (columns); each row adds up to 1."""
    pooled = contacts.sum(axis=0)
    if not pooled.sum():
        return np.full(contacts.shape, 1 / contacts.shape[1])
    found = contacts + TOPIC_PRIOR * pooled / pooled.sum()
    return np.asarray(found / found.sum(axis=1, keepdims=True))
