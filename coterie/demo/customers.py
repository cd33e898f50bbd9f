"""Makes the demo's customers, as a file that the import of Coterie itself takes in."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from coterie.demo.people import names
from coterie.demo.places import Place, places
from coterie.demo.region import TERRITORIES
from coterie.exchange.rules import CUSTOMER_COLUMNS

PER_COMMUNITY = 100
BUSINESSES = ("Bakery", "Cafe", "Vet Clinic", "Hardware", "Bus Lines", "Motors", "Pharmacy", "Vineyard", "Fencing")  # fmt: skip
YOURS = "WT-10001"
"""The customer whom you can be: Priya owned her last case."""


@dataclass(frozen=True, slots=True)
class Person:
    """A customer before anybody has met them."""

    ref: str
    name: str
    email: str
    phone: str
    area: str
    place: str
    team: str
    household: str = ""
    segment: str = "home"
    vulnerable: bool = False


def people(random: Random) -> list[Person]:
    """A hundred for each community, the first of all being Colleen Barber of Coolamon and her Neville."""
    named = names(random)
    found = [
        Person(YOURS, "Colleen Barber", "colleen.barber@mail.example", phone(0), "2701", "Coolamon", "Riverina", "Barber"),
        Person("WT-10002", "Neville Barber", "", phone(1), "2701", "Coolamon", "Riverina", "Barber"),
    ]  # fmt: skip
    for team, table in TERRITORIES.items():
        where = places(table)
        for _ in range(PER_COMMUNITY - (2 if team == "Riverina" else 0)):
            found.append(person(random, len(found), next(named), random.choice(where), team))
    return found


def person(random: Random, at: int, name: str, place: Place, team: str) -> Person:
    business = random.random() < 0.1
    email = f"{name.lower().replace(' ', '.')}{random.randrange(10, 99)}@mail.example"
    return Person(
        ref=f"WT-{10001 + at}",
        name=f"{place.name} {random.choice(BUSINESSES)}" if business else name,
        email=email if random.random() < 0.9 else "",
        phone=phone(at),
        area=place.area,
        place=place.name,
        team=team,
        segment="business" if business else "home",
        vulnerable=not business and random.random() < 0.05,
    )


def phone(at: int) -> str:
    """From the numbers that Australia keeps for fiction, as far as those go, then beside them."""
    return f"+61491570{at + 156}" if at < 2 else f"+6149157{1000 + at}"


def write_file(path: Path, found: Sequence[Person]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(CUSTOMER_COLUMNS)
        for each in found:
            language, vulnerable = "en", "yes" if each.vulnerable else "no"
            table.writerow((
                each.ref, each.name, each.email, each.phone, each.area, each.household, each.segment,
                language, vulnerable,
            ))  # fmt: skip
