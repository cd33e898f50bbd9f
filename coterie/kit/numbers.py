"""Numbers as an address, a form or a header carries them: what stands there may be anything, of any length."""

LONGEST = 18  # digits: what a bigint holds; Python itself refuses to read some thousands


def whole(given: str, most: int = 10**LONGEST) -> int | None:
    """The number from 0 to `most` that this is; None where it is none."""
    if not given.isdecimal() or len(given) > LONGEST:
        return None
    number = int(given)
    return number if number <= most else None
