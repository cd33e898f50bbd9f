"""The days that are not like others: a country's holidays, and special days that the operator names."""

from collections.abc import Iterable, Mapping
from datetime import date

import holidays

from coterie.kit.errors import Invalid
from coterie.planning.demand.model import Calendar


def calendar(
    first: date,
    last: date,
    country: str | None = None,
    subdivision: str | None = None,
    special: Mapping[date, tuple[str, float | None]] | None = None,
) -> Calendar:
    """The calendar of these days. Country and subdivision are codes of ISO 3166. Raises `Invalid` for one that isn't known."""
    if country is None:
        if subdivision is not None:
            raise Invalid(f"The subdivision {subdivision} needs its country beside it.", "calendar", "country")  # fmt: skip
        return Calendar(special=special or {})
    check_known(country, subdivision)
    found = holidays.country_holidays(country, subdiv=subdivision, years=years(first, last))
    return Calendar({day: name for day, name in found.items() if first <= day <= last}, special or {})  # fmt: skip


def years(first: date, last: date) -> Iterable[int]:
    return range(first.year, last.year + 1)


def check_known(country: str, subdivision: str | None) -> None:
    known = holidays.list_supported_countries()
    if country not in known:
        raise Invalid(
            f"No holidays are known of {country}: name a country by its code of two letters, such as AU.",
            "calendar", "country",
        )  # fmt: skip
    if subdivision is not None and subdivision not in known[country]:
        told = ", ".join(known[country]) or "none"
        raise Invalid(
            f"{subdivision} is no subdivision of {country} whose holidays are known: {told}.",
            "calendar", "subdivision",
        )  # fmt: skip
