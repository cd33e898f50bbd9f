"""The pictures of a report as SVG, in colours of their own and with no style sheet, so that they look the same everywhere."""

from collections.abc import Sequence
from colorsys import hls_to_rgb
from datetime import date, timedelta
from html import escape

from coterie.planning.hues import hues_of
from coterie.planning.plan import Plan
from coterie.planning.sheet import SET, Land, clear_names, sheet_of
from coterie.planning.trial.axes import Bar, Facing, Tornado

INK, FAINT, LINE, GREEN, SAND, VIOLET = "#1d2329", "#7c8288", "#d9d9d4", "#1c6f69", "#d7a648", "#6f55a3"  # fmt: skip
FONT = "Libertinus Serif, Georgia, serif"
HEAD = '<svg xmlns="http://www.w3.org/2000/svg"'
NAMES = 20.0
AFTER = timedelta(weeks=4)


def colour(hue: int, light: float, strength: float) -> str:
    red, green, blue = (round(255 * each) for each in hls_to_rgb(hue / 360, light, strength))
    return f"#{red:02x}{green:02x}{blue:02x}"


def map_of(plan: Plan) -> str:
    """Territories: a circle for each area, as large as its customers are many. Empty where no area has coordinates."""
    sheet, hues = sheet_of(plan), hues_of(plan)
    if not sheet.dots:
        return ""
    left, top, side = sheet.view
    unit = side / 1000
    bands = "".join(
        f'<path d="{land.path}" stroke="{colour(hues[land.id], 0.88, 0.5)}" stroke-width="{land.band}"/>'
        for land in sheet.lands
    )
    dots = "".join(
        f'<circle cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{dot.r:.2f}" fill="{colour(hues[dot.community], 0.34, 0.45) if dot.community else FAINT}"/>'
        for dot in sheet.dots
    )
    return (
        f'{HEAD} viewBox="{left:.1f} {top:.1f} {side:.1f} {side:.1f}">'
        f'<g fill="none" stroke-linecap="round" stroke-linejoin="round">{bands}</g><g fill-opacity="0.85">{dots}</g>'
        f"{names_on(sheet.lands, unit)}</svg>"
    )


def names_on(lands: Sequence[Land], unit: float) -> str:
    """Those that overlap none of a larger community; each twice, a white edge below the letters, since not everything that reads SVG knows paint-order."""
    size = NAMES * unit
    common = f'font-family="{FONT}" font-size="{size:.2f}" font-weight="bold" text-anchor="middle"'
    clear = clear_names([(each.id, each.name, each.x, each.y) for each in lands], unit * NAMES / SET)  # fmt: skip
    under = "".join(
        f'<text x="{land.x}" y="{land.y}">{escape(land.name)}</text>'
        for land in lands
        if land.id in clear
    )
    return f'<g {common} fill="#ffffff" stroke="#ffffff" stroke-width="{size / 3.2:.2f}" stroke-linejoin="round">{under}</g><g {common} fill="{INK}">{under}</g>'


def facing_of(pair: Facing) -> str:
    """Both worlds of a figure with their intervals: skill groups above in grey, communities below."""
    parts = [f'<path d="M0 10h100" stroke="{LINE}" stroke-width="0.8"/>']
    for whisker, y, paint in ((pair.groups, 5, FAINT), (pair.communities, 15, GREEN)):
        if whisker:
            parts.append(f'<path d="M{whisker.low} {y}H{whisker.high}" stroke="{paint}" stroke-width="2.4" stroke-linecap="round"/><circle cx="{whisker.value}" cy="{y}" r="2.6" fill="{paint}"/>')  # fmt: skip
    return f'{HEAD} viewBox="-4 0 108 20" width="108" height="20">{"".join(parts)}</svg>'


def bar_of(bar: Bar, of: Tornado) -> str:
    """What one assumption does to a difference; the strong line is the difference, the faint one is none."""
    zero = f'<path d="M{of.zero} 0v12" stroke="{FAINT}" stroke-width="0.7"/>' if of.zero is not None else ""  # fmt: skip
    width = max(bar.right - bar.left, 0.5)
    return f'{HEAD} viewBox="-2 0 104 12" width="104" height="12"><rect x="{bar.left}" y="2" width="{width:.2f}" height="8" rx="1" fill="{GREEN}" fill-opacity="0.75"/>{zero}<path d="M{of.value} 0v12" stroke="{INK}" stroke-width="0.9"/></svg>'


def waves_of(waves: Sequence[tuple[str, date, date, bool]]) -> str:
    """A bar a wave: name, from when its people train, when it starts, whether it is a pilot."""
    first = min(trains for _, trains, _, _ in waves)
    last = max(starts for _, _, starts, _ in waves) + AFTER
    span, high = max((last - first).days, 1), 26 * len(waves)

    def x(at: date) -> float:
        return round(110 + 590 * (at - first).days / span, 1)

    parts: list[str] = []
    at = first.replace(day=1)
    while at <= last:
        if at >= first:
            name = f"{at:%b %Y}" if at.month == 1 or not parts else f"{at:%b}"
            parts.append(f'<path d="M{x(at)} 0V{high}" stroke="{LINE}" stroke-width="0.8"/><text x="{x(at) + 2}" y="{high + 13}" font-size="11" fill="{FAINT}">{name}</text>')  # fmt: skip
        at = (at + timedelta(days=32)).replace(day=1)
    for place, (name, trains, starts, pilot) in enumerate(waves):
        y = 26 * place + 5
        parts.append(f'<text x="0" y="{y + 12}" font-size="13" fill="{INK}">{escape(name)}</text>')
        if starts > trains:
            parts.append(f'<rect x="{x(trains)}" y="{y}" width="{x(starts) - x(trains):.1f}" height="15" fill="{SAND}"/>')  # fmt: skip
        parts.append(f'<rect x="{x(starts)}" y="{y}" width="{700 - x(starts):.1f}" height="15" rx="2" fill="{VIOLET if pilot else GREEN}"/>')  # fmt: skip
    return f'{HEAD} viewBox="0 0 720 {high + 20}" font-family="{FONT}">{"".join(parts)}</svg>'
