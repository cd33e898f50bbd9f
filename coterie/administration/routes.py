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
)


def routes() -> list[Route]:
    return [
        *door.routes(),
        *own.routes(),
        *overview.routes(),
        *structure.routes(),
        *settings.routes(),
        *people.routes(),
        *absences.routes(),
        *crossings.routes(),
        *territories.routes(),
        *programs.routes(),
    ]
