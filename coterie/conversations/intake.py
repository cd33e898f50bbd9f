"""The one door for whatever comes in: find whose stream it belongs to, and have it taken in there."""

from collections import OrderedDict

from coterie.conversations import receiving_queries
from coterie.conversations.model import Elsewhere, Incoming, Receipt
from coterie.conversations.receiving import Addressed, receive_many
from coterie.customers import actions as customers
from coterie.customers.model import Address, Newcomer
from coterie.kit.db import Tx, together
from coterie.kit.errors import Refused
from coterie.kit.house import House

MOST_REMEMBERED = 20_000
MOST_MOVES = 5

Writer = tuple[str | None, Address, str | None]


class Whereabouts:
    """Which community each recent writer was found in: a guess that the transaction checks, so it may be wrong."""

    def __init__(self) -> None:
        self.guesses: OrderedDict[Writer, str] = OrderedDict()

    def guess(self, writer: Writer) -> str | None:
        return self.guesses.get(writer)

    def learn(self, writer: Writer, community_id: str) -> None:
        self.guesses[writer] = community_id
        self.guesses.move_to_end(writer)
        if len(self.guesses) > MOST_REMEMBERED:
            self.guesses.popitem(last=False)


whereabouts = Whereabouts()


async def receive(house: House, incoming: Incoming) -> Receipt:
    """Take in one message; its receipt comes after the commit. Raises Refused where the model says no."""
    writer = (incoming.customer_id, incoming.address, incoming.area)
    community_id = whereabouts.guess(writer)
    if community_id is None:
        async with house.glance() as tx:
            community_id, stranger = await stream_for(tx, incoming)
    else:
        stranger = False
    for _ in range(MOST_MOVES):
        answer = await house.groups.submit(
            community_id, receive_many, Addressed(community_id, incoming, stranger)
        )
        if isinstance(answer, Elsewhere):
            community_id = answer.community_id
            continue
        if isinstance(answer, Refused):
            raise answer
        receipt: Receipt = answer
        whereabouts.learn(writer, receipt.community_id)
        return receipt
    raise Refused("This customer is being moved just now: try again.", "moving")


async def stream_for(tx: Tx, incoming: Incoming) -> tuple[str, bool]:
    """The community of a known writer's living case or home; the future home of an unknown one. Whether unknown.

    An area that nobody knows is refused, whoever names it.
    """
    async with together(tx):
        asked = await receiving_queries.ask_stream_of(tx, incoming)
        homes = await customers.ask_homes(tx, [Newcomer(incoming.address, area=incoming.area)])
    [found] = await asked.fetchone() or (None,)
    if found is not None and not incoming.area:
        return found, False
    [home] = await customers.read_homes(homes)
    if isinstance(home, Refused):
        raise home
    return found or home.community_id, found is None
