"""What a benchmark says: whether a ratio is within its bound, and where it is written down."""

from pathlib import Path

import pytest

from benchmarks.report import Ratio, Report
from benchmarks.run import BEGIN, END, write


@pytest.mark.parametrize(
    ("ours", "least", "most", "verdict"),
    [
        (1.3, None, 1.3, "yes"),
        (1.31, None, 1.3, "no"),
        (15.0, 15.0, None, "yes"),
        (14.9, 15.0, None, "no"),
        (99.0, None, None, ""),
    ],
)
def test_a_ratio_holds_within_its_bound(
    ours: float, least: float | None, most: float | None, verdict: str
) -> None:
    ratio = Ratio("rate", "10 pairs", "a peer", "/s", ours, 1.0, least=least, most=most)
    report = Report("messages", [ratio])
    assert ratio.verdict == verdict
    assert report.holds is (verdict != "no")
    assert ratio.cells()[-1] == verdict


def test_what_was_found_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Before\n\n{BEGIN}\n\nold\n\n{END}\n\nAfter\n")
    for found in ("new", "newer"):
        write(page, ["When and where", found])
    assert page.read_text() == f"# Before\n\n{BEGIN}\n\nWhen and where\n\nnewer\n\n{END}\n\nAfter\n"
