"""The reference of settings is what the code says."""

from pathlib import Path

from coterie.communities.reference import reference
from coterie.communities.settings import DEFAULT_JSON, DEFAULTS, RULES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "community-settings.md"


def test_the_reference_is_written_from_the_table() -> None:
    assert PAGE.read_text() == reference(), "run python -m coterie.communities.reference > it"


def test_every_default_lies_in_its_bounds() -> None:
    for key, rule in RULES.items():
        assert rule.low <= getattr(DEFAULTS, key) <= rule.high, key
    assert DEFAULT_JSON.keys() - RULES.keys() == {"hours"}
