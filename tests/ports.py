"""Ports for servers that the tests start."""

import random
import socket

QUIET = range(15_000, 32_000)
"""Below those that the system gives to whoever connects: one that is given up for a moment is still free afterwards."""


def free_port() -> int:
    """A port that nothing listens on, and that nobody is given by chance."""
    while True:
        port = random.SystemRandom().choice(QUIET)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
