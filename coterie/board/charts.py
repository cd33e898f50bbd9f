"""The charts of the board, as Vega-Lite: written here with Altair while developing, and committed as JSON.

    .venv/bin/python -m coterie.board.charts

The server never imports this. A chart says what stands where; its data come by name from the page, its colours and type
from the design tokens (`charts.js` gives each style here its colours). Data are rows of a week: `week` as a person
reads it, `value`, `low` and `high` in the unit of the axis, null below five answers; `line` tells lines apart.
"""

import json
from pathlib import Path
from typing import Any

import altair as alt

FOLDER = Path(__file__).parents[1] / "ui" / "static" / "charts"
WEEKS = alt.X(
    "week:O",
    sort=None,
    title=None,
    axis=alt.Axis(
        grid=False, ticks=False, domain=False, labelAngle=0, labelOverlap="parity", labelPadding=8,
        labelSeparation=14,
    ),
)  # fmt: skip
SCALE = alt.Scale(zero=False, nice=True)
NUMBERS = alt.Axis(
    title=None, ticks=False, domain=False, tickCount=3, labelPadding=8, labelExpr="datum.label + suffix"
)  # fmt: skip
SUFFIX = alt.param(name="suffix", value="")


def band(source: Any, **where: Any) -> Any:
    """The 95% interval."""
    chart = alt.Chart(source).mark_area(
        aria=False, style="band", invalid="break-paths-show-path-domains"
    )
    return chart.encode(x=WEEKS, y=alt.Y("low:Q", scale=SCALE, axis=NUMBERS), y2="high:Q", **where)


def line(source: Any, style: str) -> Any:
    chart = alt.Chart(source).mark_line(
        aria=False, style=style, invalid="break-paths-show-path-domains"
    )
    return chart.encode(x=WEEKS, y=alt.Y("value:Q", scale=SCALE, axis=NUMBERS))


def dots(source: Any, style: str) -> Any:
    """Every week that says something: also one between two that don't, which no line reaches."""
    chart = alt.Chart(source).mark_point(aria=False, style=style, filled=True, invalid="filter")
    return chart.encode(x=WEEKS, y=alt.Y("value:Q", scale=SCALE, axis=NUMBERS))


def names(source: Any, style: str) -> Any:
    """What a line is called, behind its end. Only the last row has a name."""
    chart = alt.Chart(source).mark_text(
        aria=False, style=style, align="left", baseline="middle", dx=9
    )
    return chart.encode(x=WEEKS, y=alt.Y("value:Q", scale=SCALE, axis=NUMBERS), text="name:N")


def figure() -> Any:
    """One figure week by week."""
    source = alt.NamedData("weeks")
    return sized(
        alt.layer(band(source), line(source, "main"), dots(source, "main-dot")), height=224
    )


def continuity() -> Any:
    """Whether customers meet who knows them, and beside it their owner."""
    known, owner = alt.NamedData("known"), alt.NamedData("owner")
    return sized(
        alt.layer(
            band(known),
            line(owner, "other"),
            dots(owner, "other-dot"),
            line(known, "main"),
            dots(known, "main-dot"),
            names(known, "main-name"),
            names(owner, "other-name"),
        ),
        height=148,
        right=44,
    )


def sized(chart: Any, height: int, right: int = 4) -> Any:
    """As wide as its place. `right` leaves room for what stands behind the ends of lines."""
    return chart.properties(
        width="container",
        height=height,
        padding={"left": 0, "top": 6, "right": right, "bottom": 4},
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
    ).add_params(SUFFIX)


CHARTS = {"figure": figure, "continuity": continuity}


def written(chart: Any) -> str:
    """As it stands in the file: the same text for the same chart. The look is no part of it."""
    told = chart.to_dict()
    told.pop("config", None)
    return json.dumps(told, indent=1, sort_keys=True) + "\n"


def write(folder: Path = FOLDER) -> None:
    folder.mkdir(exist_ok=True)
    for name, make in CHARTS.items():
        (folder / f"{name}.json").write_text(written(make()))


if __name__ == "__main__":
    write()
