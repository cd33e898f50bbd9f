"""Sites that may embed the messenger: opened and changed by an administrator, checked at every request."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from coterie.channels.messenger import queries
from coterie.channels.messenger.model import Site
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound

USUAL_PORTS = {"http": 80, "https": 443}
KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def open_site(tx: Tx, now: datetime, name: str, origins: Sequence[str]) -> Site:
    """Let a site embed the messenger. The key stands in its pages; the secret never leaves its server."""
    site = Site(
        key=secrets.token_urlsafe(9),
        name=checked_name(name),
        secret=secrets.token_urlsafe(32),
        origins=normal_origins(origins),
        created_at=now,
        closed_at=None,
    )
    await queries.add_site(tx, site)
    return site


async def change_site(tx: Tx, key: str, name: str, origins: Sequence[str]) -> None:
    if not await queries.change_site(tx, key, checked_name(name), normal_origins(origins)):
        raise NotFound("There is no such site.")


async def close_site(tx: Tx, now: datetime, key: str) -> None:
    """The messenger disappears from the site; what was written stays."""
    if not await queries.close_site(tx, now, key):
        raise NotFound("There is no such site.")


def checked_name(name: str) -> str:
    kept = " ".join(name.split())
    if not 1 <= len(kept) <= 100:
        raise Invalid("A site has a name of at most 100 characters.", field="name")
    return kept


def normal_origins(origins: Sequence[str]) -> list[str]:
    return sorted({normal_origin(origin) for origin in origins})


def normal_origin(text: str) -> str:
    """An origin as browsers send it: scheme, host in lower case, a port only where it isn't the usual one."""
    wrong = Invalid(
        f"{text[:80]!r} is not an origin. Write it like https://www.example.org.", field="origins"
    )
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise wrong from error
    rest = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in USUAL_PORTS or not parts.hostname or rest:
        raise wrong
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (
        f":{port}" if port not in (None, USUAL_PORTS[parts.scheme]) else ""
    )
