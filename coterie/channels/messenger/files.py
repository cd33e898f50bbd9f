"""Files that a customer adds: a few kinds, ten megabytes each, and what they say they are."""

from collections.abc import Mapping
from datetime import timedelta

from coterie.channels.messenger.door import TooLarge
from coterie.kit.errors import Invalid

MOST_BYTES = 10_000_000
MOST_FILES = 10
MOST_UNSENT = 30
KEPT_UNSENT = timedelta(days=1)
LONGEST_NAME = 200

OFFICE = "application/vnd.openxmlformats-officedocument"
STARTS: Mapping[str, tuple[bytes, ...]] = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
    "image/heic": (),
    "application/pdf": (b"%PDF-",),
    "text/plain": (),
    "text/csv": (),
    f"{OFFICE}.wordprocessingml.document": (b"PK",),
    f"{OFFICE}.spreadsheetml.sheet": (b"PK",),
}
"""Kinds that we take, and how their content begins where that can be told."""


def checked_type(given: str) -> str:
    """The media type without its parameters. Raises Invalid for a kind that we don't take."""
    media_type = given.partition(";")[0].strip().lower()
    if media_type not in STARTS:
        raise Invalid(
            "We can't take this kind of file. Photos, PDF, text and office files are fine.",
            "file_type",
            field="type",
        )
    return media_type


def checked_name(given: str) -> str:
    """A name without a path or control characters."""
    last = given.replace("\\", "/").rpartition("/")[2]
    kept = "".join(each for each in last if each.isprintable()).strip()
    return kept[-LONGEST_NAME:] or "file"


def checked_content(content: bytes, name: str, media_type: str) -> bytes:
    """Raises Invalid for nothing, and for content that is not what it says."""
    if not content:
        raise Invalid(f"{name} is empty.", "file_empty", field="file")
    starts = STARTS[media_type]
    if starts and not content.startswith(starts):
        raise Invalid(f"{name} is not what its kind says.", "file_content", field="file")
    return content


def too_large() -> TooLarge:
    return TooLarge("A file has at most 10 MB.", "file_too_large")
