"""The hazard of areas where it is known by area, or only at places."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy

from coterie.kit.errors import Invalid
from coterie.planning.territories.model import GivenArea, Point
from coterie.planning.territories.neighbours import ROWS, Places, Points, points_of


def with_hazard(areas: Sequence[GivenArea], by_area: Mapping[str, float], points: Sequence[Point]) -> list[GivenArea]:  # fmt: skip
    """The areas with their hazard, by area where it is known so, else by places.

    An area takes the mean of the places to which it is the nearest, else what the nearest place has. Where nothing is
    known it stays as it was. Raises `Invalid` where the hazards are of no use to any area.
    """
    found = {**at_places(areas, points), **by_area}
    given = [replace(each, hazard=found.get(each.area, each.hazard)) for each in areas]
    if all(each.area not in found for each in areas):
        raise Invalid("The file of hazards tells of none of the areas: neither by their codes nor by places near them.", "hazard", "hazard")  # fmt: skip
    return given


def at_places(areas: Sequence[GivenArea], points: Sequence[Point]) -> dict[str, float]:
    placed = [each for each in areas if each.place is not None]
    if not points or not placed:
        return {}
    homes = points_of(placed)
    spots = points_of([GivenArea("", lat=each.lat, lon=each.lon) for each in points])
    hazards = numpy.array([each.hazard for each in points])
    own = nearest_of(spots, homes)
    count = numpy.bincount(own, minlength=len(placed))
    total = numpy.bincount(own, hazards, len(placed))
    mean = numpy.where(count, total / numpy.maximum(count, 1), hazards[nearest_of(homes, spots)])
    return {each.area: float(hazard) for each, hazard in zip(placed, mean, strict=True)}


def nearest_of(points: Points, others: Points) -> Places:
    """For each point the place in the list of the other that is nearest."""
    rows = [
        (points[begin : begin + ROWS] @ others.T).argmax(axis=1)
        for begin in range(0, len(points), ROWS)
    ]
    return numpy.concatenate(rows).astype(numpy.int64)
