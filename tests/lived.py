"""A house in which something has happened: a day of two communities, with a row in most tables."""

from datetime import timedelta

from coterie.channels.messenger.sites import open_site
from coterie.kit.access.accounts import open_account
from coterie.kit.access.tokens import make_token
from coterie.kit.outbox import queue_mail
from tests.world import World


async def live_a_day(world: World) -> None:
    """Customers write and are answered, one case is resolved and confirmed, one waits, one customer stands in the queue."""
    riverina = await world.community("Riverina", ["2650", "2701"], watch_days=3)
    hunter = await world.community("Hunter", ["2300"])
    ana = await riverina.expert("Ana Lee", skills={"billing": 4, "technical": 2})
    bo = await riverina.expert("Bo 李", skills={"technical": 5})
    await hunter.expert("Cy", present=False)
    await ana.works((world.now, world.now + timedelta(hours=8)))

    li, mo = world.customer("Li Chen", "2701"), world.customer("Mö O'Brien\t\\", "2650")
    first = await li.writes("My bill is wrong. 💸\nTwice.")
    await ana.answers(first.case_id, "So it is, I have corrected it.")
    await ana.notes(first.case_id, "The same as in March.")
    await ana.resolves(first.case_id)
    await li.confirms(first.case_id, solved=True, csat=5)
    second = await mo.writes("No dial tone.")
    await bo.answers(second.case_id)
    await bo.waits_on(second.case_id, "the carrier")
    await world.customer("Pat", "2300").writes("Is anybody there?")
    world.later(minutes=20)
    await world.tick()
    await keep_house(world)


async def keep_house(world: World) -> None:
    """What the administration adds: an account, a token, a site, a mail, a file."""
    async with world.house.ledger.unit(now=world.now) as tx:
        admin_id = await open_account(
            tx, world.now, email="helen@example.org", name="Helen", role="admin"
        )
        await make_token(tx, world.now, admin_id, "crm", ["contacts:write"])
        await open_site(tx, world.now, "Wattle", ["https://www.example.org"])
        await queue_mail(tx, world.now, "li@example.org", "Your code", "123456")
        await tx.execute(
            """
            INSERT INTO attachments (id, owner_id, name, media_type, size, bytes, at)
            SELECT gen_random_uuid(), %s, 'photo.jpg', 'image/jpeg', 320000,
                   (SELECT string_agg(sha512(n::text::bytea), '') FROM generate_series(1, 5000) n), %s
            """,
            [admin_id, world.now],
        )
