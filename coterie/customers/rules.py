"""Rule 1: every customer has exactly one home, chosen by recorded facts and never by what was written."""

import re

import phonenumbers

from coterie.customers.model import Address, Choice, HomeFacts, IdentityKind
from coterie.kit.errors import Invalid

LONGEST_VALUE = 320
LONGEST_NAME = 200
# Names in Persian or Hindi are written with them.
JOINERS = "\u200c\u200d"
# No signs that mean something to who sends mail: one spelling, one recipient.
EMAIL = re.compile(r"[^@\s<>\"(),:;\[\]\\]{1,64}@[^@\s<>\"(),:;\[\]\\]{1,255}")


def choose_home(facts: HomeFacts) -> Choice:
    """Manual pin, household or company, territory, catch-all: the first that there is."""
    if facts.pin:
        return Choice(facts.pin, "pin")
    if facts.household:
        return Choice(facts.household, "household", facts.housemate or "")
    if facts.territory:
        return Choice(facts.territory, "territory", facts.area or "")
    return Choice(facts.catch_all, "catch_all", facts.area or "")


def home_in_words(reason: str, detail: str, community: str, *, pin_why: str | None = None) -> str:
    """Why this is the home, for a person."""
    if reason == "pin":
        return f"{community}: pinned by hand. {pin_why or ''}".strip()
    if reason == "household":
        return f"{community}: the same home as the household."
    if reason == "territory":
        return f"{community}: area {detail} lies in its territory."
    if detail:
        return f"{community}: area {detail} belongs to no community, and this one takes what has no home."
    return f"{community}: no area is known, and this community takes what has no home."


def normal(kind: IdentityKind, value: str, country: str | None = None) -> str:
    """An address in the one form in which it is stored and looked up.

    Raises Invalid where it cannot be one. A phone number needs its country code unless `country` says it.
    """
    text = value.strip()
    if not text or len(text) > LONGEST_VALUE or "\x00" in text:
        raise Invalid(f"An address has 1 to {LONGEST_VALUE} characters.", field="value")
    if kind == "email":
        return normal_email(text)
    return normal_phone(text, country) if kind == "phone" else text


def normal_email(text: str) -> str:
    email = text.lower()
    labels = email.rpartition("@")[2].split(".")
    if not EMAIL.fullmatch(email) or not email.isprintable() or len(labels) < 2 or not all(labels):
        raise Invalid(f"{text[:80]!r} is not an e-mail address.", field="value")
    return email


def normal_phone(text: str, country: str | None) -> str:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        hint = "" if country else " Write it with its country code, such as +61 491 570 156."
        raise Invalid(f"{text[:40]!r} is not a phone number.{hint}", field="value")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_name(text: str) -> str:
    """A name without what nobody sees: line breaks, control characters, signs that turn the direction of writing."""
    seen = "".join(c if c.isprintable() or c in JOINERS else " " * c.isspace() for c in text)
    return " ".join(seen.split())[:LONGEST_NAME]


def normal_address(address: Address) -> Address:
    return Address(address.kind, normal(address.kind, address.value), address.scope)


def readable(kind: str, value: str) -> str:
    """An address as a person reads it: a phone number in its groups, with its country."""
    if kind != "phone":
        return value
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
