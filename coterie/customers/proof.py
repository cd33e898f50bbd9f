"""Rule 17, proved identity: who a writer is, by a code sent to an address or by the word of the host site.

Until then a writer is known by their browser alone. Proving never merges anything: the browser goes on in the thread
of whoever the address belongs to, and what it wrote before stays where it is, linked by the event `identity_proved`: a
browser may be a family's. Who is sure that it was the same person merges the two by hand (`merging.py`).
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from coterie.customers import merge_queries, proof_queries, queries, rules
from coterie.customers.actions import register
from coterie.customers.model import Address, Customer, Newcomer
from coterie.kit.db import Tx
from coterie.kit.errors import Refused
from coterie.kit.events import emit, hold
from coterie.kit.ids import new_id
from coterie.kit.limits import TooMany
from coterie.kit.outbox import queue_mail

LIFE = timedelta(minutes=10)
TRIES = 5
CODES_AN_HOUR = 5
HOUR = timedelta(hours=1)
KEPT_CODES = timedelta(days=1)
"""So long after its end a code is kept, for whoever asks why one was refused."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Who the writer is now. `earlier_id` is the customer as whom they wrote until then, where that was another."""

    customer_id: str
    earlier_id: str | None = None


async def send_code(
    tx: Tx, now: datetime, secret: str, browser_id: str, email: str, sender: str
) -> None:
    """Send a code to an address. The same happens whether anybody is known by it or not."""
    address = email_address(email)
    await proof_queries.hold_address(tx, address)
    if await proof_queries.codes_since(tx, browser_id, address, now - HOUR) >= CODES_AN_HOUR:
        raise TooMany(
            "That's enough codes for now. Try again in an hour.", int(HOUR.total_seconds())
        )
    code_id, code = new_id(), f"{secrets.randbelow(1_000_000):06}"
    hash_ = code_hash(secret, code_id, code)
    await proof_queries.add_code(tx, now, browser_id, address, code_id, hash_, now + LIFE)
    await keep_typed(tx, now, browser_id, address)
    await queue_mail(
        tx, now, address.value, f"{code} is your code for {sender}", mail_text(code, sender)
    )


def email_address(email: str) -> Address:
    return Address("email", rules.normal("email", email))


async def keep_typed(tx: Tx, now: datetime, browser_id: str, address: Address) -> None:
    """Show the experts what the writer typed, in the browser's own scope: it proves nothing."""
    own = await queries.customer_of(tx, Address("messenger", browser_id))
    if own is not None:
        typed = Address(address.kind, address.value, scope=browser_id)
        await queries.add_identity(tx, now, own.id, typed)


def mail_text(code: str, sender: str) -> str:
    minutes = int(LIFE.total_seconds() // 60)
    return (
        f"Your code for {sender}: {code}\n\n"
        f"Type it where you asked for it. It is good for {minutes} minutes.\n"
        "If you didn't ask for it, you can forget this mail: nobody gets anywhere without the code.\n"
    )


async def check_code(
    tx: Tx, now: datetime, secret: str, browser_id: str, code: str
) -> Address | Refused:
    """The address that this code proves, or why it proves none.

    A refusal is an answer and not raised, since the wrong try must be counted: commit after it.
    """
    sent = await proof_queries.last_code(tx, browser_id)
    if sent is None or sent.ends_at <= now or sent.tries >= TRIES:
        return Refused("This code is no longer good. Ask for a new one.", "code_ended")
    given = code_hash(secret, sent.id, "".join(code.split()))
    if not hmac.compare_digest(given, sent.hash):
        await proof_queries.count_try(tx, sent.id)
        return Refused("That is not the code we sent. Look again.", "code_wrong")
    await proof_queries.use_codes(tx, now, browser_id)
    return Address(sent.kind, sent.value)


def code_hash(secret: str, code_id: str, code: str) -> bytes:
    """Keyed, since a million codes are soon tried by whoever has the table."""
    return hmac.digest(secret.encode(), f"{code_id}:{code}".encode(), sha256)


async def prove(
    tx: Tx, now: datetime, writer: Address, proved: Address, name: str = "", area: str | None = None
) -> Proof:
    """Bind a writer to the customer of a proved address; where nobody has it, it becomes the writer's own.

    Needs a transaction of the ledger that holds no stream yet.
    """
    name = rules.normal_name(name)
    owner = await owner_of(tx, proved)
    own = await queries.customer_of(tx, writer)
    if owner is None and (own is None or is_somebody_else(own, proved)):
        owner = await newly_met(tx, now, proved, name, area)
    if owner is None:
        assert own is not None
        return await claim(tx, now, writer, own, proved, name)
    return await continue_as(tx, now, writer, own, owner, proved, name)


async def owner_of(tx: Tx, proved: Address) -> Customer | None:
    found = await queries.customer_of(tx, proved)
    if found is None and proved.kind == "ref":
        customer_id = await proof_queries.customer_with_ref(tx, proved.value)
        return await queries.customer(tx, customer_id) if customer_id else None
    return found


def is_somebody_else(own: Customer, proved: Address) -> bool:
    """One customer has one ref: another ref in the same browser is another person."""
    return proved.kind == "ref" and own.ref is not None and own.ref != proved.value


async def newly_met(
    tx: Tx, now: datetime, proved: Address, name: str, area: str | None
) -> Customer | None:
    ref = proved.value if proved.kind == "ref" else None
    customer_id = await register(tx, now, Newcomer(proved, name, area, ref))
    return await queries.customer(tx, customer_id)


async def claim(
    tx: Tx, now: datetime, writer: Address, own: Customer, proved: Address, name: str
) -> Proof:
    """Nobody has the address: it is the writer's from now on."""
    await hold(tx, [own.community_id])
    if not await queries.add_identity(tx, now, own.id, proved):  # somebody was quicker
        return await prove(tx, now, writer, proved, name)
    await merge_queries.same_record(tx, proved, as_=writer)
    await proof_queries.drop_identity(tx, Address(proved.kind, proved.value, writer.value))
    await complete(tx, own, proved, name)
    emit(tx, own.community_id, "identity_proved", now, {"customer": own.id}, proof=proved.kind)
    return Proof(own.id)


async def continue_as(
    tx: Tx,
    now: datetime,
    writer: Address,
    own: Customer | None,
    owner: Customer,
    proved: Address,
    name: str,
) -> Proof:
    """The address is somebody's: the browser goes on as them."""
    homes = {owner.community_id} | ({own.community_id} if own else set())
    await hold(tx, sorted(homes))
    await queries.add_identity(tx, now, owner.id, proved)
    await complete(tx, owner, proved, name)
    if own is not None and own.id == owner.id:
        return Proof(owner.id)
    await proof_queries.move_identity(tx, now, writer, owner.id)
    await merge_queries.same_record(tx, writer, as_=proved)
    earlier = own.id if own and not await is_proved(tx, own.id) else None
    ids = {"customer": owner.id, "earlier": earlier}
    for stream_id in sorted(homes if earlier else {owner.community_id}):
        emit(tx, stream_id, "identity_proved", now, ids, proof=proved.kind)
    return Proof(owner.id, earlier)


async def is_proved(tx: Tx, customer_id: str) -> bool:
    """Whether anything but a browser proves who this is."""
    known = await queries.identities(tx, customer_id)
    return any(identity.proved and identity.kind != "messenger" for identity in known)


async def complete(tx: Tx, customer: Customer, proved: Address, name: str) -> None:
    ref = proved.value if proved.kind == "ref" else None
    await proof_queries.complete(tx, customer.id, ref, name)
