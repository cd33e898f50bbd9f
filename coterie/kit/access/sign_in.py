"""Signing in, choosing a password, and what ends when it changes."""

from datetime import datetime

from coterie.kit.access.accounts import Account, account_of_email, is_in_force
from coterie.kit.access.audit import audit
from coterie.kit.access.gate import Gate
from coterie.kit.access.links import INVITATION, RESET
from coterie.kit.access.passwords import checked_password, hash_password, matches
from coterie.kit.access.sessions import begin_session, end_sessions
from coterie.kit.db import Tx, execute, transaction
from coterie.kit.errors import Invalid, Refused
from coterie.kit.outbox import queue_mail


async def sign_in(gate: Gate, email: str, password: str, network: str, agent: str) -> str:
    """The secret of a new session. Whether the address or the password was wrong, nobody learns."""
    now = gate.clock()
    gate.tries_by_network.take(network, now)
    gate.tries_by_address.take(email.strip().casefold()[:320], now)
    async with transaction(gate.pool) as tx:
        found = await account_of_email(tx, email)
    right = await matches(found.password_hash if found else None, password)
    async with transaction(gate.pool) as tx:
        if found is None or not right or not await is_in_force(tx, found):
            raise Invalid("That address and password do not belong together.", "wrong_password")
        return await begin_session(tx, now, found.id, agent)


async def choose_password(tx: Tx, now: datetime, found: Account, password_hash: str) -> None:
    """Set a new password in place of the one that was found. Every session of the account ends."""
    if not await is_in_force(tx, found):
        raise Refused("The password was changed meanwhile. Begin again.", "changed_meanwhile")
    await execute(
        tx, "UPDATE accounts SET password_hash = %s WHERE id = %s", [password_hash, found.id]
    )
    await end_sessions(tx, found.id)
    await audit(tx, now, found.id, "choose_password", "account", found.id)


async def new_hash(password: str, found: Account) -> str:
    """The hash of a password that is fit for this account."""
    return await hash_password(checked_password(password, found.name, found.email))


def invitation(gate: Gate, found: Account, public_url: str) -> str:
    """The link that a new colleague gets."""
    link = gate.links.choose_password(found, gate.clock() + INVITATION)
    return f"{public_url}/password/{link}"


async def mail_reset(gate: Gate, email: str, network: str, public_url: str) -> None:
    """Mail a link to the account of this address, if there is one; nobody learns whether there is."""
    now = gate.clock()
    gate.tries_by_network.take(network, now)
    gate.tries_by_address.take(f"reset {email.strip().casefold()[:320]}", now)
    async with transaction(gate.pool) as tx:
        found = await account_of_email(tx, email)
        if found is None or found.closed_at:
            return
        link = gate.links.choose_password(found, now + RESET)
        body = RESET_MAIL.format(name=found.name, url=f"{public_url}/password/{link}")
        await queue_mail(tx, now, found.email, "Choose a new password", body)


RESET_MAIL = """\
Hello {name},

somebody, probably you, asked for a new password for Coterie. Choose one here within the next hour:

{url}

If it was not you, ignore this mail: your password stays as it is.
"""
