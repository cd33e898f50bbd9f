"""Two records of one person: one survives, the other is part of it, until it is undone.

Here is what concerns the records: addresses, what is known, homes. Their threads are joined and parted by
`conversations/merging.py`, which calls this. The transaction holds every stream.
"""

from datetime import datetime

from coterie.customers import merge_queries, queries
from coterie.customers.actions import rehome_many
from coterie.customers.home_queries import housemates
from coterie.customers.model import Customer, Merge
from coterie.kit.access.audit import audit
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.ids import is_id, new_id


async def join(tx: Tx, now: datetime, customer_id: str, other_id: str, by: str | None) -> Merge:
    """Make the other part of this customer. Raises Refused, in words."""
    if customer_id == other_id:
        raise Invalid("Nobody can be merged with themselves.", "same_customer", field="other")
    customer, other = await mergeable(tx, customer_id), await mergeable(tx, other_id)
    if await merge_queries.unproved_browser(tx, [customer_id, other_id]):
        raise Refused(
            "One of them writes from a browser that has proved nothing yet, and would read all of this. "
            "Ask for a code in the messenger first.",
            "unproved",
        )
    members = [each.id for each in await queries.records(tx, other_id)]
    before = await housemates(tx, [customer_id, other_id])
    made = Merge(new_id(), customer_id, other_id, members, took(customer, other), now, by, None)
    await merge_queries.add_merge(tx, made)
    await merge_queries.lead_to(tx, members, customer_id)
    await merge_queries.take_over(tx, customer_id, other_id, made.took)
    await merge_queries.join_identities(tx, customer_id, other_id)
    after = await housemates(tx, [customer_id])
    await rehome_many(tx, now, sorted({*before, *after}), by)
    await audit(tx, now, by, "merge", "customer", customer_id, {"other": other_id})
    return made


async def mergeable(tx: Tx, customer_id: str) -> Customer:
    found = await queries.customer(tx, customer_id) if is_id(customer_id) else None
    if found is None:
        raise NotFound("There is no such customer.")
    if found.erased_at:
        raise Refused("A customer who was erased can't be merged.", "erased")
    if found.merged_id:
        raise Refused("This record is part of another customer already.", "merged")
    return found


def took(customer: Customer, other: Customer) -> list[str]:
    """What the survivor lacks and the other has: a pin, a household, an area, a name, a word on what they agree to."""
    lacking = {
        "pin": (customer.pin_id, other.pin_id),
        "household": (customer.household_id, other.household_id),
        "area": (customer.area, other.area),
        "name": (customer.name, other.name),
        "language": (customer.language, other.language),
        "segment": (customer.segment, other.segment),
        "vulnerable": (customer.vulnerable, other.vulnerable),
    }
    said = [f"consent.{name}" for name in other.consent if name not in customer.consent]
    return [name for name, (own, theirs) in lacking.items() if not own and theirs] + said


async def undoable(tx: Tx, merge_id: str) -> Merge:
    """A merge that can be undone now. Raises Refused, in words, where that is too late."""
    found = await merge_queries.merge(tx, merge_id) if is_id(merge_id) else None
    if found is None:
        raise NotFound("There is no such merge.")
    customer = await queries.customer(tx, found.customer_id)
    if found.undone_at:
        raise Refused("This merge is undone already.", "undone")
    if customer is None or customer.erased_at:
        raise Refused("They were erased since: nothing is left to part.", "erased")
    if customer.merged_id:
        raise Refused("They are part of another customer since. Undo that merge first.", "merged_again")  # fmt: skip
    latest = (await merge_queries.standing(tx, found.customer_id))[0]
    if latest.id != found.id:
        raise Refused("They were merged with somebody else since. Undo that merge first.", "merged_again")  # fmt: skip
    return found


async def part(tx: Tx, now: datetime, merge: Merge, by: str | None) -> None:
    """Two customers again: each has the addresses and the facts that were theirs, and the home that rule 1 gives them now."""
    before = await housemates(tx, [merge.customer_id])
    await merge_queries.note_undone(tx, now, merge.id, by)
    await merge_queries.hand_back(tx, merge.customer_id, merge.other_id, merge.took)
    others = [id_ for id_ in merge.member_ids if id_ != merge.other_id]
    await merge_queries.lead_to(tx, [merge.other_id], None)
    await merge_queries.lead_to(tx, others, merge.other_id)
    await merge_queries.part_identities(tx, merge.customer_id, merge.other_id, merge.member_ids)
    after = await housemates(tx, [merge.customer_id, merge.other_id])
    await rehome_many(tx, now, sorted({*before, *after}), by)
    await audit(tx, now, by, "part", "customer", merge.customer_id, {"other": merge.other_id})
