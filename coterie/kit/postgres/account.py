"""Whom the server runs as, since PostgreSQL refuses root."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from coterie.kit.errors import Refused


class ProcessOptions(TypedDict, total=False):
    """What `subprocess` takes to run a process under an account."""

    env: dict[str, str]
    cwd: str
    umask: int
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as. It refuses root."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    @property
    def process(self) -> ProcessOptions:
        """How to start a process under it, with an environment that no PG... variable bends."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
        options: ProcessOptions = {"env": kept | {"LC_ALL": "C"}, "cwd": "/", "umask": 0o077}
        if self.is_ours:
            return options
        return {**options, "user": self.uid, "group": self.gid, "extra_groups": []}

    def may_pass(self, path: Path) -> bool:
        """Whether it may walk through every folder down to and including this one."""
        return self.is_ours or all(self.may_enter(folder) for folder in (path, *path.parents))

    def may_enter(self, folder: Path) -> bool:
        found = folder.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)

    def own(self, path: Path) -> None:
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)


def server_account(cluster: Path) -> Account:
    """Ourselves; as root the owner of the cluster that is there, or `nobody` for a new one."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if cluster.exists() and cluster.stat().st_uid != 0:
        return Account(cluster.stat().st_uid, cluster.stat().st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise Refused(
            "PostgreSQL refuses to run as root, and there is no user `nobody` to run it as."
        ) from error
    return Account(nobody.pw_uid, nobody.pw_gid)
