"""The beginning of a house that has no account."""

from coterie.kit.access.accounts import anybody
from coterie.kit.access.links import Links
from coterie.kit.db import connect
from coterie.kit.settings import Settings


async def setup_code(settings: Settings) -> str | None:
    """The code with which the first account is made; None once there is one."""
    async with await connect(settings.database_url or "") as tx:
        return None if await anybody(tx) else Links(settings.secret).setup_code()
