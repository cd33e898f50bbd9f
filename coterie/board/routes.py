"""Every route of the board."""

from starlette.routing import Route

from coterie.board import figure_pages, operation_pages, pages


def routes() -> list[Route]:
    return [
        Route("/board", pages.own),
        Route("/board/operation", operation_pages.operation),
        Route("/board/{id}", pages.board),
        Route("/board/{id}/now", pages.now),
        Route("/board/{id}/figures/{name}", figure_pages.figure),
    ]
