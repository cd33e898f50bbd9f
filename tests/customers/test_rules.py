"""Rule 1, home, and rule 17, proved identity: by recorded facts, over all that there can be."""

from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coterie.api.contacts import Contact, incoming
from coterie.customers.model import PROVED, HomeFacts
from coterie.customers.rules import choose_home, home_in_words, normal, normal_name, readable
from coterie.kit.access.tokens import SCOPES
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import Forbidden, Invalid

FACTS = list(product((None, "pinned"), (None, "household's"), (None, "territory's")))


@pytest.mark.parametrize(("pin", "household", "territory"), FACTS)
def test_rule_1_home(pin: str | None, household: str | None, territory: str | None) -> None:
    """Exactly one, by the first fact of pin, household, territory; else the catch-all; with the reason in words."""
    home = choose_home(HomeFacts(pin, household, territory, "catch-all's", "2650", "housemate"))
    wanted = [
        (pin, "pin"), (household, "household"), (territory, "territory"), ("catch-all's", "catch_all"),
    ]  # fmt: skip
    assert (home.community_id, home.reason) == next(each for each in wanted if each[0])
    said = home_in_words(home.reason, home.detail, "Riverina", pin_why="Asked for it.")
    assert said.startswith("Riverina: ") and said.endswith(".")


writers = st.fixed_dictionaries(
    {
        "token": st.sampled_from(["one", "two"]),
        "browser": st.sampled_from(["", "x", ":", "x:y"]),
        "kind": st.sampled_from(["email", "handle", "messenger", "ref"]),
        "value": st.sampled_from(["li@example.com", "Li@Example.com ", "mo@example.com"]),
        "proved": st.booleans(),
    }
)
Writer = dict[str, str | bool]


def address_of(writer: Writer) -> tuple[str, str, str]:
    viewer = Viewer(
        "account", "admin", "Ada", scopes=frozenset(SCOPES), token_id=str(writer["token"])
    )
    who = {name: writer[name] for name in ("kind", "value", "proved")}
    body = {"channel": "messenger", "from": who, "text": "Hello", "browser": writer["browser"]}
    found = incoming(viewer, "key", Contact.model_validate(body)).address
    return found.kind, found.value, found.scope


@given(writers, writers)
def test_rule_17_proved_identity(one: Writer, other: Writer) -> None:
    """Who merely typed an address meets nobody else's history: not of who proved it, nor of who typed it elsewhere."""
    assume(one != other)
    same = address_of(one) == address_of(other)
    address = [
        (each["kind"], normal(each["kind"], str(each["value"])))  # type: ignore[arg-type]
        for each in (one, other)
    ]
    if one["proved"] and other["proved"]:
        assert same == (address[0] == address[1])
    elif one["proved"] or other["proved"]:
        assert not same
    else:
        where = [(each["token"], each["browser"]) for each in (one, other)]
        assert same == (address[0] == address[1] and where[0] == where[1])
    assert (address_of(one)[2] == PROVED) == one["proved"]


def test_rule_17_only_who_may_vouch_vouches() -> None:
    viewer = Viewer("account", "admin", "Ada", scopes=frozenset({"contacts:write"}), token_id="one")
    who = {"kind": "handle", "value": "li", "proved": True}
    body = Contact.model_validate({"channel": "sms", "from": who, "text": "Hello"})
    with pytest.raises(Forbidden):
        incoming(viewer, "key", body)


@pytest.mark.parametrize(
    "odd",
    [
        "a<li@example.com>", '"a"<li@example.com>', "(a)li@example.com", "a,li@example.com", "a;li@example.com",
        "a\nBcc:li@example.com", "a\rb@example.com", "a\tb@example.com", "li@example.com\x07", "li@[10.0.0.1]",
        "li\u200b@example.com", "li\u202e@example.com", "a:li@example.com", "a\\@example.com",
    ],
)  # fmt: skip
def test_an_address_that_a_mail_server_reads_as_another_is_none(odd: str) -> None:
    """Else many spellings of one address would each have codes of their own, and prove what they are not."""
    with pytest.raises(Invalid):
        normal("email", odd)


def test_a_name_is_kept_as_it_was_written_but_for_what_nobody_sees() -> None:
    """A line break would break a file, and a sign that turns the direction of writing everything after it."""
    assert normal_name("  Li\n\tWang ") == "Li Wang"
    assert normal_name("Li\u202e gnaW\x07\ud800") == "Li gnaW"
    assert normal_name("\u0646\u0627\u0645\u200c\u0647") == "\u0646\u0627\u0645\u200c\u0647"
    assert normal_name("<script>alert(1)</script>") == "<script>alert(1)</script>"
    assert len(normal_name("x" * 500)) == 200


@given(st.text(max_size=400))
def test_an_address_is_in_one_form_or_refused(text: str) -> None:
    for kind in ("email", "phone", "messenger", "handle", "ref"):
        try:
            found = normal(kind, text)
        except Invalid:
            continue
        assert found == normal(kind, found)
        assert found and "\x00" not in found


def test_a_phone_number_is_read_in_its_groups() -> None:
    assert readable("phone", "+61491570156") == "+61 491 570 156"
    assert readable("phone", "12") == "12"
    assert readable("email", "li@example.org") == "li@example.org"
