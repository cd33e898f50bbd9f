"""Changes of settings: what a person or a program may store, and the sentence where they may not."""

from collections.abc import Mapping
from typing import Any

from coterie.communities.settings import DEFAULT_JSON, DEFAULTS, RULES, Rule, Settings, as_json
from coterie.communities.timetable import read_hours
from coterie.kit.errors import Invalid


def changed(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What to store after a change: null and the default's own value go back to the default."""
    unknown = sorted(wanted.keys() - DEFAULT_JSON.keys())
    if unknown:
        raise no_setting(unknown[0])
    merged = {**stored, **wanted}
    kept = {key: value for key, value in merged.items() if value is not None}
    settings = Settings(**{key: checked(key, value) for key, value in kept.items()})
    return {key: value for key, value in as_json(settings).items() if value != DEFAULT_JSON[key]}


def checked(key: str, value: Any) -> Any:
    """The value in its type and bounds, or a sentence about what is wrong with it."""
    if key not in DEFAULT_JSON:
        raise no_setting(key)
    if key != "hours":
        return number(key, value, RULES[key])
    try:
        return read_hours(value)
    except ValueError as error:
        raise Invalid(str(error), field="hours") from None


def no_setting(key: str) -> Invalid:
    return Invalid(f"There is no setting {key[:60]!r}.", field=key)


def number(key: str, value: Any, rule: Rule) -> float:
    whole = isinstance(getattr(DEFAULTS, key), int)
    kind = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kind):
        raise Invalid(f"{key} must be a {'whole ' if whole else ''}number.", field=key)
    if not rule.low <= value <= rule.high:
        bounds = f"between {rule.low:g} and {rule.high:g} {rule.unit}"
        raise Invalid(f"{key} must be {bounds}, not {str(value)[:20]}.", field=key)
    return int(value) if whole else float(value)
