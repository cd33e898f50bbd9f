"""The word of a host site on who its visitor is: a short JSON Web Token that its server signs with the site's secret.

Checked: HS256 and nothing else, the signature, `sub` (the customer's ref), `iat` not in the future, `exp` at most ten
minutes after `iat` and not past. Clocks may differ by half a minute.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from coterie.kit.errors import Invalid
from coterie.kit.texts import is_storable

LONGEST_LIFE = timedelta(minutes=10)
CLOCKS_DIFFER = timedelta(seconds=30)
LONGEST_TOKEN = 4_096
LONGEST_CLAIM = 320


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who the host site says this is."""

    ref: str
    name: str
    email: str | None
    area: str | None


def visitor_of(token: str, secret: str, now: datetime) -> Visitor:
    """The visitor that a token names. Raises Invalid, in words for whoever sets up the site."""
    claims = signed_claims(token, secret)
    begins, ends = moment(claims, "iat"), moment(claims, "exp")
    if ends - begins > LONGEST_LIFE:
        raise refused("it may be good for ten minutes at most")
    if begins - CLOCKS_DIFFER > now:
        raise refused("it begins in the future")
    if ends + CLOCKS_DIFFER < now:
        raise refused("it has ended")
    ref = text_claim(claims, "sub")
    if not ref:
        raise refused("it names nobody: `sub` is missing")
    return Visitor(
        ref,
        text_claim(claims, "name"),
        text_claim(claims, "email") or None,
        text_claim(claims, "area") or None,
    )


def sign(secret: str, now: datetime, life: timedelta = LONGEST_LIFE, **claims: str) -> str:
    """A token as a host site's server makes one."""
    times = {"iat": int(now.timestamp()), "exp": int((now + life).timestamp())}
    return jwt.encode({**claims, **times}, secret, algorithm="HS256")


def signed_claims(token: str, secret: str) -> dict[str, Any]:
    """The claims under a right signature. Times are ours to check, since the clock is an argument."""
    if len(token) > LONGEST_TOKEN:
        raise refused("it is too long")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            options={
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_aud": False,
            },
        )
    except jwt.InvalidTokenError as error:
        raise refused("it is not signed with this site's secret by HS256") from error
    return claims


def moment(claims: dict[str, Any], name: str) -> datetime:
    at = claims.get(name)
    if isinstance(at, bool) or not isinstance(at, int | float) or at < 0:
        raise refused(f"`{name}` is missing or not a number of seconds since 1970")
    try:
        return datetime.fromtimestamp(at, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise refused(f"`{name}` is no time") from error


def text_claim(claims: dict[str, Any], name: str) -> str:
    claim = claims.get(name, "")
    if not isinstance(claim, str) or len(claim) > LONGEST_CLAIM or not is_storable(claim):
        raise refused(f"`{name}` is not a text of at most {LONGEST_CLAIM} characters")
    return claim.strip()


def refused(why: str) -> Invalid:
    return Invalid(f"The host site's token can't be used: {why}.", "bad_token", field="token")
