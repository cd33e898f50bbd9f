"""The messenger's addresses: its calls below /messenger/v1, its code, its full page, and the demo's host page."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coterie.channels.messenger import code, identity, queries, talk
from coterie.channels.messenger.door import Endpoint, door
from coterie.channels.messenger.limits import Limits
from coterie.channels.messenger.sites import KEY
from coterie.kit.access.requirements import Requirement, marked, public
from coterie.kit.errors import NotFound
from coterie.kit.house import house_of
from coterie.ui.templates import html

V1 = "/messenger/v1/{site}"


def routes() -> list[Route]:
    """All of it. Every process has limits of its own."""
    limits = Limits()

    def call(path: str, **endpoints: Endpoint) -> Route:
        methods = [*(name.upper() for name in endpoints), "OPTIONS"]
        return Route(
            V1 + path, marked(door(limits, **endpoints), Requirement(None)), methods=methods
        )

    return [
        *code.routes(),
        call("", get=talk.welcome),
        call("/browsers", post=identity.open_browser),
        call("/identity", post=identity.identify),
        call("/codes", post=identity.send_code),
        call("/proofs", post=identity.give_code),
        call("/state", get=talk.show_state),
        call("/stream", get=talk.listen),
        call("/messages", get=talk.show_messages, post=talk.write),
        call("/attachments", post=talk.attach),
        call("/attachments/{attachment}", get=talk.show_attachment),
        call("/marks", put=talk.mark),
        call("/confirmations", post=talk.confirm),
        call("/surveys/{survey}", put=talk.answer_survey, delete=talk.decline_survey),
        call("/transcript", get=talk.transcript),
        Route("/m/{site}", full_page, name="messenger.page"),
    ]


@public
async def full_page(request: Request) -> Response:
    """The messenger as a page of its own."""
    house = house_of(request)
    key = request.path_params["site"]
    site = None
    if KEY.fullmatch(key):
        async with house.read() as tx:
            site = await queries.site(tx, key)
    if site is None:
        raise NotFound("There is no messenger with this key.", "unknown_site")
    return html("channels/messenger/html/page.html", site=site, digest=code.digest())
