"""Codes as sentences, for the templates of this screen."""

from collections.abc import Sequence

from coterie.customers.rules import readable
from coterie.ui.reader import Reader
from coterie.ui.templates import ENVIRONMENT
from coterie.workspace.model import About, Handed, Home, Meanwhile, Onlooker
from coterie.workspace.rules import fold, given, language, size_words


def home_reason(home: Home) -> str:
    match home.reason:
        case "pin":
            return f"Pinned here by hand{': ' + home.detail if home.detail else ''}."
        case "household":
            return "The same home as their household."
        case "territory":
            return (
                f"Area {home.detail} lies in its territory."
                if home.detail
                else "Their area lies in its territory."
            )
        case _:
            return "No territory covers where they are, so the catch-all took them in."


def care(about: About) -> str:
    """Consent and vulnerability in one or two sentences."""
    asked = [
        f"{name.replace('_', ' ')}: {'yes' if said else 'no'}"
        for name, said in about.consent.items()
    ]
    consent = (
        ("Consent, " + ", ".join(asked) + ".") if asked else "Nothing was asked or agreed yet."
    )
    return f"Vulnerable: handle with care. {consent}" if about.vulnerable else consent


def absent(why: str) -> str:
    """Why somebody is not there, as teammates are told: an illness is their own business."""
    return {"leave": "on leave", "training": "at a training"}.get(why, "away")


def handed(handover: Handed, me_id: str, reader: Reader) -> str:
    """Who gave this case to whom, why, and when it returns."""
    giver, taker = given(handover.giver), given(handover.taker)
    to = "you" if handover.taker_id == me_id else taker
    if handover.returns_at and handover.absent_for:
        until = reader.short(handover.returns_at)
        back = f"It returns to {giver} then."
        return f"{giver} is {absent(handover.absent_for)} until {until}: {to} own{'s' * (to != 'you')} this case meanwhile. {back}"
    if handover.reason == "leaving":
        return f"{giver} has left, and {to} own{'s' * (to != 'you')} this case for good."
    by = "You" if handover.giver_id == me_id else giver
    return f"{by} handed this case to {to}."


def meanwhile(case: Meanwhile) -> str:
    """Wrote 3 times; Tom answered; solved: a new router. Jo owns it now."""
    said = []
    if case.written:
        said.append("wrote" if case.written == 1 else f"wrote {case.written} times")
    if case.by:
        names = " and ".join(given(name) for name in case.by)
        said.append(f"{names} {'answered' if case.answered else 'left a note'}")
    if case.how is not None:
        said.append(f"solved: {case.how}" if case.how else "solved")
    told = "; ".join(said)
    owner = f". {given(case.owner)} owns it now" if case.owner and case.state != "closed" else ""
    return told[:1].upper() + told[1:] + owner + "."


def looking(people: Sequence[Onlooker]) -> str:
    """Tom looks on; Tom is typing; Tom and 2 more look on."""
    typing = [person for person in people if person.typing]
    if typing:
        return f"{given(typing[0].name)} is typing"
    first = given(people[0].name)
    return (
        f"{first} looks on" if len(people) == 1 else f"{first} and {len(people) - 1} more look on"
    )


ENVIRONMENT.filters.update(
    care=care,
    readable=readable,
    fold=fold,
    given=given,
    handed=handed,
    home_reason=home_reason,
    language=language,
    looking=looking,
    meanwhile=meanwhile,
    size_words=size_words,
)
