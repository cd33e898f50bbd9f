"""People who are alike for an assignment: same site, same skills that they are able in, same languages and seats.

Thousands of people fall into some hundreds of classes, and numbers of a class are what is assigned first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coterie.planning.people.model import Person


@dataclass(frozen=True, slots=True)
class Alike:
    """A class: what its people have, and who they are, those of a group side by side."""

    site: str
    able: frozenset[str]
    languages: frozenset[str]
    seats: frozenset[str]
    people: tuple[Person, ...]


def classes(people: Iterable[Person], skills: Iterable[str]) -> Sequence[Alike]:
    """In an order that depends on nothing but what is in them."""
    known = sorted(skills)
    found: dict[tuple[str, frozenset[str], frozenset[str], frozenset[str]], list[Person]] = {}
    for person in sorted(people, key=lambda each: (each.group, each.ref)):
        able = frozenset(skill for skill in known if person.able(skill))
        found.setdefault((person.site, able, person.languages, person.seats), []).append(person)
    ordered = sorted(found.items(), key=lambda item: (item[0][0], *map(sorted, item[0][1:])))
    return [Alike(*key, tuple(some)) for key, some in ordered]
