"""The audit as sentences."""

from typing import Any

from coterie.administration.queries import AuditLine
from coterie.kit.ids import is_id

OBJECTS = {
    "account": "Accounts",
    "expert": "Members",
    "community": "Communities",
    "territory": "Territories",
    "areas": "Areas",
    "region": "Regions",
    "site": "Sites",
    "token": "Tokens",
    "customer": "Customers",
}

DONE = {
    ("open", "account"): "opened the account of {name}",
    ("change", "account"): "changed the account of {name}",
    ("close", "account"): "closed the account of {name}",
    ("reopen", "account"): "opened the account of {name} again",
    ("invite", "account"): "made a password link for {name}",
    ("sign_out", "account"): "signed {name} out everywhere",
    ("choose_password", "account"): "set a new password for {name}",
    ("appoint", "expert"): "appointed {name}",
    ("end_membership", "expert"): "ended the membership of {name}",
    ("set_skills", "expert"): "changed the skills of {name}",
    ("change", "expert"): "changed the work of {name}",
    ("plan_shifts", "expert"): "planned the shifts of {name}",
    ("record_absence", "expert"): "entered an absence of {name}",
    ("change_absence", "expert"): "changed an absence of {name}",
    ("take_back_absence", "expert"): "took back an absence of {name}",
    ("found", "community"): "founded {name}",
    ("change", "community"): "changed {name}",
    ("set", "community"): "changed settings of {name}",
    ("make_catch_all", "community"): "made {name} the catch-all",
    ("assign", "territory"): "gave areas to {name}",
    ("add", "areas"): "added areas",
    ("found", "region"): "made the region {name}",
    ("found", "site"): "made the site {name}",
    ("open", "site"): "let {name} embed the messenger",
    ("change", "site"): "changed the messenger on {name}",
    ("close", "site"): "took the messenger from a site",
    ("make", "token"): "made the token {name}",
    ("revoke", "token"): "revoked a token",
    ("pin", "customer"): "pinned a customer to a community",
    ("unpin", "customer"): "took back the pin of a customer",
    ("erase", "customer"): "erased a customer",
}


def told(line: AuditLine) -> str:
    """What was done, after the name of who did it."""
    known = DONE.get((line.verb, line.object))
    words = known or f"{line.verb.replace('_', ' ')}: {line.object}"
    return words.format(name=line.name or "somebody")


# Verbs whose change is, for each thing, from what to what.
COMPARING = ("change", "set", "set_skills")


def details(line: AuditLine) -> list[tuple[str, str]]:
    """What changed, each with its name. Ids say nothing to a person, and what is empty neither."""
    told = ((label(line.verb, key), in_words(line.verb, it)) for key, it in line.change.items())
    return [(key, words) for key, words in told if words]


# What a bare number counts, by the verb.
COUNTED = {"plan_shifts": "shifts", "add": "areas"}


def label(verb: str, key: str) -> str:
    return COUNTED.get(verb, key) if key == "number" else key.replace("_", " ")


def in_words(verb: str, value: Any) -> str:
    if verb in COMPARING and isinstance(value, list) and len(value) == 2:
        return f"{plain(value[0]) or 'nothing'} to {plain(value[1]) or 'nothing'}"
    return plain(value)


def plain(value: Any) -> str:
    if value is None or is_id(str(value)):
        return ""
    if isinstance(value, list):
        return ", ".join(plain(each) for each in value[:20]) + (" ..." if len(value) > 20 else "")
    if isinstance(value, dict):
        return ", ".join(f"{key} {plain(each)}" for key, each in value.items() if plain(each))
    return str(value)
