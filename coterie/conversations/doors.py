"""May this viewer see this thread, this case? What is another community's does not exist for them.

A thread is for the members of its customer's home, and of a community where a case of it is open or in watch. A guest
sees the thread and the case that they serve, as long as their crossing lasts. A planner sees communities, not what
customers wrote.
"""

from collections.abc import Collection

from coterie.conversations import crossing_queries, merge_queries, promise_queries, queries
from coterie.conversations.model import Case, Message, Promise, Thread
from coterie.customers import household_queries
from coterie.customers import merge_queries as customer_merges
from coterie.customers import queries as customers
from coterie.customers.model import Customer, Household, Merge
from coterie.kit.access.viewer import Role, Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import Forbidden, NotFound
from coterie.kit.ids import is_id


def reads(viewer: Viewer, community_id: str) -> bool:
    """Whether what this community's customers wrote is theirs to read."""
    return viewer.role == "admin" or community_id in viewer.community_ids


async def access_thread(tx: Tx, viewer: Viewer, thread_id: str) -> Thread:
    thread = await present_thread(tx, thread_id) if is_id(thread_id) else None
    if thread is None or not await reads_thread(tx, viewer, thread):
        raise NotFound("There is no such conversation.")
    return thread


async def present_thread(tx: Tx, thread_id: str) -> Thread | None:
    """The thread, or the one in which it goes on since a merge or its undoing."""
    found = await queries.thread(tx, thread_id)
    if found is None:
        goes_on = await merge_queries.now_in(tx, thread_id)
        found = await queries.thread(tx, goes_on) if goes_on else None
    return found


async def reads_thread(tx: Tx, viewer: Viewer, thread: Thread) -> bool:
    if reads(viewer, thread.community_id):
        return True
    cases = await queries.cases_of_thread(tx, thread.id)
    if any(case.state != "closed" and reads(viewer, case.community_id) for case in cases):
        return True
    guest = viewer.expert_id
    return guest is not None and await crossing_queries.serves_thread(tx, thread.id, guest)


async def reads_case(tx: Tx, viewer: Viewer, community_id: str, case_id: str) -> bool:
    """What belongs to a case: for its community, and its guest."""
    if reads(viewer, community_id):
        return True
    guest = viewer.expert_id
    return guest is not None and await crossing_queries.serves(tx, case_id, guest)


async def access_case(tx: Tx, viewer: Viewer, case_id: str) -> Case:
    case = await queries.case(tx, case_id) if is_id(case_id) else None
    if case is None or not await reads_case(tx, viewer, case.community_id, case.id):
        raise NotFound("There is no such case.")
    return case


async def access_message(tx: Tx, viewer: Viewer, message_id: str) -> Message:
    message = await queries.message(tx, message_id) if is_id(message_id) else None
    if message is None or not await reads_case(tx, viewer, message.community_id, message.case_id):
        raise NotFound("There is no such message.")
    return message


async def access_promise(tx: Tx, viewer: Viewer, promise_id: str) -> Promise:
    found = await promise_queries.promise(tx, promise_id) if is_id(promise_id) else None
    if found is None or not reads(viewer, found.community_id):
        raise NotFound("There is no such promise.")
    return found


async def access_household(tx: Tx, viewer: Viewer, household_id: str) -> Household:
    """A household of which they may see somebody."""
    found = await household_queries.household(tx, household_id) if is_id(household_id) else None
    mates = await household_queries.members(tx, found.id) if found else []
    if found is None or not any(reads(viewer, each.community_id) for each in mates):
        raise NotFound("There is no such household.")
    return found


async def access_merge(tx: Tx, viewer: Viewer, merge_id: str) -> Merge:
    """A merge of a customer that they may see."""
    found = await customer_merges.merge(tx, merge_id) if is_id(merge_id) else None
    if found is None:
        raise NotFound("There is no such merge.")
    try:
        await access_customer(tx, viewer, found.customer_id)
    except NotFound:
        raise NotFound("There is no such merge.") from None
    return found


MOVERS: frozenset[Role] = frozenset({"admin", "manager"})
"""Who may take a customer to another community."""


def may_bring_together(viewer: Viewer, homes: Collection[str]) -> None:
    """Customers of one home are any member's to bring together or apart. Raises Forbidden where homes differ."""
    if len(set(homes)) > 1 and viewer.role not in MOVERS:
        raise Forbidden(
            "They are at home in different communities: that is for an admin or a manager.", "role"
        )


async def access_customer(tx: Tx, viewer: Viewer, customer_id: str) -> Customer:
    """Their home's customers, and those with a case that still runs in their community.

    A record that was merged leads to the customer of whom it is part.
    """
    customer = await customers.customer(tx, customer_id) if is_id(customer_id) else None
    if customer is None:
        raise NotFound("There is no such customer.")
    if customer.merged_id:
        return await access_customer(tx, viewer, customer.merged_id)
    if reads(viewer, customer.community_id):
        return customer
    thread = await queries.thread_of_customer(tx, customer.id)
    if thread is None or not await reads_thread(tx, viewer, thread):
        raise NotFound("There is no such customer.")
    return customer
