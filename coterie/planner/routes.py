"""Every route of the planner."""

from starlette.routing import Route

from coterie.planner import (
    list_pages,
    map_pages,
    people_pages,
    report_pages,
    run_pages,
    twin_pages,
    wave_pages,
)
from coterie.planner.edge import LIST, PLAN, PLANS


def routes() -> list[Route]:
    return [
        Route(LIST, list_pages.listed),
        Route(LIST + "/draws", list_pages.make, methods=["POST"]),
        Route(PLANS, list_pages.bring, methods=["POST"]),
        Route(PLAN, map_pages.the_map),
        Route(PLAN + "/plan.json", list_pages.download),
        Route(PLAN + "/name", list_pages.rename, methods=["POST"]),
        Route(PLAN + "/copy", list_pages.copy, methods=["POST"]),
        Route(PLAN + "/delete", list_pages.delete, methods=["POST"]),
        Route(PLAN + "/bring-back", list_pages.bring_back, methods=["POST"]),
        Route(PLAN + "/areas/{area}", map_pages.area),
        Route(PLAN + "/moves", map_pages.move, methods=["POST"]),
        Route(PLAN + "/undo", map_pages.undo, methods=["POST"]),
        Route(PLAN + "/redo", map_pages.redo, methods=["POST"]),
        Route(PLAN + "/people", people_pages.the_people),
        Route(PLAN + "/waves", wave_pages.the_waves),
        Route(PLAN + "/waves.csv", wave_pages.waves_csv),
        Route(PLAN + "/waves/{wave}", wave_pages.look),
        Route(PLAN + "/waves/{wave}", wave_pages.apply, methods=["POST"]),
        Route(PLAN + "/waves/{wave}/look", wave_pages.look, methods=["POST"]),
        Route(PLAN + "/applied/{change}/undo", wave_pages.undo, methods=["POST"]),
        Route(PLAN + "/twin", twin_pages.the_twin),
        Route(PLAN + "/twin", twin_pages.start, methods=["POST"]),
        Route(PLAN + "/twin/compare", twin_pages.compare),
        Route(PLAN + "/twin/{run}", twin_pages.one),
        Route(PLAN + "/twin/{run}/result.json", twin_pages.result_json),
        Route(PLAN + "/report", report_pages.the_report),
        Route(PLAN + "/report.html", report_pages.html_file),
        Route(PLAN + "/report.pdf", report_pages.pdf_file),
        Route(PLAN + "/runs/{run}/cancel", run_pages.cancel, methods=["POST"]),
        Route(PLAN + "/runs/{run}/again", run_pages.again, methods=["POST"]),
    ]
