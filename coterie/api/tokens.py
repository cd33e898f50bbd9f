"""Tokens for the programs of experts, made by an administrator's program: to test, to replay what was recorded."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from coterie.api.edge import House_, Id, Shape, Shown, Text, Time
from coterie.api.problems import may_fail
from coterie.communities.doors import access_expert
from coterie.kit.access.requirements import needs
from coterie.kit.access.tokens import make_token
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import Forbidden

router = APIRouter(prefix="/experts/{id}/tokens", tags=["experts"])

MOST_HOURS = 24 * 7


class TokenWanted(Shape):
    """What for, what it may do, and for how long: a week at most."""

    name: Annotated[Text, Field(min_length=1, max_length=80)]
    scopes: Annotated[
        list[Annotated[Text, Field(max_length=40)]], Field(min_length=1, max_length=20)
    ]
    hours: Annotated[int, Field(ge=1, le=MOST_HOURS)] = 24


class TokenMade(Shown):
    """The token is shown this once."""

    id: str
    token: str
    ends_at: Time


@router.post("", status_code=201, responses=may_fail(404))
async def make(
    house: House_,
    viewer: Annotated[Viewer, needs("tokens:make", {"admin"})],
    id: Id,
    body: TokenWanted,
) -> TokenMade:
    """A token that acts as this expert, with no scope that the maker's lacks. It stands in the audit."""
    lacking = [scope for scope in body.scopes if not viewer.has_scope(scope)]
    if lacking:
        raise Forbidden(f"This token lacks the scope {lacking[0][:40]}: it can't give it.", "scope")
    now = house.now()
    ends_at = now + timedelta(hours=body.hours)
    async with house.ledger.unit(now=now) as tx:
        expert = await access_expert(tx, viewer, id)
        token_id, secret = await make_token(
            tx, now, expert.id, body.name, body.scopes, ends_at=ends_at, by=viewer.account_id
        )
    return TokenMade(id=token_id, token=secret, ends_at=ends_at)
