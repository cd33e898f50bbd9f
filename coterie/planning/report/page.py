"""A report as one page of HTML that holds everything it needs: read on a screen, sent by mail, printed."""

from collections.abc import Iterator
from html import escape

from coterie.planning.report.model import Report, Section, Table

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f6f5f1; color: #1d2329; font: 16px/1.5 Georgia, "Libertinus Serif", serif; }
main { max-width: 62rem; margin: 0 auto; padding: 3rem clamp(1rem, 5vw, 4rem); background: #fff; }
h1 { font-size: 2.1rem; line-height: 1.15; margin: 0; letter-spacing: -0.02em; }
h2 { font-size: 1.4rem; margin: 3rem 0 0.5rem; padding-top: 1rem; border-top: 2px solid #1c6f69; }
h3 { font-size: 1rem; margin: 1.6rem 0 0.4rem; }
p { margin: 0.5rem 0; }
.day, figcaption, .notes { color: #5d646b; font-size: 0.9rem; }
.lead { font-size: 1.1rem; padding: 1.2rem 1.4rem; margin: 1.6rem 0; background: #eef5f3; border-radius: 0.6rem; list-style: none; }
.lead li + li { margin-top: 0.5rem; }
figure { margin: 1.2rem 0; }
figure svg { width: 100%; max-height: 46rem; background: #f8f8f5; border-radius: 0.6rem; }
figure.wide svg { background: none; max-height: none; }
.box { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.88rem; }
th { text-align: left; color: #5d646b; font-weight: normal; border-bottom: 1px solid #1d2329; padding: 0.25rem 0.7rem 0.25rem 0; }
td { border-bottom: 1px solid #e4e4df; padding: 0.3rem 0.7rem 0.3rem 0; vertical-align: top; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td svg { display: block; width: 7rem; height: 1.3rem; }
@media screen and (max-width: 46rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, td { display: block; }
  tr { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 0.5rem 1rem; align-items: start; padding: 0.7rem 0; border-bottom: 1px solid #e4e4df; }
  td, td.n { border: 0; padding: 0; text-align: left; white-space: normal; }
  td:first-child { grid-column: 1 / -1; font-weight: bold; }
  td:only-child { font-weight: normal; }
  td:empty { display: none; }
  td[data-of]:not(:first-child)::before { content: attr(data-of); display: block; color: #5d646b; }
}
@media print { body { background: none; font-size: 10pt; } main { padding: 0; max-width: none; } h2 { break-after: avoid; } tr, figure { break-inside: avoid; } thead { display: table-header-group; } }
"""


def page(report: Report) -> str:
    """The whole document."""
    return "".join(
        [
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(report.title)}</title><style>{STYLE}</style></head><body><main>",
            f'<h1>{escape(report.title)}</h1><p class="day">{escape(report.day)}</p>',
            f'<ul class="lead">{"".join(f"<li>{escape(each)}</li>" for each in report.lead)}</ul>',
            *(part for each in report.sections for part in section(each)),
            "</main></body></html>\n",
        ]
    )


def section(one: Section) -> Iterator[str]:
    yield f"<section><h2>{escape(one.title)}</h2>"
    yield from (f"<p>{escape(each)}</p>" for each in one.sentences)
    if one.picture:
        wide = "" if one.title == "Territories" else ' class="wide"'
        yield f'<figure{wide} role="img" aria-label="{escape(one.title)}">{one.picture}<figcaption>{escape(one.caption)}</figcaption></figure>'
    for each in one.tables:
        yield from table(each)
    if one.notes:
        yield f'<ul class="notes">{"".join(f"<li>{escape(each)}</li>" for each in one.notes)}</ul>'
    yield "</section>"


def table(one: Table) -> Iterator[str]:
    yield f'<h3>{escape(one.title)}</h3><div class="box"><table>'
    if any(one.columns):
        yield f"<thead><tr>{''.join(cell('th', each, at, one) for at, each in enumerate(one.columns))}</tr></thead>"
    yield "<tbody>"
    for row in one.rows:
        yield f"<tr>{''.join(cell('td', each, at, one) for at, each in enumerate(row))}</tr>"
    yield "</tbody></table></div>"


def cell(kind: str, text: str, at: int, one: Table) -> str:
    said = text if at in one.pictures and kind == "td" else escape(text)
    number = ' class="n"' if at in one.numbers else ""
    column = f' data-of="{escape(one.columns[at])}"' if kind == "td" and one.columns[at] else ""
    return f"<{kind}{number}{column}>{said}</{kind}>"
