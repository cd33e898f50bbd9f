"""How often a browser, and an address of the network, may do what."""

from dataclasses import dataclass, field

from coterie.kit.limits import Limit, Rate


def slowly(burst: int, every_s: float, what: str) -> Limit:
    return Limit(Rate(burst, every_s), f"{what} Wait a moment, then try again.")


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one process. An office behind one address holds many people, so addresses get more than browsers."""

    browsers: Limit = field(default_factory=lambda: slowly(60, 5, "Too many new browsers here."))
    calls: Limit = field(default_factory=lambda: slowly(120, 0.25, "That was too fast."))
    messages: Limit = field(default_factory=lambda: slowly(20, 1.5, "That was too fast."))
    files: Limit = field(default_factory=lambda: slowly(20, 6, "That's a lot of files."))
    codes: Limit = field(default_factory=lambda: slowly(20, 30, "That's a lot of codes."))
