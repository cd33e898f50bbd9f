"""Special care: what a customer needs and agreed to, and which expert of another community serves their case until when."""

from datetime import datetime, timedelta

from starlette.responses import Response
from starlette.routing import Route

from coterie.communities import queries as communities
from coterie.conversations import crossing_queries, crossings
from coterie.customers import actions as customers
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid
from coterie.routing import guests
from coterie.ui.templates import render
from coterie.workspace.case_pages import case_of, read_time
from coterie.workspace.edge import Desk, at_desk, done, field, fragment

LASTS = timedelta(days=28)
"""Until when it is, unless somebody says otherwise."""
MOST = 400


def routes() -> list[Route]:
    return [
        Route("/workspace/cases/{id}/care", ask_whom),
        Route("/workspace/cases/{id}/care", begin, methods=["POST"]),
        Route("/workspace/cases/{id}/care", end, methods=["DELETE"]),
    ]


@at_desk
async def ask_whom(desk: Desk) -> Response:
    case = await case_of(desk)
    async with desk.house.read() as tx:
        customer = await customers.known(tx, case.customer_id)
        running = await crossing_queries.running_of_kind(tx, case.id, "special_care")
        others = await communities.experts_elsewhere(tx, case.community_id, MOST)
        names = await communities.names(tx, [running.expert_id]) if running else {}
    page = render(
        "workspace/html/care.html",
        case=case,
        customer=customer,
        agreed=customer.consent.get(crossings.CONSENT) is True,
        running=running,
        serves=names.get(running.expert_id, "") if running else "",
        others=others,
        reasons=REASONS,
        until=(desk.reader.local(desk.now) + LASTS).date().isoformat(),
        reader=desk.reader,
    )
    return fragment(page)


REASONS = (
    ("trust", "They trust each other"),
    ("language", "They share a language"),
    ("skill", "It needs what they know"),
    ("safety", "It is safer so"),
)


@at_desk
async def begin(desk: Desk) -> Response:
    """Record that they need care and have agreed, where that is new, and begin it: both or neither."""
    case = await case_of(desk)
    form = await desk.request.form()
    expert_id, reason = field(form, "expert"), field(form, "reason")
    if field(form, "agreed") != "yes":
        raise Invalid("Ask them first, and say that they agreed.", field="agreed")
    until = read_time(f"{field(form, 'until')}T23:59", desk.reader)
    leads = desk.viewer.leads(case.community_id)

    async def verb(tx: Tx, now: datetime) -> None:
        customer = await customers.known(tx, case.customer_id)
        if not customer.vulnerable or customer.consent.get(crossings.CONSENT) is not True:
            await customers.record_care(
                tx, now, customer.id,
                vulnerable=True, consents={crossings.CONSENT: True}, by=desk.me.id,
            )  # fmt: skip
        await crossings.begin_care(
            tx, now, case.id, desk.me.id,
            leads=leads, expert_id=expert_id, reason=reason, until=until,
        )  # fmt: skip

    await desk.house.act(case.community_id, verb)
    return done(f"Begun, until {desk.reader.moment(until)}.", undo=desk.request.url.path)


@at_desk
async def end(desk: Desk) -> Response:
    case = await case_of(desk)
    leads = desk.viewer.leads(case.community_id)
    await desk.house.act(
        case.community_id,
        lambda tx, now: guests.end_care(tx, now, case.id, desk.me.id, leads=leads),
    )
    return done("Ended. Its own community serves it again.")
