"""Asks over the API: made, listed page by page, taken, declined, answered, thanked."""

from typing import Any

import pytest

from tests.api.site import Site

API = "/api/v1"
NEW = {"topic": "network", "text": "Mast, or another tower?"}


async def put(site: Site, token: str, path: str, body: Any = None) -> Any:
    return await site.call("PUT", f"{API}{path}", token, body)


async def made(site: Site, **more: Any) -> Any:
    """North's mate asks; its expert is asked."""
    case_id = (await site.contact("North")).json["case_id"]
    token = site.mates["North"].token
    answer = await site.call("POST", f"{API}/cases/{case_id}/asks", token, {**NEW, **more})
    assert answer.status == 201
    return answer.json


async def test_from_the_ask_to_the_thanks(site: Site) -> None:
    asker, helper = site.mates["North"], site.people["expert"]
    ask = await made(site, urgency="urgent")
    assert (ask["state"], ask["asked_by"], ask["urgency"]) == ("open", asker.id, "urgent")
    [asked] = ask["asked"]
    assert (asked["expert_id"], asked["state"]) == (helper.id, "waiting")
    seen = (await site.call("GET", f"{API}/asks/{ask['id']}", helper.token)).json
    assert (seen["for_me"], ask["for_me"]) == (True, False)
    held = (await put(site, helper.token, f"/asks/{ask['id']}/acceptance")).json
    assert (held["state"], held["accepted_by"]) == ("accepted", helper.id)
    path = f"/asks/{ask['id']}/answer"
    answered = (await put(site, helper.token, path, {"text": "A mast."})).json
    assert (answered["state"], answered["answer"]) == ("answered", "A mast.")
    again = await put(site, helper.token, path, {"text": "A mast."})
    assert (again.status, again.json["code"]) == (409, "answered")
    thanked = (await put(site, asker.token, f"/asks/{ask['id']}/thanks")).json
    assert thanked["thanked_at"]


async def test_declined_with_a_reason_it_goes_on(site: Site) -> None:
    helper = site.people["expert"]
    ask = await made(site)
    path = f"/asks/{ask['id']}/decline"
    assert (await put(site, helper.token, path, {})).status == 422
    assert (await put(site, helper.token, path, {"why": "  "})).json["fields"].keys() == {"why"}
    gone_on = (await put(site, helper.token, path, {"why": "On the phone."})).json
    assert gone_on["step"] == "coach"
    first = gone_on["asked"][0]
    assert (first["state"], first["why"]) == ("declined", "On the phone.")
    late = await put(site, helper.token, path, {"why": "On the phone."})
    assert (late.status, late.json["code"]) == (409, "not_asked")


async def test_taken_is_taken(site: Site) -> None:
    ask = await made(site)
    await put(site, site.people["expert"].token, f"/asks/{ask['id']}/acceptance")
    late = await put(site, site.people["coach"].token, f"/asks/{ask['id']}/acceptance")
    assert (late.status, late.json["code"]) == (409, "taken")


async def test_the_latest_first_page_by_page_and_by_state(site: Site) -> None:
    token = site.people["expert"].token
    ids = [(await made(site))["id"] for _ in range(5)]
    await put(site, site.mates["North"].token, f"/asks/{ids[0]}/withdrawal")
    found: list[str] = []
    after = ""
    while True:
        page = (await site.call("GET", f"{API}/asks?limit=2{after}", token)).json
        found += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert found == ids[::-1]
    [withdrawn] = (await site.call("GET", f"{API}/asks?state=withdrawn", token)).json["items"]
    assert withdrawn["id"] == ids[0]
    others = (await site.call("GET", f"{API}/asks", site.mates["South"].token)).json["items"]
    assert others == []


@pytest.mark.parametrize(
    "body",
    [
        {"topic": "network", "text": ""},
        {"topic": "network", "text": "  "},
        {"text": "Without a topic"},
        {"topic": "t" * 61, "text": "x"},
        {"topic": "network", "text": "x" * 2_001},
        {"topic": "network", "text": "x", "urgency": "now"},
    ],
)
async def test_bad_asks_are_refused(site: Site, body: dict[str, str]) -> None:
    case_id = (await site.contact("North")).json["case_id"]
    answer = await site.call("POST", f"{API}/cases/{case_id}/asks", site.mates["North"].token, body)
    assert answer.status == 422
    listed = (await site.call("GET", f"{API}/asks", site.mates["North"].token)).json
    assert listed["items"] == []


async def test_a_case_of_another_community_is_not_there(site: Site) -> None:
    case_id = (await site.contact("South")).json["case_id"]
    answer = await site.call("POST", f"{API}/cases/{case_id}/asks", site.mates["North"].token, NEW)
    assert answer.status == 404


@pytest.mark.parametrize("after", ["nonsense", "YXNrcwoyMDI2LTAxLTAxCng"])
async def test_a_cursor_of_another_list_is_refused(site: Site, after: str) -> None:
    answer = await site.call("GET", f"{API}/asks?after={after}", site.people["expert"].token)
    assert (answer.status, answer.json["code"]) == (422, "bad_cursor")
