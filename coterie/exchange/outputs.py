"""What commands write: every target is looked at before anything is computed, and all is written, or nothing."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from coterie.kit.errors import Invalid


def check_targets(*files: Path | None, folder: Path | None = None) -> None:
    """Whether all of them can be written, and none is another. Raises `Invalid`. `folder` may have yet to be made."""
    seen: set[Path] = set()
    for path in (each for each in files if each is not None):
        if path.is_dir():
            raise cannot(path, "it is a folder")
        check_folder(path, path.parent)
        if path.resolve() in seen:
            raise cannot(path, "it is the target of two options")
        seen.add(path.resolve())
    if folder is not None:
        made = next(each for each in (folder, *folder.absolute().parents) if each.exists())
        check_folder(folder, made)


def check_folder(path: Path, folder: Path) -> None:
    if not folder.exists():
        raise cannot(path, f"there is no folder {folder}")
    if not folder.is_dir():
        raise cannot(path, f"{folder} is no folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise cannot(path, f"nobody may write in {folder}")


def cannot(path: Path, why: str) -> Invalid:
    return Invalid(f"{path} can't be written: {why}.", "no_file", "out")


def as_document(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Each beside its place first, and moved there when all are whole: a full disk or Ctrl-C leaves what was there."""
    asides = {path: path.with_name(path.name + ".part") for path in contents}
    path = Path()
    try:
        for path, content in contents.items():
            if path.is_dir():
                raise cannot(path, "it is a folder")
            path.parent.mkdir(parents=True, exist_ok=True)
            asides[path].write_bytes(content)
        for path, aside in asides.items():
            aside.replace(path)
    except OSError as error:
        raise cannot(path, str(error.strerror).lower()) from error
    finally:
        discard(list(asides.values()))


def discard(asides: Sequence[Path]) -> None:
    for aside in asides:
        if aside.is_file():
            aside.unlink()
