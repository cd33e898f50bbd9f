"""Plans as files: one that comes in is read with care, one that goes out is as the commands write it."""

import gzip
import json
import re
import zlib
from io import BytesIO
from typing import Any

from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan, as_json, read_plan
from coterie.planning.trial.known import known_of

MOST_BYTES = 40_000_000
MOST_AREAS = 20_000


def read_upload(content: bytes) -> Plan:
    """The plan of a file, gzipped or not. Raises `Invalid`, in words, for whatever a page could not show."""
    return checked(read_json(unpacked(content)))


def unpacked(content: bytes) -> bytes:
    """No more of it than a plan may have, however small it came."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as file:
            found = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid("This file says that it is gzipped, but is damaged.", "broken_file", "file") from error  # fmt: skip
    if len(found) > MOST_BYTES:
        raise Invalid(f"Unpacked it has more than the {MOST_BYTES // 1_000_000} MB that a plan may have.", "too_large", "file")  # fmt: skip
    return found


def read_json(content: bytes) -> Any:
    if not content.strip():
        raise Invalid("Choose a file: this one is empty.", "empty", "file")
    try:
        text = content.decode()
        if re.search(r"\\u0000", text) or "\x00" in text:
            raise Invalid("The file holds a character that no database keeps (U+0000).", "no_plan", "file")  # fmt: skip
        return json.loads(text, parse_constant=no_number)
    except ValueError as error:
        raise Invalid(f"This file is no JSON: {error}.", "broken_file", "file") from error
    except RecursionError as error:
        raise Invalid("This file is nested deeper than any plan.", "broken_file", "file") from error


def no_number(word: str) -> Any:
    raise Invalid(f"The file says {word} where a number belongs.", "no_plan", "file")


def checked(document: Any) -> Plan:
    """The plan of a document, looked at as closely as pages need."""
    plan = read_plan(document)
    if not plan.communities or not plan.areas:
        raise Invalid("This plan has no communities, or no areas.", "no_plan", "communities")
    if len(plan.areas) > MOST_AREAS:
        raise Invalid(f"This plan has {len(plan.areas):,} areas; pages show up to {MOST_AREAS:,}.", "too_many_areas", "areas")  # fmt: skip
    known_of(plan)
    return plan


def packed(plan: Plan) -> bytes:
    """The file to download, as the commands write it."""
    return (json.dumps(as_json(plan), ensure_ascii=False, indent=1) + "\n").encode()
