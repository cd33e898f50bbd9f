"""A report as PDF, set by typst with its own fonts. What it says goes in as data, so no text of a plan is ever a command."""

import json
from dataclasses import asdict

import typst

from coterie.planning.report.model import Report, Table

SOURCE = r"""
#let report = json(bytes(sys.inputs.report))
#let ink = rgb("#1d2329")
#let faint = rgb("#5d646b")
#let green = rgb("#1c6f69")
#set document(title: report.title, date: none)
#set page(
  paper: "a4", margin: (x: 20mm, top: 20mm, bottom: 22mm),
  footer: context text(8pt, fill: faint)[#report.title #h(1fr) #counter(page).display("1 / 1", both: true)],
)
#set text(font: "Libertinus Serif", size: 10pt, fill: ink, lang: "en")
#set par(leading: 0.6em)
#show heading.where(level: 1): it => block(above: 24pt, below: 9pt, width: 100%, stroke: (top: 1.2pt + green), inset: (top: 7pt), text(15pt, it.body))
#show heading.where(level: 2): it => block(above: 13pt, below: 6pt, text(10.5pt, it.body))
#let picture(svg, ..more) = image(bytes(svg), format: "svg", ..more)

#text(24pt, weight: "bold")[#report.title]
#v(-8pt)
#text(fill: faint)[#report.day]
#block(width: 100%, inset: 12pt, radius: 5pt, fill: rgb("#eef5f3"), {
  set text(11pt)
  for (at, sentence) in report.lead.enumerate() { if at > 0 { v(1pt) }; [#sentence]; parbreak() }
})

#let draw(one) = {
  if one.title != "" { heading(level: 2, one.title) }
  set text(8.5pt)
  set par(leading: 0.45em)
  let named = one.columns.any(each => each != "")
  table(
    columns: one.widths.map(each => if each > 0 { each * 1fr } else { auto }),
    stroke: (x, y) => (bottom: if y == 0 and named { 0.7pt + ink } else { 0.4pt + rgb("#e4e4df") }),
    inset: (x: 3pt, y: 3.2pt),
    align: (x, y) => horizon + if one.numbers.contains(x) { right } else { left },
    column-gutter: 4pt,
    ..if named { (table.header(..one.columns.map(each => text(fill: faint)[#each])),) } else { () },
    ..one.rows.map(row => row.enumerate().map(((at, said)) => if one.pictures.contains(at) and said != "" { picture(said, width: 100%) } else [#said])).flatten(),
  )
}

#for section in report.sections {
  heading(level: 1, section.title)
  for sentence in section.sentences { [#sentence]; parbreak() }
  if section.picture != "" {
    block(width: 100%, breakable: false, {
      if section.title == "Territories" {
        align(center, box(fill: rgb("#f8f8f5"), radius: 5pt, picture(section.picture, width: 66%)))
      } else { picture(section.picture, width: 100%) }
      v(3pt, weak: true)
      text(8.5pt, fill: faint)[#section.caption]
    })
  }
  for one in section.tables { draw(one) }
  if section.notes.len() > 0 {
    v(4pt)
    set text(8.5pt, fill: faint)
    list(..section.notes.map(each => [#each]))
  }
}
"""


def typeset(report: Report) -> bytes:
    """The PDF."""
    document = {**asdict(report), "sections": [
        {**asdict(each), "tables": [plain(one) for one in each.tables]} for each in report.sections
    ]}  # fmt: skip
    return typst.compile(
        SOURCE.encode(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(document)},
        timestamp=0,
    )


def plain(one: Table) -> dict[str, object]:
    """Columns are as broad as they need where nobody says otherwise; the first takes what is left."""
    widths = one.widths or (1.0, *(0.0 for _ in one.columns[1:]))
    return {
        "title": one.title,
        "columns": one.columns,
        "rows": one.rows,
        "numbers": sorted(one.numbers),
        "pictures": sorted(one.pictures),
        "widths": widths,
    }
