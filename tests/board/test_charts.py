"""The charts: what is committed is what the module writes; nothing in it says a colour."""

import json
import re
from pathlib import Path

import pytest

from coterie.board import charts
from coterie.ui.assets import FOLDER, files

TOKENS = (FOLDER / "charts.js").read_text()


@pytest.mark.parametrize("name", charts.CHARTS)
def test_what_is_committed_is_what_the_module_writes(name: str, tmp_path: Path) -> None:
    charts.write(tmp_path)
    assert (charts.FOLDER / f"{name}.json").read_text() == (tmp_path / f"{name}.json").read_text()
    assert f"charts/{name}.json" in files()


def test_no_chart_lies_there_that_nobody_writes() -> None:
    assert {path.stem for path in charts.FOLDER.iterdir()} == set(charts.CHARTS)


@pytest.mark.parametrize("name", charts.CHARTS)
def test_a_chart_leaves_its_look_to_the_tokens_and_its_data_to_the_page(name: str) -> None:
    text = (charts.FOLDER / f"{name}.json").read_text()
    spec = json.loads(text)
    assert not re.search(
        r"#[0-9a-f]{3}\b|rgb|\"color\"|\"fill\"|\"stroke\"|\"values\"|\"url\"", text
    )
    for layer in spec["layer"]:
        style = layer["mark"]["style"]
        assert re.search(rf"\"?{style}\"?: {{", TOKENS), style
        assert layer["mark"]["aria"] is False
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(|oklch", TOKENS)
