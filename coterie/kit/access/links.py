"""Links that let somebody choose a password, and the code that opens a new house. Nothing of them is stored.

A link is signed, ends by itself, and is worth nothing once the password has changed: so it works once.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from coterie.kit.access.accounts import Account, account
from coterie.kit.db import Tx
from coterie.kit.errors import Refused

INVITATION = timedelta(days=7)
RESET = timedelta(hours=1)


class LinkEnded(Refused):
    """The link is too old, was used, or never was one."""

    def __init__(self) -> None:
        super().__init__("This link has been used or is too old. Ask for a new one.", "link_ended")


@dataclass(frozen=True, slots=True)
class Links:
    """What signs: the secret of the house."""

    secret: str

    def choose_password(self, found: Account, until: datetime) -> str:
        """What stands in a link with which this account may choose a password."""
        claim = [found.id, int(until.timestamp()), self.state_of(found)]
        return self.serializer().dumps(claim)

    async def account_of(self, tx: Tx, now: datetime, link: str) -> Account:
        """Whose link it is, where it is still good."""
        try:
            account_id, until, state = self.serializer().loads(link)
        except (BadData, ValueError, TypeError):
            raise LinkEnded from None
        found = await account(tx, account_id)
        if found is None or found.closed_at or now.timestamp() > until:
            raise LinkEnded
        if not hmac.compare_digest(state, self.state_of(found)):
            raise LinkEnded
        return found

    def setup_code(self) -> str:
        """The code that `serve` prints while there is no account: three groups of four."""
        letters = base64.b32encode(self.signed(b"setup")).decode()
        return "-".join(letters[at : at + 4] for at in (0, 4, 8))

    def is_setup_code(self, given: str) -> bool:
        plain = given.upper().replace(" ", "").replace("-", "")
        return hmac.compare_digest(plain.encode(), self.setup_code().replace("-", "").encode())

    def csrf(self, session: bytes) -> str:
        """The token that forms of this session carry."""
        return self.signed(b"csrf" + session).hex()[:40]

    def state_of(self, found: Account) -> str:
        """A fingerprint of the password in force: a link dies with it."""
        return self.signed(f"{found.id} {found.email} {found.password_hash}".encode()).hex()[:24]

    def signed(self, what: bytes) -> bytes:
        return hmac.digest(self.secret.encode(), what, sha256)

    def serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt="choose a password")
