"""Documents read by types: every value has the type and the range that its annotation says, or is named with its path."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, TypeVar, cast

from pydantic import Field, TypeAdapter, ValidationError

from coterie.kit.errors import Invalid

MOST = 1e15
SHOWN = 40
T = TypeVar("T")

Text = Annotated[str, Field(strict=True, max_length=1_000)]
"""A name, an id, a date."""
Id = Annotated[str, Field(strict=True, min_length=1, max_length=1_000)]
Words = Annotated[str, Field(strict=True, max_length=20_000)]
Yes = Annotated[bool, Field(strict=True)]
Seed = Annotated[int, Field(strict=True, ge=-int(MOST), le=int(MOST))]
Whole = Annotated[int, Field(strict=True, ge=0, le=int(MOST))]
People = Annotated[int, Field(strict=True, ge=0, le=100_000)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=MOST)]
Above = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=MOST)]
"""A number above 0."""
Finite = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-MOST, le=MOST)]
Share = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1)]

KINDS = {
    "bool": "true or false",
    "dataclass": "an object",
    "dict": "an object",
    "finite": "a finite number",
    "float": "a number",
    "int": "a whole number",
    "is": "a list",
    "list": "a list",
    "sequence": "a list",
    "string": "a text",
    "string_unicode": "a text of whole characters",
    "tuple": "a list",
}
"""By pydantic's name of a fault, or its beginning, what was expected."""
BOUNDS = {
    "greater_than": ("gt", "a number above {:g}"),
    "greater_than_equal": ("ge", "a number from {:g} on"),
    "less_than": ("lt", "a number below {:g}"),
    "less_than_equal": ("le", "a number up to {:g}"),
    "string_too_short": ("min_length", "a text of at least {:g} letter"),
    "string_too_long": ("max_length", "a text of at most {:g} letters"),
    "too_long": ("max_length", "a list of at most {:g}"),
    "too_short": ("min_length", "a list of at least {:g}"),
}


adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def read(kind: type[T], given: Any, of: str, code: str, path: Sequence[str | int] = ()) -> T:
    """What is given, as this kind. Raises `Invalid` with `path.to[2].it` of the first fault; `of`: what document it is."""
    try:
        return cast(T, adapter(kind).validate_python(given))
    except ValidationError as error:
        fault = cast(Mapping[str, Any], error.errors(include_url=False, include_context=True)[0])
        where = whole(path_of([*path, *fault["loc"]]))
        raise Invalid(sentence(fault, where, of), code, where) from None


def path_of(parts: Sequence[Any]) -> str:
    """`communities[2].customers`."""
    said = ""
    for each in parts:
        if isinstance(each, int):
            said += f"[{each}]"
        elif each != "[key]":
            said += f".{each}" if said else str(each)
    return said


def sentence(fault: Mapping[str, Any], where: str, of: str) -> str:
    name, said = fault["type"], f"`{where}` of {of}" if where else of[:1].upper() + of[1:]
    if name == "missing":
        return f"{said} is missing."
    if name == "unexpected_keyword_argument":
        return f"{said} is unknown. Is it written as the reference of files has it?"
    return f"{said} is {shown(fault['input'])}; it must be {wanted(fault)}."


def wanted(fault: Mapping[str, Any]) -> str:
    if found := BOUNDS.get(fault["type"]):
        name, words = found
        return words.format(fault["ctx"][name])
    if fault["type"] == "literal_error":
        return str(fault["ctx"]["expected"])
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    name = fault["type"]
    return KINDS.get(name) or KINDS.get(name.partition("_")[0], "something else")


def shown(given: Any) -> str:
    """What stands there, as far as that is short."""
    match given:
        case None:
            return "null"
        case bool():
            return str(given).lower()
        case float() if not math.isfinite(given):
            return "no finite number"
        case int() if abs(given) > MOST:
            return "a number beyond all measure"
        case str():
            return whole(repr(given[:SHOWN]))
        case Mapping() | list() | tuple():
            return "an object" if isinstance(given, Mapping) else "a list"
    return whole(str(given)[:SHOWN])


def whole(text: str) -> str:
    """Without what no encoding has."""
    return text.encode(errors="ignore").decode()
