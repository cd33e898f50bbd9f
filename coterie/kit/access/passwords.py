"""Passwords: long enough, not among the first that anybody would try, kept as argon2id and nothing else.

Hashing takes tens of milliseconds and 19 MiB, so it runs beside the event loop and never more than twice at a time.
"""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from coterie.kit.errors import Invalid

T = TypeVar("T")

SHORTEST, LONGEST = 10, 200
# What OWASP recommends for argon2id where memory is shared with other work.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
BESIDE = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")

# What leaked lists begin with, without the digits and signs that people add to them.
COMMON = [
    "password",
    "passwort",
    "passwd",
    "qwertyuiop",
    "qwerty",
    "azerty",
    "qwertz",
    "asdfghjkl",
    "asdfgh",
    "zxcvbnm",
    "iloveyou",
    "letmein",
    "welcome",
    "administrator",
    "admin",
    "login",
    "princess",
    "sunshine",
    "football",
    "baseball",
    "basketball",
    "superman",
    "batman",
    "starwars",
    "pokemon",
    "dragon",
    "monkey",
    "shadow",
    "master",
    "michael",
    "jennifer",
    "jordan",
    "computer",
    "internet",
    "samsung",
    "liverpool",
    "chelsea",
    "arsenal",
    "australia",
    "sydney",
    "melbourne",
    "summer",
    "winter",
    "spring",
    "autumn",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "secret",
    "changeme",
    "default",
    "trustno",
    "whatever",
    "freedom",
    "mustang",
    "access",
    "company",
    "coterie",
    "abcdefghij",
    "abcdef",
    "abc",
]
LEET = str.maketrans("013457@$!", "oieastasi")


async def hash_password(password: str) -> str:
    return await beside(lambda: HASHER.hash(as_bytes(password)))


async def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. It takes as long where there is none, so that time tells nothing."""
    return await beside(lambda: verified(password_hash, password))


async def beside(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(BESIDE, work)


def verified(password_hash: str | None, password: str) -> bool:
    try:
        HASHER.verify(password_hash or nobodys_hash(), as_bytes(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def as_bytes(password: str) -> bytes:
    """In UTF-8, also what is no text: a form may say in which letters it is written, and half of one may come out."""
    return password.encode("utf-8", "surrogatepass")


@cache
def nobodys_hash() -> str:
    return HASHER.hash("nobody has this password")


def checked_password(password: str, *about: str) -> str:
    """The password, where it is hard to guess. `about` are words that others know: name, address."""
    if len(password) < SHORTEST:
        raise Invalid(f"A password needs at least {SHORTEST} characters.", field="password")
    if len(password) > LONGEST:
        raise Invalid(f"A password has at most {LONGEST} characters.", field="password")
    if is_guessable(password, about):
        raise Invalid(
            "That is among the first passwords anybody would try. Three unrelated words are better.",
            field="password",
        )
    return password


def is_guessable(password: str, about: tuple[str, ...] = ()) -> bool:
    """Whether little is left once what everybody tries is taken out."""
    plain = password.casefold()
    known = {word for text in about for word in re.findall(r"\w{3,}", text.casefold())}
    return any(
        is_little(without(spelled, [*COMMON, *known])) for spelled in (plain, plain.translate(LEET))
    )


def without(text: str, words: list[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return text


def is_little(rest: str) -> bool:
    """Too few letters to carry a secret, a repeat, or a run such as 1234567890."""
    if len(set(rest)) < 5:
        return True
    letters = [c for c in rest if c.isalpha()]
    steps = [ord(b) - ord(a) for a, b in pairwise(rest)]
    in_runs = sum(step in (-1, 0, 1) for step in steps)
    return in_runs >= 0.7 * len(steps) or (len(letters) < 3 and rest.isdigit() and len(rest) < 12)
