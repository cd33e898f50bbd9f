"""The database that the settings ask for: one of somebody else's, or our own while it is needed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import structlog

from coterie.kit.errors import Refused
from coterie.kit.postgres.cluster import Cluster
from coterie.kit.settings import Settings

LOOK_EVERY = 0.25

log = structlog.get_logger(__name__)


@contextmanager
def opened(settings: Settings, *, keep_alive: bool = False, new: bool = True) -> Iterator[Settings]:
    """The settings with the address of a database that answers; kept alive, ours is revived if it dies.

    Where none was made yet, one is, unless it is not to be `new`: a mistyped folder is then refused and left as it is.
    """
    if settings.database_url:
        check_reachable(settings.database_url)
        yield settings
        return
    cluster = Cluster(settings.data)
    if not (new or cluster.folder.exists()):
        raise Refused(f"There is no database in {settings.data}.", "no_database")
    with cluster:
        found = replace(settings, database_url=cluster.url)
        if not keep_alive:
            yield found
            return
        with kept_alive(cluster):
            yield found


def check_reachable(url: str) -> None:
    """Refuse an address that is none without repeating it: a password may stand in it."""
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.ProgrammingError as error:
        raise Refused(
            "COTERIE_DATABASE_URL is no address of a database: "
            "it should look like postgresql://user:password@host/database.",
            "no_database",
        ) from error
    except psycopg.OperationalError as error:
        # The first line; further ones are questions.
        reason = str(error).strip().splitlines()[0]
        raise Refused(
            f"The database of COTERIE_DATABASE_URL can't be reached: {reason}", "no_database"
        ) from error


@contextmanager
def kept_alive(cluster: Cluster) -> Iterator[None]:
    leaving = threading.Event()
    watch = threading.Thread(target=revive_until, args=(leaving, cluster), name="database watch")
    watch.start()
    try:
        yield
    finally:
        leaving.set()
        watch.join()


def revive_until(leaving: threading.Event, cluster: Cluster) -> None:
    while not leaving.wait(LOOK_EVERY):
        try:
            if cluster.has_died() and cluster.revive():
                log.warning("database revived")
        except Refused as no:
            log.warning("database not revived", why=no.sentence)
