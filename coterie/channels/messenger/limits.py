"""How often a browser, and an address of the network, may do what."""

from dataclasses import dataclass, field

from coterie.kit.limits import Limit, NetworkLimit, Rate


def slowly(burst: int, every_s: float, what: str) -> Limit:
    return Limit(Rate(burst, every_s), said(what))


def slowly_from(burst: int, every_s: float, what: str) -> NetworkLimit:
    """For addresses of the network, of which a household with IPv6 has more than anybody can count."""
    return NetworkLimit(Rate(burst, every_s), said(what))


def said(what: str) -> str:
    return f"{what} Wait a moment, then try again."


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one process. An office behind one address holds many people, so addresses get more than browsers."""

    browsers: NetworkLimit = field(
        default_factory=lambda: slowly_from(60, 5, "Too many new browsers here.")
    )
    calls: Limit = field(default_factory=lambda: slowly(120, 0.25, "That was too fast."))
    messages: Limit = field(default_factory=lambda: slowly(20, 1.5, "That was too fast."))
    files: Limit = field(default_factory=lambda: slowly(20, 6, "That's a lot of files."))
    codes: NetworkLimit = field(
        default_factory=lambda: slowly_from(20, 30, "That's a lot of codes.")
    )
