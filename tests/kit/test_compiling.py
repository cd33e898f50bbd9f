"""What is compiled is kept as long as nothing that it was made from has changed."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coterie.kit.compiling import DIGITS, UNUSED_S, folder, opened

CALLER = """
from coterie.kit.compiling import compiler
from callee import one_more

compiled = compiler(__file__)


@compiled
def made(number):
    return callee(number)


callee = compiled(one_more)
print(made(1), made.stats.cache_hits[made.signatures[0]] if made.stats.cache_hits else "compiled")
"""
CALLEE = "def one_more(number):\n    return number + {}\n"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    made = tmp_path / "sources"
    made.mkdir()
    (made / "caller.py").write_text(CALLER)
    (made / "callee.py").write_text(CALLEE.format(1))
    return made


def said_by(sources: Path) -> list[str]:
    """Of the caller, in a process of its own: the number, and whether it was compiled just now."""
    told = {**os.environ, "XDG_CACHE_HOME": f"{sources.parent}", "PYTHONPATH": f"{Path.cwd()}", "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip
    done = subprocess.run([sys.executable, sources / "caller.py"], env=told, capture_output=True, text=True, check=True)  # fmt: skip
    return done.stdout.split()


def test_what_was_compiled_is_read_again_until_a_callee_in_another_file_changes(
    sources: Path,
) -> None:
    assert said_by(sources) == ["2", "compiled"]
    assert said_by(sources) == ["2", "1"]
    (sources / "callee.py").write_text(CALLEE.format(2))
    assert said_by(sources) == ["3", "compiled"]


def test_another_callee_another_source_elsewhere_and_other_options_are_another_folder(
    sources: Path,
) -> None:
    elsewhere = sources.parent / "elsewhere.py"
    elsewhere.write_text("A = 1\n")

    def now(**options: bool) -> Path:
        return folder(sources, [elsewhere], options)

    first = now()
    assert now() == first
    assert now(fastmath=True) != first
    (sources / "callee.py").write_text(CALLEE.format(2))
    second = now()
    assert second != first
    elsewhere.write_text("A = 2\n")
    assert now() not in {first, second}


def test_versions_that_nobody_runs_any_more_are_swept_away(tmp_path: Path) -> None:
    old, recent, other, mine = (
        tmp_path / name
        for name in ("world-" + "0" * DIGITS, "world-" + "1" * DIGITS, "rosters-" + "2" * DIGITS, "world-mine")
    )  # fmt: skip
    for each in (old, recent, other, mine):
        each.mkdir()
        (each / "made.nbi").touch()
    long_ago = time.time() - UNUSED_S - 60
    for each in (old, recent, other, mine):
        os.utime(each, (long_ago, long_ago))
    opened(recent)
    assert old.exists()  # only a new version looks for old ones
    opened(tmp_path / ("world-" + "3" * DIGITS))
    assert not old.exists() and recent.exists() and other.exists() and mine.exists()


def test_where_nothing_can_be_kept_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "coterie").write_text("a file, where a folder should be")
    opened(tmp_path / "coterie" / ("world-" + "0" * DIGITS))
