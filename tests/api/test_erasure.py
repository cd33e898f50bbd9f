"""Who is erased is not told of again, whatever is asked anew."""

from coterie.kit.ids import new_id
from tests.api.site import Site

API = "/api/v1"


async def test_a_key_seen_again_does_not_bring_back_what_was_erased(site: Site) -> None:
    receipt = (await site.contact("North", "li")).json
    path = f"{API}/threads/{receipt['thread_id']}/messages"
    body = {"case_id": receipt["case_id"], "text": "Dear Secretname"}
    key, token = {"idempotency-key": new_id()}, site.people["expert"].token
    first = await site.call("POST", path, token, body, headers=key)
    assert (first.status, first.json["text"]) == (201, "Dear Secretname")
    assert await site.call("POST", path, token, body, headers=key) == first
    admin = site.people["admin"].token
    gone = await site.call("DELETE", f"{API}/customers/{receipt['customer_id']}", admin)
    assert gone.status == 204
    again = await site.call("POST", path, token, body, headers=key)
    assert again.json == {**first.json, "text": "(erased)"}
    async with site.house.read() as tx:
        kept = await (await tx.execute("SELECT answer::text FROM keys")).fetchall()
    assert "Secretname" not in str(kept)


async def test_the_audit_says_who_erased_and_who_pinned(site: Site) -> None:
    receipt = (await site.contact("North", "li")).json
    customer, admin = f"{API}/customers/{receipt['customer_id']}", site.people["admin"]
    pin = {"community_id": site.communities["South"], "why": "Her Secretname sister is there"}
    assert (await site.call("PUT", f"{customer}/pin", admin.token, pin)).status == 200
    assert (await site.call("DELETE", f"{customer}/pin", admin.token)).status == 200
    assert (await site.call("DELETE", customer, admin.token)).status == 204
    async with site.house.read() as tx:
        found = await tx.execute(
            "SELECT verb, account_id, change::text FROM audit WHERE object = 'customer' ORDER BY id"
        )
        lines = await found.fetchall()
    assert [line[:2] for line in lines] == [(v, admin.id) for v in ("pin", "unpin", "erase")]
    assert "Secretname" not in str(lines)
