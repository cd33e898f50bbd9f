"""Crossings through the API: begun by consent, listed to their end, and the guest's door that closes again."""

from datetime import UTC, datetime, timedelta
from typing import Any

from coterie.kit.ids import new_id
from tests.api.site import Site

API = "/api/v1"
SOON = (datetime.now(UTC) + timedelta(days=30)).isoformat()


async def in_care(site: Site) -> dict[str, Any]:
    """Somebody of North owns a case that a named expert of South serves."""
    receipt: dict[str, Any] = (await site.contact("North")).json
    mate, case_id = site.mates["North"].token, receipt["case_id"]
    reply, key = {"case_id": case_id, "text": "Let me look."}, {"idempotency-key": new_id()}
    path = f"{API}/threads/{receipt['thread_id']}/messages"
    assert (await site.call("POST", path, mate, reply, headers=key)).status == 201
    path = f"{API}/customers/{receipt['customer_id']}/care"
    agreed = {"vulnerable": True, "special_care": True}
    assert (await site.call("PUT", path, mate, agreed)).status == 204
    body = {"expert_id": site.mates["South"].id, "reason": "trust", "until": SOON}
    begun = await site.call("POST", f"{API}/cases/{case_id}/care", mate, body)
    assert (begun.status, begun.json["to_id"]) == (201, site.communities["South"])
    return receipt


async def test_rule_2_a_guest_sees_that_thread_while_the_crossing_lasts(site: Site) -> None:
    receipt, other = await in_care(site), (await site.contact("North")).json
    guest = site.mates["South"].token
    doors = {
        f"/threads/{receipt['thread_id']}/messages": 200,
        f"/cases/{receipt['case_id']}": 200,
        f"/customers/{receipt['customer_id']}": 200,
        f"/threads/{other['thread_id']}/messages": 404,
        f"/cases/{other['case_id']}": 404,
        f"/communities/{site.communities['North']}/queue": 404,
        f"/communities/{site.communities['North']}/crossings": 404,
    }
    for path, status in doors.items():
        assert (await site.call("GET", API + path, guest)).status == status, path
    manager = site.people["manager"].token  # of North
    path = f"{API}/cases/{receipt['case_id']}"
    assert (await site.call("DELETE", f"{path}/care", manager)).json["ended_why"] == "by_hand"
    for path in list(doors)[:3]:
        assert (await site.call("GET", API + path, guest)).status == 404, path


async def test_the_ledger_is_told_to_its_end_and_within_its_time(site: Site) -> None:
    cases = [(await in_care(site))["case_id"] for _ in range(3)]
    ledger, token = (
        f"{API}/communities/{site.communities['North']}/crossings",
        site.people["manager"].token,
    )
    found, after = [], ""
    while True:
        page = (await site.call("GET", f"{ledger}?limit=2{after}", token)).json
        found += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert [each["case_id"] for each in found] == cases[::-1]
    begun = found[1]["started_at"]
    later = (await site.call("GET", f"{ledger}?from={begun}", token)).json["items"]
    before = (await site.call("GET", f"{ledger}?to={begun}", token)).json["items"]
    assert [each["id"] for each in later + before] == [each["id"] for each in found]
    wrong = await site.call("GET", f"{ledger}?after=abc", token)
    assert (wrong.status, wrong.json["code"]) == (422, "bad_cursor")
