"""Ids of the model: UUIDs of version 7 (RFC 9562), as text, so that they sort by the time of their making."""

import os
import re
import time

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def new_id() -> str:
    """A fresh id: 48 bits of Unix milliseconds, then 74 random bits."""
    raw = (time.time_ns() // 1_000_000).to_bytes(6, "big") + os.urandom(10)
    digits = raw.hex()
    variant = "89ab"[raw[8] & 3]
    return f"{digits[:8]}-{digits[8:12]}-7{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def is_id(given: str) -> bool:
    """Whether it is written as an id: what comes from an address may be anything."""
    return ID.fullmatch(given) is not None
