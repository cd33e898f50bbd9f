"""The OpenAPI document is the whole truth: whatever is sent, the answer is one that it tells of, and never a 5xx.

Short by default. Longer: `COTERIE_SCHEMATHESIS=500 pytest tests/api/test_document.py` (cases of each operation and mode).
"""

import asyncio
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from coterie.api.app import api
from tests.api.site import AREAS, Site, opened_site
from tests.conftest import copied

API = "/api/v1"
EACH = 12
STREAMS = ("/live",)
CHECKS = (
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
MEMBERS = {"type", "title", "status", "detail", "code"}

schema = schemathesis.openapi.from_dict(api().openapi())
OPERATIONS: dict[str, Any] = {
    f"{found.method.upper()} {found.path}": found
    for found in (each.ok() for each in schema.get_all_operations() if isinstance(each, Ok))
    if found.path not in STREAMS
}


@dataclass(slots=True)
class Served:
    """A real server, and ids with which an operation goes deep."""

    url: str
    tokens: list[str]
    ids: dict[str, list[str]]


@pytest.fixture(scope="module")
def served(server: str, template: str) -> Iterator[Served]:
    with copied(server, template) as database:
        ready, found = threading.Event(), list[Served]()
        done = threading.Event()
        thread = threading.Thread(target=serve, args=(database, found, ready, done))
        thread.start()
        assert ready.wait(30)
        yield found[0]
        done.set()
        thread.join()


def serve(
    database: str, found: list[Served], ready: threading.Event, done: threading.Event
) -> None:
    """In a thread of its own, with a loop of its own, as `opened_site` wants it."""

    async def run() -> None:
        async with opened_site(database) as site:
            config = uvicorn.Config(site.app, port=0, lifespan="off", log_config=None)
            listening = uvicorn.Server(config)
            task = asyncio.create_task(listening.serve())
            while not listening.started:
                await asyncio.sleep(0.01)
            port = listening.servers[0].sockets[0].getsockname()[1]
            found.append(await seeded(site, f"http://127.0.0.1:{port}"))
            ready.set()
            while not done.is_set():
                await asyncio.sleep(0.05)
            listening.should_exit = True
            await task

    asyncio.run(run())


async def seeded(site: Site, url: str) -> Served:
    ids: dict[str, list[str]] = {kind: [] for kind in ("threads", "messages", "cases", "customers")}
    for _ in range(6):
        receipt = (await site.contact("North")).json
        for kind, name in (
            ("threads", "thread_id"),
            ("messages", "message_id"),
            ("cases", "case_id"),
            ("customers", "customer_id"),
        ):
            ids[kind].append(receipt[name])
    mate, soon = site.mates["North"].token, datetime.now(UTC) + timedelta(days=30)
    for case_id, thread_id in zip(ids["cases"][:3], ids["threads"], strict=False):
        key = {"idempotency-key": case_id}
        reply = {"case_id": case_id, "text": "Let me look."}
        await site.call("POST", f"{API}/threads/{thread_id}/messages", mate, reply, headers=key)
        promise = {"text": "A call.", "due_at": soon.isoformat()}
        made = await site.call("POST", f"{API}/cases/{case_id}/promises", mate, promise)
        ids.setdefault("promises", []).append(made.json["id"])
        ask = {"topic": "billing", "text": "Who knows?"}
        made = await site.call("POST", f"{API}/cases/{case_id}/asks", mate, ask)
        ids.setdefault("asks", []).append(made.json["id"])
    care = {"vulnerable": True, "special_care": True}
    await site.call("PUT", f"{API}/customers/{ids['customers'][0]}/care", mate, care)
    begun = {
        "expert_id": site.mates["South"].id,
        "reason": "trust",
        "until": soon.isoformat(),
    }
    await site.call("POST", f"{API}/cases/{ids['cases'][0]}/care", mate, begun)
    away = {"from": soon.isoformat(), "to": (soon + timedelta(days=9)).isoformat(), "why": "leave"}
    path = f"{API}/experts/{site.mates['North'].id}/absences"
    ids["absences"] = [(await site.call("POST", path, mate, away)).json["id"]]
    for one, other in zip(ids["customers"][:2], ids["customers"][2:], strict=False):
        path = f"{API}/customers/{one}/household"
        made = await site.call("PUT", path, site.people["admin"].token, {"with": other})
        ids.setdefault("households", []).append(made.json["id"])
    path = f"{API}/customers/{ids['customers'][4]}/merges"
    made = await site.call("POST", path, site.people["admin"].token, {"other": ids["customers"][5]})
    ids["merges"] = [made.json["id"]]
    moves = [{"areas": [AREAS["North"]], "to": site.communities["South"]}]
    for body in (
        {"moves": moves},
        {
            "moves": [{**moves[0], "areas": [AREAS["South"]], "to": site.communities["North"]}],
            "at": soon.isoformat(),
        },
    ):
        admin = site.people["admin"].token
        made = await site.call("POST", f"{API}/territory-changes", admin, body)
        ids.setdefault("territory-changes", []).append(made.json["id"])
    ids["experts"] = [site.mates["North"].id, site.mates["South"].id]
    ids["communities"] = list(site.communities.values())
    return Served(url, [site.people[role].token for role in ("admin", "manager")], ids)


REFERENCES = {
    "case_id": "cases",
    "community_id": "communities",
    "about": "experts",
    "deputy": "experts",
    "quote": "messages",
    "household": "households",
    "with": "customers",
    "other": "customers",
}


def deepen(case: Any, served: Served, pick: int) -> None:
    """Mostly real ids in place of generated ones, so that an operation gets past its door."""
    kind = case.path.split("/")[1]
    if kind in served.ids and pick % 5 and case.path_parameters.get("id"):
        case.path_parameters["id"] = served.ids[kind][pick % len(served.ids[kind])]
    if isinstance(case.body, dict) and pick % 3:
        for name, kind in REFERENCES.items():
            if isinstance(case.body.get(name), str):
                case.body[name] = served.ids[kind][pick % len(served.ids[kind])]


def is_in_form(response: Any) -> bool:
    """Problem details, RFC 9457."""
    assert response.headers["content-type"][0] == "application/problem+json"
    told = response.json()
    assert told.keys() >= MEMBERS and told["status"] == response.status_code
    assert told["detail"].strip() and not told["detail"].startswith("{")
    return True


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")
@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"]
)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_that_the_document_tells_of(
    served: Served, name: str, mode: GenerationMode
) -> None:
    operation = OPERATIONS[name]

    @settings(
        max_examples=int(os.environ.get("COTERIE_SCHEMATHESIS", EACH)),
        derandomize="COTERIE_SCHEMATHESIS" not in os.environ,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(pick=st.integers(0, 1000), case=operation.as_strategy(generation_mode=mode))
    def ask(pick: int, case: Any) -> None:
        deepen(case, served, pick)
        token = served.tokens[pick % 2]
        response = case.call(
            base_url=served.url + API, headers={"Authorization": f"Bearer {token}"}
        )
        case.validate_response(response, checks=CHECKS)
        if response.status_code >= 400:
            assert is_in_form(response)

    ask()
