"""Texts as others give them."""


def is_storable(text: str) -> bool:
    """Whether a database and a page can hold it: no null character, no half of a surrogate pair."""
    try:
        return b"\x00" not in text.encode()
    except UnicodeEncodeError:
        return False
