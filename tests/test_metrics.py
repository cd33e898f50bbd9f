"""What /metrics says of communities: how many times given were kept. No names."""

from starlette.applications import Starlette
from starlette.requests import Request

from coterie.app import metrics
from tests.world import made_world


async def test_times_kept_stand_on_the_page_for_prometheus(database: str) -> None:
    async with made_world(database) as world:
        riverina = await world.community("Riverina")
        await world.customer("Li Wei").writes()
        world.later(minutes=11)
        await world.tick()
        app = Starlette()
        app.state.house = world.house
        answer = await metrics(Request({"type": "http", "method": "GET", "app": app}))
    page = bytes(answer.body).decode()
    assert f'coterie_times_given{{community="{riverina.id}"}} 1.0' in page
    assert f'coterie_times_given_kept_share{{community="{riverina.id}"}} 0.0' in page
    assert "Riverina" not in page and "Wei" not in page
