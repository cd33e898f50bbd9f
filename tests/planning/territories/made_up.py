"""A country that does not exist: a bent honeycomb with a river, islands, areas without people and one huge city."""

from dataclasses import dataclass, replace
from random import Random

from coterie.planning.territories.model import GivenArea

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Country:
    areas: list[GivenArea]
    pairs: Pairs


def country(
    seed: int,
    *,
    rows: int = 12,
    columns: int = 14,
    river: bool = True,
    islands: int = 2,
    city: float = 0.0,
    contacts: bool = False,
) -> Country:
    """Areas of a honeycomb and their true neighbours. `city`: the share of all customers who live in one area."""
    random = Random(seed)
    areas, pairs = [], []
    for row in range(rows):
        for column in range(columns):
            areas.append(area_at(random, row, column))
            pairs += [
                (name(row, column), name(there, beside))
                for there, beside in neighbours(row, column)
                if there < rows and 0 <= beside < columns
                and not (river and {column, beside} == {columns // 2 - 1, columns // 2} and row != rows // 2)
            ]  # fmt: skip
    areas += [
        GivenArea(f"I{number}", f"Isle {number}", 10.0 + number, 30.0, 40 + number)
        for number in range(islands)
    ]
    if city:
        rest = sum(each.customers for each in areas)
        areas[0] = replace(areas[0], customers=round(rest * city / (1 - city)))
    if contacts:
        areas = [replace(each, contacts=each.customers * random.lognormvariate(0, 0.1)) for each in areas]  # fmt: skip
    return Country(areas, pairs)


def name(row: int, column: int) -> str:
    return f"{row:02}{column:02}"


def area_at(random: Random, row: int, column: int) -> GivenArea:
    people = 0 if random.random() < 0.1 else round(random.lognormvariate(5, 0.8))
    return GivenArea(
        name(row, column),
        f"Ward {row}-{column}",
        round(2 + 0.2 * row + random.uniform(-0.05, 0.05), 5),
        round(7 + 0.2 * column + 0.1 * (row % 2) + random.uniform(-0.05, 0.05), 5),
        people,
        region="East" if column >= 7 else "West",
    )


def neighbours(row: int, column: int) -> list[tuple[int, int]]:
    """Those to the right and below, in a honeycomb whose odd rows stand half a place to the right."""
    shift = row % 2
    return [(row, column + 1), (row + 1, column - 1 + shift), (row + 1, column + shift)]
