"""The twin against a log of another system: read through its mapping, cut in two, and told."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from coterie.exchange.log import CLOSES, Log
from coterie.exchange.log_mapping import read_log_mapping
from coterie.exchange.log_order import Order, in_order, steps
from coterie.exchange.log_usable import usable_log
from coterie.exchange.logs import Watch
from coterie.kit.errors import Invalid
from coterie.twin.backtest.pasts import Past, past_of
from coterie.twin.backtest.predicting import Halves, halves


def read_halves(path: Path, mapping: Path | None, until: str | None, watch: Watch) -> Halves:
    """The cases of a log, cut at `until` (a date or time; UTC unless it says). Raises `Invalid` in words."""
    cut = None if until is None else moment_of(until)
    log, notes = usable_log(path, read_log_mapping(mapping), watch)
    return replace(halves(list(pasts_of(log, in_order(log))), cut), notes=notes)


def moment_of(text: str) -> datetime:
    try:
        found = datetime.combine(date.fromisoformat(text), time()) if len(text) == len("2016-04-01") else datetime.fromisoformat(text)  # fmt: skip
    except ValueError as error:
        raise Invalid(f"{text!r} is no date such as 2016-04-01.", "date", "fit-until") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def pasts_of(log: Log, order: Order) -> Iterator[Past]:
    """Customer by customer, their cases as they were opened. A case has the first topic and area that it names."""
    closes = any(says & CLOSES for says in log.says)
    ids, whose = log.names["case"].names, log.names["customer"].names
    following = steps(log, order)
    start = 0
    for case in order.cases:
        events = order.events[start : start + order.lengths[case]]
        start += len(events)
        owner = order.whose[case]
        yield past_of(
            ids[case], whose[owner] if owner > 0 else None,
            first(log, "topic", events), first(log, "area", events),
            list(islice(following, len(events))), closes=closes,
        )  # fmt: skip


def first(log: Log, column: str, events: Any) -> str:
    return next(filter(None, log.told(column, events)), "")


# Telling


def told(found: Mapping[str, Any]) -> Iterator[str]:
    """The document for a person."""
    yield from about(found)
    yield ""
    yield f"{'':<31}{'fitted part':>12}{'predicted (95% of single runs)':>38}{'actual':>11}{'error':>9}{'naive':>9}"
    for name, figure in found["figures"].items():
        yield line(name, figure)
    closer = found["closer"]
    yield (
        f"naive: as in the fitted part. The twin is closer for {closer['model']} of {closer['figures']} figures, "
        f"the naive prediction for {closer['naive']}. Hours are of the clock, nights and weekends included."
    )
    yield "What the log cannot tell:"
    yield from (f"- {sentence}" for sentence in found["cannot_tell"])


def about(found: Mapping[str, Any]) -> Iterator[str]:
    log, fit = found["log"], found["fit"]
    yield from found["notes"]
    for words, part in (("Fitted on", log["fitted"]), ("Predicted", log["held_back"])):
        unfinished = f", {part['unfinished']:,} of them not finished in the log" if part["unfinished"] else ""  # fmt: skip
        yield f"{words} {part['cases']:,} cases opened from {part['from'][:10]} to {part['to'][:10]}{unfinished}."
    share = log["opened_before_anything_ended"] / (log["fitted"]["cases"] + log["held_back"]["cases"])  # fmt: skip
    if share > MANY:
        yield (
            f"{share:.0%} of the cases were opened before any case of the log ended ({log['ended']['first'][:10]}): the log shows "
            "those only because they lasted. Short cases count more for that, as if openings came steadily; what was never seen can't be mended."
        )
    for day, number in log["sweeps"].items():
        yield f"On {day} {number:,} cases were closed, far more than on other days: something closed them in heaps. No past tells when that comes again."
    constants, same = fit["constants"], fit["constants"]["same"]
    yield (
        f"{fit['groups']} groups, {fit['kinds']} kinds of cases (topics, and areas where a topic has enough). Chosen inside the fitted part: "
        f"{half_life(constants['half_life_days'])} for ways, {half_life(constants['stay_half_life_days'])} for stays, a wider pool counts as {constants['trust']:g} cases."
    )
    yield f"Beyond what they come with, {same['back']:.1%} of those passed on twice go back at once."
    if "same_group_share" in found["figures"]:
        yield (
            f"Of those who come back {same['first']:.1%} begin with the group of the last time, {same['next']:.1%} of those passed on "
            f"go there, and the odds of ending there are {same['odds']:.2f} times as high."
        )


MANY, LONG_DAYS = 0.1, 500.0


def half_life(days: float) -> str:
    return "no fading" if days > LONG_DAYS else f"a half-life of {days:.1f} days"


def line(name: str, figure: Mapping[str, Any]) -> str:
    model = figure["predicted"]
    predicted = f"{number(model['value'])} ({number(model['low'])} to {number(model['high'])})" if model else "none"  # fmt: skip
    before = number(figure["fitted"]) if figure["fitted"] is not None else "none"
    return (
        f"{name:<31}{before:>12}{predicted:>38}{number(figure['actual']):>11}"
        f"{relative(figure['error']):>9}{relative(figure['naive_error']):>9}"
    )


def number(value: float) -> str:
    return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.1f}"


def relative(error: Mapping[str, float | None] | None) -> str:
    return "" if error is None or error["relative"] is None else f"{error['relative']:+.1%}"
