"""Programs make tokens for experts, and none that may more than they."""

from coterie.kit.access.tokens import make_token
from tests.api.site import Site

API = "/api/v1"


async def test_nobody_gives_a_scope_that_they_lack(site: Site) -> None:
    """Else the right to make tokens would be every right."""
    now = site.house.now()
    async with site.house.ledger.unit(now=now) as tx:
        scopes = ["tokens:make", "conversations:read"]
        _, maker = await make_token(tx, now, site.people["admin"].id, "maker", scopes)
    path = f"{API}/experts/{site.people['expert'].id}/tokens"
    for wanted in (["identity:assert"], ["conversations:read", "conversations:write"]):
        answer = await site.call("POST", path, maker, {"name": "x", "scopes": wanted})
        assert (answer.status, answer.json["code"]) == (403, "scope")
    body = {"name": "x", "scopes": ["conversations:read"]}
    assert (await site.call("POST", path, maker, body)).status == 201
