"""PostgreSQL in a data folder: our own launcher around the programs of a package."""

from coterie.kit.postgres.cluster import Cluster
from coterie.kit.postgres.opened import opened
from coterie.kit.postgres.programs import program

__all__ = ["Cluster", "opened", "program"]
