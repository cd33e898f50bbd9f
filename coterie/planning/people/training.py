"""Who learns what, so that a community has every skill that it wants: those who are nearest to it already."""

from collections import Counter
from collections.abc import Mapping, Sequence

from coterie.planning.people.model import Person, Training


def cheapest(
    community: str, members: Sequence[Person], skills: Mapping[str, int]
) -> list[Training]:
    """One who learns for each that is missing. The highest level first, then who learns least yet, then by ref."""
    found: list[Training] = []
    learns: Counter[str] = Counter()
    for skill, number in sorted(skills.items()):
        missing = number - sum(person.able(skill) for person in members)
        unable = [person for person in members if not person.able(skill)]
        nearest = sorted(unable, key=lambda p: (-p.skills.get(skill, 0), learns[p.ref], p.ref))
        for person in nearest[: max(0, missing)]:
            learns[person.ref] += 1
            found.append(Training(person.ref, community, skill, person.skills.get(skill, 0)))
    return found
