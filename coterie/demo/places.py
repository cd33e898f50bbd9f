"""Three regions of New South Wales: postcodes, their main places, roughly where they lie, who neighbours whom.

How many customers the company has there is told, too; the demo plays a few of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from random import Random

CUSTOMERS, SPREAD = 700, 0.8
"""Of an area: the median, and the deviation of its logarithm."""
TOWNS = {"2650": 11_000, "2640": 9_000, "2680": 5_500, "2300": 12_000, "2280": 8_500, "2320": 8_000, "2480": 9_500, "2485": 8_000, "2460": 5_000}  # fmt: skip
CONTACTS = 6
"""Of a customer in a year."""


@dataclass(frozen=True, slots=True)
class Place:
    """A postcode and its main locality."""

    area: str
    name: str
    lat: float
    lon: float


RIVERINA = """\
2640 Albury -36.08 146.92; 2641 Lavington -36.04 146.94; 2642 Jindera -35.95 146.89; 2644 Holbrook -35.73 147.31
2650 Wagga Wagga -35.12 147.37; 2651 Forest Hill -35.15 147.47; 2652 Tarcutta -35.28 147.74
2653 Tumbarumba -35.78 148.01; 2656 Lockhart -35.22 146.72; 2658 Henty -35.52 147.03; 2660 Culcairn -35.67 147.04
2663 Junee -34.87 147.58; 2665 Ardlethan -34.36 146.90; 2666 Temora -34.45 147.53; 2680 Griffith -34.29 146.04
2700 Narrandera -34.75 146.55; 2701 Coolamon -34.82 147.20; 2702 Ganmain -34.79 147.04; 2705 Leeton -34.55 146.40
2706 Darlington Point -34.57 146.00; 2707 Coleambally -34.80 145.88; 2710 Deniliquin -35.53 144.96
2711 Hay -34.50 144.84; 2713 Finley -35.65 145.57; 2714 Tocumwal -35.81 145.57; 2720 Tumut -35.30 148.22
2722 Gundagai -35.07 148.11; 2729 Adelong -35.31 148.06; 2730 Batlow -35.52 148.15"""

HUNTER = """\
2300 Newcastle -32.93 151.78; 2280 Belmont -33.03 151.66; 2282 Warners Bay -32.97 151.65; 2283 Toronto -33.01 151.59
2285 Cardiff -32.94 151.66; 2287 Wallsend -32.90 151.67; 2290 Charlestown -32.96 151.69; 2303 Hamilton -32.92 151.75
2304 Mayfield -32.89 151.74; 2305 New Lambton -32.93 151.71; 2315 Nelson Bay -32.72 152.15
2320 Maitland -32.73 151.55; 2321 Lochinvar -32.70 151.45; 2322 Thornton -32.78 151.64
2323 East Maitland -32.75 151.59; 2324 Raymond Terrace -32.76 151.74; 2325 Cessnock -32.83 151.36
2327 Kurri Kurri -32.82 151.48; 2328 Denman -32.39 150.69; 2329 Merriwa -32.14 150.36; 2330 Singleton -32.57 151.17
2333 Muswellbrook -32.27 150.89; 2335 Branxton -32.66 151.35; 2336 Aberdeen -32.17 150.89; 2337 Scone -32.05 150.87
2338 Murrurundi -31.76 150.84; 2420 Dungog -32.40 151.76; 2421 Paterson -32.60 151.62; 2422 Gloucester -32.01 151.96"""

NORTHERN_RIVERS = """\
2460 Grafton -29.69 152.93; 2462 Ulmarra -29.63 153.03; 2463 Maclean -29.46 153.20; 2464 Yamba -29.44 153.36
2465 Harwood -29.42 153.24; 2466 Iluka -29.41 153.35; 2469 Bonalbo -28.74 152.62; 2470 Casino -28.86 153.05
2471 Coraki -28.99 153.29; 2472 Broadwater -29.01 153.43; 2473 Evans Head -29.12 153.43; 2474 Kyogle -28.62 153.00
2475 Urbenville -28.47 152.55; 2476 Woodenbong -28.39 152.61; 2477 Alstonville -28.84 153.44
2478 Ballina -28.87 153.57; 2479 Bangalow -28.69 153.52; 2480 Lismore -28.81 153.28; 2481 Byron Bay -28.64 153.61
2482 Mullumbimby -28.55 153.50; 2483 Brunswick Heads -28.54 153.55; 2484 Murwillumbah -28.33 153.40
2485 Tweed Heads -28.18 153.54; 2486 Banora Point -28.21 153.54; 2487 Kingscliff -28.26 153.58
2488 Bogangar -28.33 153.57; 2489 Pottsville -28.39 153.57; 2490 Tumbulgum -28.28 153.46"""


def told(area: str) -> int:
    """How many customers an area has, as the company's own file of areas says."""
    return TOWNS.get(area) or round(CUSTOMERS * Random(area).lognormvariate(0, SPREAD))


def places(table: str) -> list[Place]:
    """A region's places from its lines above."""
    return [read_place(entry) for line in table.splitlines() for entry in line.split(";")]


def read_place(entry: str) -> Place:
    area, *name, lat, lon = entry.split()
    return Place(area, " ".join(name), float(lat), float(lon))


def neighbours(found: Sequence[Place]) -> list[tuple[str, str]]:
    """The Gabriel graph: two places are neighbours if no third lies in the circle between them. It is connected."""
    return [
        (min(a.area, b.area), max(a.area, b.area))
        for at, a in enumerate(found)
        for b in found[at + 1 :]
        if not any(between(c, a, b) for c in found if c not in (a, b))
    ]


def between(c: Place, a: Place, b: Place) -> bool:
    """Whether c lies inside the circle that has a and b at its ends."""
    return squared(a, c) + squared(c, b) < squared(a, b)


def squared(a: Place, b: Place) -> float:
    """Distance squared, in degrees of latitude: good enough to compare over a few hundred kilometres."""
    return (a.lat - b.lat) ** 2 + ((a.lon - b.lon) * cos(radians((a.lat + b.lat) / 2))) ** 2
