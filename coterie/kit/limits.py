"""How often somebody may do something: a bucket of tokens per key, in the memory of one process."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import ClassVar

from coterie.kit.errors import Refused

MOST_KEYS = 100_000


class TooMany(Refused):
    """Too often: the same may be tried again in `retry_after_s`."""

    status: ClassVar[int] = 429

    def __init__(self, sentence: str, retry_after_s: int) -> None:
        super().__init__(sentence, "too_many")
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `burst` at once, and one more every `every_s` seconds."""

    burst: int
    every_s: float


@dataclass(slots=True)
class Bucket:
    left: float
    at: datetime


class Limit:
    """One rule for many keys (browsers, addresses of the network). A full bucket needs no memory."""

    def __init__(self, rate: Rate, sentence: str) -> None:
        self.rate = rate
        self.sentence = sentence
        self.buckets: dict[str, Bucket] = {}

    def take(self, key: str, now: datetime) -> None:
        """Take one token of this key's bucket, or refuse and say when there is one again."""
        bucket = self.refilled(key, now)
        if bucket.left < 1:
            raise TooMany(self.sentence, ceil((1 - bucket.left) * self.rate.every_s))
        bucket.left -= 1

    def refilled(self, key: str, now: datetime) -> Bucket:
        bucket = self.buckets.get(key)
        if bucket is None:
            self.make_room(now)
            bucket = self.buckets[key] = Bucket(self.rate.burst, now)
        bucket.left = self.left(bucket, now)
        bucket.at = now
        return bucket

    def left(self, bucket: Bucket, now: datetime) -> float:
        gained = max((now - bucket.at).total_seconds(), 0) / self.rate.every_s
        return min(self.rate.burst, bucket.left + gained)

    def make_room(self, now: datetime) -> None:
        """Forget who has a full bucket; if nobody has, the oldest, so that memory stays bounded."""
        if len(self.buckets) < MOST_KEYS:
            return
        full = [k for k, b in self.buckets.items() if self.left(b, now) >= self.rate.burst]
        for key in full or list(self.buckets)[: MOST_KEYS // 10]:
            del self.buckets[key]


class NetworkLimit(Limit):
    """A rule for addresses of the network."""

    def take(self, key: str, now: datetime) -> None:
        super().take(network_of(key), now)


def network_of(address: str) -> str:
    """Whose address it is, as far as can be told: of IPv6 a household has 2**64, and they count as one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return parsed.exploded[: len("2001:0db8:0000:0000")]
