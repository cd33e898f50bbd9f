"""A document with one place changed, at every place of it."""

from collections.abc import Iterator, Mapping
from typing import Any

STRANGE: tuple[Any, ...] = (None, "x", -1, float("nan"), [], {}, 0.5, True, 1e300, 10**12)
Path = tuple[str | int, ...]


def places(document: Any, path: Path = ()) -> Iterator[Path]:
    """Every branch and leaf; of lists the first."""
    if path:
        yield path
    if isinstance(document, Mapping):
        inside: list[str | int] = list(document)
    elif isinstance(document, list) and document:
        inside = [0]
    else:
        return
    for each in inside:
        yield from places(document[each], (*path, each))


def changed(document: Any, path: Path, value: Any) -> Any:
    """A copy with that value there; what did not change is shared."""
    if not path:
        return value
    made = document.copy()
    made[path[0]] = changed(document[path[0]], path[1:], value)
    return made


def without(document: Any, path: Path) -> Any:
    """A copy that lacks what is there."""
    made = document.copy()
    if len(path) == 1:
        del made[path[0]]
    else:
        made[path[0]] = without(document[path[0]], path[1:])
    return made


def each_changed(document: Any) -> Iterator[tuple[Path, Any, Any]]:
    """Where, what stands there now, and the document."""
    for path in places(document):
        yield path, "nothing", without(document, path)
        for value in STRANGE:
            yield path, value, changed(document, path, value)
