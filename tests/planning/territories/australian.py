"""Australia by postcode, and New South Wales with its true neighbours, from recorded files."""

import csv
import gzip
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from coterie.planning.territories.model import GivenArea
from tests.recorded import recorded

CENTROIDS = recorded("australia/postcode_centroids.csv")
PEOPLE = recorded("australia/postcode_population_seifa_2011.csv")
NSW_PAIRS = recorded("australia/nsw_poa_adjacency_derived.csv")
NSW_PEOPLE = recorded("australia/nsw_postcode_population_2021census.csv")
PLACES = recorded("australia/australian_postcodes_2025-09.csv.gz")
ABSENT = "the files of Australia are not on this machine"
AUSTRALIA = CENTROIDS is not None and PEOPLE is not None
NEW_SOUTH_WALES = NSW_PAIRS is not None and NSW_PEOPLE is not None and PLACES is not None
"""Whether there is all that the one and the other is made of."""


def australia() -> list[GivenArea]:
    assert CENTROIDS is not None and PEOPLE is not None
    people = {row["POA_CODE"]: int(row["Pop"]) for row in rows(PEOPLE)}
    return [
        GivenArea(row["POA_CODE"], "", float(row["lat_c"]), float(row["long_c"]), people.get(row["POA_CODE"], 0))
        for row in rows(CENTROIDS)
    ]  # fmt: skip


def named(areas: Sequence[GivenArea]) -> list[GivenArea]:
    """Each with its first locality and its state, where the file of places is there."""
    places = {row["postcode"]: row for row in reversed(rows(PLACES))} if PLACES else {}
    return [
        replace(each, name=places[each.area]["locality"].title(), region=places[each.area]["state"])
        if each.area in places
        else each
        for each in areas
    ]


def new_south_wales() -> tuple[list[GivenArea], list[tuple[str, str]]]:
    assert NSW_PAIRS is not None and NSW_PEOPLE is not None and PLACES is not None
    places = {row["postcode"]: (float(row["lat"]), float(row["long"])) for row in rows(PLACES)}
    areas = [
        GivenArea(row["POSTCODE"], "", *places[row["POSTCODE"]], int(row["POPULATION"]))
        for row in rows(NSW_PEOPLE)
    ]
    return areas, [(row["poa_a"], row["poa_b"]) for row in rows(NSW_PAIRS)]


def rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        return list(csv.DictReader(file))
