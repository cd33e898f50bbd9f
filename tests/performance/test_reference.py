"""The page of the figures says what the code says."""

from pathlib import Path

from coterie.performance.reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "figures.md"


def test_the_page_is_written_from_the_code() -> None:
    assert PAGE.read_text() == reference(), "run python -m coterie.performance.reference > it"
