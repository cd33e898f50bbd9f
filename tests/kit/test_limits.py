"""How often somebody may do something."""

from datetime import UTC, datetime, timedelta

import pytest

from coterie.kit import limits
from coterie.kit.limits import Limit, NetworkLimit, Rate, TooMany

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_burst_passes_and_the_next_one_learns_when_to_come_back() -> None:
    limit = Limit(Rate(burst=3, every_s=10), "Too fast.")
    for _ in range(3):
        limit.take("li", NOON)
    with pytest.raises(TooMany) as refused:
        limit.take("li", NOON + timedelta(seconds=4))
    assert refused.value.status == 429
    assert refused.value.retry_after_s == 6
    limit.take("li", NOON + timedelta(seconds=10))


def test_one_key_takes_nothing_from_another() -> None:
    limit = Limit(Rate(burst=1, every_s=10), "Too fast.")
    limit.take("li", NOON)
    limit.take("ana", NOON)


def test_a_refusal_costs_nothing_and_a_clock_that_goes_back_gives_nothing() -> None:
    limit = Limit(Rate(burst=1, every_s=10), "Too fast.")
    limit.take("li", NOON)
    for _ in range(5):
        with pytest.raises(TooMany):
            limit.take("li", NOON - timedelta(hours=1))
    limit.take("li", NOON - timedelta(hours=1) + timedelta(seconds=10))


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEYS", 20)
    limit = Limit(Rate(burst=1, every_s=10), "Too fast.")
    for number in range(500):
        limit.take(str(number), NOON)
    assert len(limit.buckets) <= 20


def test_somebody_with_a_whole_network_of_addresses_is_slowed_down_as_one() -> None:
    """A household holds 2**64 addresses of IPv6."""
    limit = NetworkLimit(Rate(burst=1, every_s=10), "Too fast.")
    limit.take("2001:db8::1", NOON)
    with pytest.raises(TooMany):
        limit.take("2001:0db8:0:0:ffff::2", NOON)
    for other in ("2001:db8:0:1::1", "192.0.2.1", "192.0.2.2", "unknown", ""):
        limit.take(other, NOON)
    with pytest.raises(TooMany):
        limit.take("::ffff:192.0.2.1", NOON)
