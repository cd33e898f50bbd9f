"""Templates: named by their path in the package (`workspace/html/page.html`), escaped, strict about names."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from starlette.responses import HTMLResponse

from coterie.ui import parts
from coterie.ui.assets import asset
from coterie.ui.people import initials, tint

PACKAGE = Path(__file__).parent.parent


def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals["asset"] = asset
    env.globals["parts"] = parts
    env.filters["initials"] = initials
    env.filters["tint"] = tint
    return env


ENVIRONMENT = environment()


def template(name: str) -> Template:
    return ENVIRONMENT.get_template(name)


def render(name: str, **context: Any) -> Markup:
    """Rendered and known to be safe, so that what is joined to it is escaped, and it itself is not again."""
    return Markup(template(name).render(context))  # noqa: S704  the environment escapes


def html(name: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page or a fragment as a response. What it shows is private and changes: nobody keeps a copy."""
    headers = {"Cache-Control": "no-store"}
    return HTMLResponse(render(name, **context), status_code=status, headers=headers)
