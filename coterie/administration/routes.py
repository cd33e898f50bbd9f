"""Every route of the administration."""

from starlette.routing import Route

from coterie.administration import (
    absences,
    crossings,
    door,
    overview,
    own,
    people,
    programs,
    settings,
    structure,
    territories,
    trying,
)


def routes() -> list[Route]:
    return [
        *door.routes(),
        *own.routes(),
        *overview.routes(),
        *structure.routes(),
        *settings.routes(),
        *trying.routes(),
        *people.routes(),
        *absences.routes(),
        *crossings.routes(),
        *territories.routes(),
        *programs.routes(),
    ]
