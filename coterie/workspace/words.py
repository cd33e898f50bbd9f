"""Codes as sentences, for the templates of this screen."""

from collections.abc import Sequence

from coterie.customers.rules import readable
from coterie.ui.templates import ENVIRONMENT
from coterie.workspace.model import About, Home, Onlooker
from coterie.workspace.rules import fold, given, size_words

LANGUAGES = {
    "ar": "Arabic", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fr": "French",
    "hi": "Hindi", "it": "Italian", "pa": "Punjabi", "ta": "Tamil", "vi": "Vietnamese", "yue": "Cantonese",
    "zh": "Mandarin",
}  # fmt: skip


def language(code: str) -> str:
    return LANGUAGES.get(code.lower().split("-")[0], code)


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
    home_reason=home_reason,
    language=language,
    looking=looking,
    size_words=size_words,
)
