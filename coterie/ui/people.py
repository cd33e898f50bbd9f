"""How a person looks before we have a picture: two initials on one of eight quiet tints."""

from functools import lru_cache
from zlib import crc32

TINTS = 8


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    first, last = words[0][0], words[-1][0] if len(words) > 1 else ""
    return (first + last).upper()


@lru_cache(maxsize=4096)
def tint(person_id: object) -> int:
    """1 to 8, the same for one person on every screen and after every restart."""
    return crc32(str(person_id).encode()) % TINTS + 1
