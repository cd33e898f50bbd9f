"""Which passwords are taken, and how they are kept."""

import pytest

from coterie.kit.access.passwords import checked_password, hash_password, matches
from coterie.kit.errors import Invalid


@pytest.mark.parametrize(
    "password",
    ["brisk otter lantern", "vK8#pz!qLw2m", "kangaroo-teapot-91", "Zug um Zug nach Wien", "東京の夜は静かに更けていく"],
)  # fmt: skip
def test_a_password_that_is_hard_to_guess_is_taken(password: str) -> None:
    assert checked_password(password, "Ana Ruiz", "ana@example.org") == password


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "at least 10"),
        ("x" * 201, "at most 200"),
        ("password123", "first passwords"),
        ("P@ssw0rd2024!", "first passwords"),
        ("1234567890", "first passwords"),
        ("aaaaaaaaaaaa", "first passwords"),
        ("abcdefghijkl", "first passwords"),
        ("qwertyuiop12", "first passwords"),
        ("Sydney2026!!", "first passwords"),
        ("anaruiz@example.org", "first passwords"),
        ("ruizruizruiz1", "first passwords"),
    ],
)
def test_a_password_that_anybody_would_try_is_refused(password: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        checked_password(password, "Ana Ruiz", "anaruiz@example.org")


async def test_a_password_is_kept_as_argon2id_and_known_again() -> None:
    kept = await hash_password("brisk otter lantern")
    assert kept.startswith("$argon2id$")
    assert await matches(kept, "brisk otter lantern")
    assert not await matches(kept, "brisk otter lanterns")
    assert not await matches(None, "nobody has this password")
    assert not await matches("no hash at all", "brisk otter lantern")


async def test_half_a_letter_is_a_wrong_password_and_no_fault_of_ours() -> None:
    """A form that names its own letters can bring one."""
    kept = await hash_password("brisk otter lantern")
    assert not await matches(kept, "brisk otter \ud800")
    assert await matches(await hash_password("brisk otter \ud800"), "brisk otter \ud800")
