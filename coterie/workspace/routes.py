"""Every route of the expert's screen."""

from starlette.routing import Route

from coterie.workspace import case_pages, desk_pages, file_pages, message_pages, pages


def routes() -> list[Route]:
    return [
        *pages.routes(),
        *case_pages.routes(),
        *message_pages.routes(),
        *file_pages.routes(),
        *desk_pages.routes(),
    ]
