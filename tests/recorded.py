"""Recorded data that is too large for the repository: in COTERIE_TEST_DATA, or in a `data` folder beside the checkout."""

import os
from pathlib import Path

BESIDE = Path(__file__).parents[2]


def recorded(name: str) -> Path | None:
    """Where a file of it is; None where it is nowhere, so that a test can say so."""
    given = os.environ.get("COTERIE_TEST_DATA")
    folders = [Path(given)] if given else sorted([BESIDE / "data", *BESIDE.glob("*/data")])
    return next((folder / name for folder in folders if (folder / name).exists()), None)
