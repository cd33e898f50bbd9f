"""Tokens, messenger sites, the audit."""

import csv
import io
import re

import pytest

from coterie.kit.access.audit import audit
from coterie.kit.access.sessions import digest
from coterie.kit.ids import new_id
from tests.administration.office import START, Office
from tests.administration.test_people import said

LIST = "/administration/programs"


async def test_a_token_is_shown_once_and_works_as_that_account(office: Office) -> None:
    async with office.visitor("Ines") as admin:
        form = {"name": "Wallboard", "holder": "tom@example.org", "scopes": "events:read", "days": "30"}  # fmt: skip
        page = (await admin.post(f"{LIST}/tokens", **form)).text
        found = re.search(r'value="(coterie_[\w-]+)"', page)
        assert found
        assert "coterie_" not in (await admin.get(LIST)).text
        rows = await office.all_rows("SELECT account_id, hash, scopes FROM tokens")
        assert rows == [(office.ids["Tom"], digest(found[1]), ["events:read"])]
        [(token_id,)] = await office.all_rows("SELECT id FROM tokens")
        assert said(await admin.post(f"{LIST}/tokens/{token_id}/revocation")).startswith("ok|")
        assert "no such token" in said(await admin.post(f"{LIST}/tokens/{token_id}/revocation"))
        assert "no such token" in said(await admin.post(f"{LIST}/tokens/x/revocation"))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"holder": "nobody@example.org"}, "Nobody has an account"),
        ({"scopes": ""}, "no scope"),
        ({"scopes": "everything"}, "no scope"),
        ({"days": "0"}, "from 1 to 3650"),
        ({"days": "x"}, "from 1 to 3650"),
        ({"days": "0" * 5_000 + "1"}, "from 1 to 3650"),
        ({"days": "0000019999"}, "from 1 to 3650"),
        ({"name": ""}, "a name of 1 to 80"),
    ],
)
async def test_a_wrong_token_is_refused_in_words(
    office: Office, given: dict[str, str], says: str
) -> None:
    form = {"name": "X", "holder": "tom@example.org", "scopes": "events:read", "days": "30"}
    async with office.visitor("Ines") as admin:
        answer = await admin.post(f"{LIST}/tokens", **{**form, **given})
        assert answer.status_code == 422 and says in answer.text
        kept = answer.text.count('value="events:read" checked')
        assert kept == (0 if "scopes" in given else 1), "what was ticked stays ticked"
    assert await office.all_rows("SELECT id FROM tokens") == []


async def test_a_site_may_embed_the_messenger_from_its_origins(office: Office) -> None:
    async with office.visitor("Ines") as admin:
        page = (await admin.post(f"{LIST}/sites", name="Help", origins="https://Help.example.org")).text  # fmt: skip
        [(key, secret, origins)] = await office.all_rows("SELECT key, secret, origins FROM messenger_sites")  # fmt: skip
        assert secret in page and origins == ["https://help.example.org"]
        assert secret not in (await admin.get(LIST)).text
        wrong = await admin.post(f"{LIST}/sites", name="Help", origins="help.example.org/path")
        assert wrong.status_code == 422 and "not an origin" in wrong.text
        assert "not an origin" in said(await admin.post(f"{LIST}/sites/{key}", name="H", origins="x"))  # fmt: skip
        assert said(await admin.post(f"{LIST}/sites/{key}/closure")).startswith("ok|")
        assert "no such site" in said(await admin.post(f"{LIST}/sites/{key}/closure"))


async def test_the_audit_says_who_did_what_and_goes_into_a_file(office: Office) -> None:
    async with office.visitor("Ines") as admin:
        await admin.post("/administration/communities/regions", name="=HYPERLINK(1)")
        await admin.post(f"/administration/people/{office.ids['Ana']}/end")
        page = (await admin.get("/administration/audit?by=ines")).text
        assert "ended the membership of Ana" in page and "made the region" in page
        assert "founded Riverina" not in page, "a command did that"
        only = (await admin.get("/administration/audit?object=region&by=ines")).text
        assert "made the region" in only and "ended the membership" not in only
        none = (await admin.get("/administration/audit?until=2020-01-01")).text
        assert "Nothing was changed" in none
        await admin.post(f"/administration/people/{office.ids['Ana']}/sessions")
        async with office.house.ledger.unit(now=START) as tx:
            for verb in ("pin", "unpin", "erase"):
                await audit(tx, START, office.ids["Ines"], verb, "customer", new_id())
        page = (await admin.get("/administration/audit?by=ines")).text
        assert "signed Ana out everywhere" in page
        only = (await admin.get("/administration/audit?object=customer")).text
        for words in ("pinned a customer", "took back the pin", "erased a customer"):
            assert words in only
        assert "signed Ana out" not in only
        file = await admin.get("/administration/audit.csv?by=ines&object=expert")
        assert len(list(csv.DictReader(io.StringIO(file.text)))) == 1
        file = await admin.get("/administration/audit.csv?by=ines")
        rows = list(csv.DictReader(io.StringIO(file.text)))
        assert [row["verb"] for row in rows][-2:] == ["end_membership", "found"]
        assert rows[-1]["name"] == "'=HYPERLINK(1)"
        odd = await admin.get("/administration/audit?since=x&before=999999999999999999999&object=y")
        assert odd.status_code == 200
