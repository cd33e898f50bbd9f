"""Hours and settings of a community, as people write them, with what is wrong said beside it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coterie.administration.desk import LOOKERS
from coterie.administration.durations import read_duration, written_duration
from coterie.administration.structure import LIST, change, may_change, show_community
from coterie.communities import actions
from coterie.communities.model import Community
from coterie.communities.settings import DEFAULTS, RULES, Rule
from coterie.communities.timetable import DAYS, written_day
from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, Refused
from coterie.kit.house import house_of
from coterie.ui.forms import NOTHING_SAID, Form, Said, go, read_form


def routes() -> list[Route]:
    return [
        Route(LIST + "/{id}/hours", hours, methods=["GET", "POST"]),
        Route(LIST + "/{id}/settings", settings, methods=["GET", "POST"]),
    ]


@page(roles=LOOKERS)
async def hours(request: Request, viewer: Viewer) -> Response:
    if request.method == "GET":
        return await show_hours(request, viewer, NOTHING_SAID)
    await may_change(request, viewer)
    form = await read_form(request)
    week = {day: split(form.text(day)) for day in DAYS if form.text(day)}
    wanted = {
        "week": {} if form.ticked("always") else week or {day: [] for day in DAYS},
        "holidays": split(form.text("holidays")),
    }

    async def verb(tx: Tx, community: Community) -> None:
        now, by = house_of(request).now(), viewer.account_id
        await actions.change_settings(tx, now, community.id, {"hours": wanted}, by=by)

    try:
        await change(request, viewer, verb)
    except Refused as refused:
        return await show_hours(request, viewer, form.refused(refused))
    return go(request.url.path, "Saved. Promises count in these hours from now on.")


def split(text: str) -> list[str]:
    return [each for each in text.replace(",", "\n").split("\n") if each.strip()]


async def show_hours(request: Request, viewer: Viewer, said: Said) -> Response:
    days = list(zip(DAYS, DAY_NAMES, strict=True))
    return await show_community(
        request, viewer, "hours.html", said, days=days, written_day=written_day
    )


DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@page(roles=LOOKERS)
async def settings(request: Request, viewer: Viewer) -> Response:
    if request.method == "GET":
        return await show_settings(request, viewer, NOTHING_SAID)
    await may_change(request, viewer)
    form = await read_form(request)

    async def verb(tx: Tx, community: Community) -> None:
        wanted = {key: wanted_value(form, key) for key in RULES}
        now = house_of(request).now()
        await actions.change_settings(tx, now, community.id, wanted, by=viewer.account_id)

    try:
        await change(request, viewer, verb)
    except Refused as refused:
        return await show_settings(request, viewer, form.refused(in_words(refused)))
    return go(request.url.path, "Saved.")


def wanted_value(form: Form, key: str) -> float | None:
    """A setting as it was typed; nothing, or the button beside it, takes it back to its default."""
    text = form.text(key)
    if not text or form.text("default") == key:
        return None
    rule = RULES[key]
    try:
        if rule.unit == "s":
            return read_duration(text)
        number = float(text.replace(",", "."))
        return int(number) if number.is_integer() and key != "weight_idle" else number
    except (ValueError, OverflowError) as error:
        words = str(error) if rule.unit == "s" else f"{text[:40]!r} is no number."
        raise Invalid(words, field=key) from None


def in_words(refused: Refused) -> Refused:
    """The bounds as people write them."""
    field = getattr(refused, "field", None)
    rule = RULES.get(field or "")
    if rule is None or "between" not in refused.sentence:
        return refused
    low, high = shown(rule, rule.low), shown(rule, rule.high)
    return Invalid(f"This may be from {low} to {high}.", field=field)


def shown(rule: Rule, value: float) -> str:
    if rule.unit == "s":
        return written_duration(value)
    if rule.unit == "days":
        return "1 day" if value == 1 else f"{value:g} days"
    return f"{value:g}"


async def show_settings(request: Request, viewer: Viewer, said: Said) -> Response:
    groups: dict[str, list[tuple[str, Rule]]] = {}
    for key, rule in RULES.items():
        groups.setdefault(rule.group, []).append((key, rule))
    return await show_community(
        request, viewer, "settings.html", said, groups=groups, shown=shown, defaults=DEFAULTS
    )
