"""Pages that only the demo has: the start, the site of Wattle Telecom with the messenger in it, the mail that was sent."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from coterie.channels.messenger import queries
from coterie.channels.messenger.tokens import sign
from coterie.demo.customers import YOURS
from coterie.demo.mail import Sink
from coterie.demo.model import Demo
from coterie.kit.access.requirements import public
from coterie.kit.house import house_of
from coterie.ui.reader import Reader, zone_of
from coterie.ui.templates import html, template


def routes(demo: Demo, sink: Sink, pace: float) -> list[Route]:
    @public
    async def start(request: Request) -> Response:
        """Whom to be in which window."""
        teams = {
            name: [login for login in demo.experts if login.community_id == community_id]
            for name, community_id in demo.communities.items()
        }
        return html(
            "demo/html/start.html",
            demo=demo,
            priya=demo.named("Priya Nair"),
            office=[login for login in demo.accounts if login.community_id is None],
            teams=teams,
            paused=pace == 0,
        )

    @public
    async def host(request: Request) -> Response:
        """The provider's own site, whose server says that Colleen is signed in there."""
        house = house_of(request)
        async with house.read() as tx:
            site = await queries.site(tx, demo.messenger_key)
        token = sign(
            demo.messenger_secret, house.now(), sub=YOURS, name="Colleen Barber", area="2701"
        )
        page = template("channels/messenger/html/host.html")
        shown = page.render(site=site, source="/messenger.js", token=token, name="Colleen")
        return HTMLResponse(shown, headers={"Cache-Control": "no-store"})

    @public
    async def mail(request: Request) -> Response:
        house = house_of(request)
        reader = Reader(zone_of(request.cookies), house.now())
        return html("demo/html/mail.html", mails=list(sink.mails), reader=reader)

    @public
    async def mail_as_json(request: Request) -> Response:
        items = [
            {"to": mail.to, "subject": mail.subject, "text": mail.text, "at": mail.at.isoformat()}
            for mail in sink.mails
        ]
        return JSONResponse({"items": items, "next": None})

    return [
        Route("/demo", start),
        Route("/demo/host", host),
        Route("/demo/mail", mail),
        Route("/demo/mail.json", mail_as_json),
    ]
