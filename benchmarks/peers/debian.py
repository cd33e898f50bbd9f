"""Peers that come as Debian packages, installed without starting the daemons they bring."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
PATIENCE = "DPkg::Lock::Timeout=300"


def install(*packages: str) -> None:
    """Install those that are missing: as root; else say how, and stop."""
    missing = [package for package in packages if not installed(package)]
    if not missing:
        return
    command = ["apt-get", "-o", PATIENCE, "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        raise SystemExit(f"Missing for this comparison: sudo {' '.join(command)}")
    with _no_daemons():
        _quietly("apt-get", "update")
        _quietly(*command)


def installed(package: str) -> bool:
    """Whether Debian has set it up completely."""
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    try:
        return subprocess.run(query, capture_output=True, check=False).stdout == b"installed"
    except FileNotFoundError:  # no Debian
        return False


def _quietly(*command: str) -> None:
    variables = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=variables)


@contextmanager
def _no_daemons() -> Iterator[None]:
    """While this lasts, Debian's policy is that no daemon starts."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
