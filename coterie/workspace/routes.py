"""Every route of the expert's screen."""

from starlette.routing import Route

from coterie.workspace import (
    ask_pages,
    care_pages,
    case_pages,
    customer_pages,
    desk_pages,
    file_pages,
    handover_pages,
    message_pages,
    pages,
    promise_pages,
)


def routes() -> list[Route]:
    return [
        *pages.routes(),
        *case_pages.routes(),
        *customer_pages.routes(),
        *promise_pages.routes(),
        *handover_pages.routes(),
        *ask_pages.routes(),
        *care_pages.routes(),
        *message_pages.routes(),
        *file_pages.routes(),
        *desk_pages.routes(),
    ]
