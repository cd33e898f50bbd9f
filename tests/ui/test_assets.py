"""Static files: kept for ever under their digest, and nothing but them."""

import re
from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from coterie.ui import assets
from coterie.ui.assets import FOLDER, asset


@pytest.fixture
async def browser() -> AsyncIterator[AsyncClient]:
    site = ASGITransport(Starlette(routes=assets.routes()))
    async with AsyncClient(transport=site, base_url="http://coterie") as client:
        yield client


async def test_a_file_is_kept_for_ever_under_its_digest(browser: AsyncClient) -> None:
    answer = await browser.get(asset("tokens.css"))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


async def test_an_older_digest_still_answers_but_is_not_kept(browser: AsyncClient) -> None:
    answer = await browser.get("/static/0123456789ab/tokens.css")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["..%2fassets.py", "%2e%2e/assets.py", "none.css", "vendor/", ""])
async def test_nothing_else_is_given_out(browser: AsyncClient, name: str) -> None:
    assert (await browser.get(f"/static/x/{name}")).status_code == 404


def test_an_unknown_asset_is_a_bug() -> None:
    with pytest.raises(KeyError):
        asset("none.css")


def test_what_styles_and_modules_refer_to_is_there() -> None:
    for path in [*FOLDER.glob("*.css"), *FOLDER.glob("*.js")]:
        text = path.read_text()
        for name in re.findall(
            r'url\("([^"]+)"\)|from "\./([^"]+)"|importScripts\("([^"]+)"\)', text
        ):
            assert (FOLDER / "".join(name)).is_file(), f"{path.name} refers to {name}"


def test_a_component_uses_tokens_only() -> None:
    """No colour of its own: the tokens hold them all."""
    for path in FOLDER.glob("*.css"):
        if path.name not in ("tokens.css", "fonts.css"):
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?!:)|oklch\(|rgba?\(", path.read_text()), (
                path.name
            )
