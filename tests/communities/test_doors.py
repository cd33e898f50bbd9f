"""Who sees which community and which expert, and who decides for whom."""

import pytest

from coterie.communities import actions
from coterie.communities.doors import access_community, access_expert
from coterie.kit.access.accounts import checked_role
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import Forbidden, NotFound
from coterie.kit.ids import new_id
from tests.communities.places import NOW, Place


def viewer(role: str, *community_ids: str, expert_id: str | None = None) -> Viewer:
    account_id = expert_id or new_id()
    return Viewer(account_id, checked_role(role), "Somebody", expert_id, frozenset(community_ids))


async def test_a_community_is_there_for_its_members_admins_and_planners(
    tx: Tx, place: Place
) -> None:
    for wide in (viewer("admin"), viewer("planner")):
        assert (await access_community(tx, wide, place.hunter)).name == "Hunter"
    for role in ("manager", "coach", "expert"):
        member = viewer(role, place.riverina)
        assert (await access_community(tx, member, place.riverina)).name == "Riverina"
        with pytest.raises(NotFound):
            await access_community(tx, member, place.hunter)
    for wrong in ("", "x", new_id(), place.hunter.upper(), place.hunter + "\n", "\x00"):
        with pytest.raises(NotFound):
            await access_community(tx, viewer("admin"), wrong)


async def test_only_an_admin_changes_a_community(tx: Tx, place: Place) -> None:
    await access_community(tx, viewer("admin"), place.riverina, change=True)
    for role in ("planner", "manager", "coach", "expert"):
        with pytest.raises(Forbidden):
            await access_community(tx, viewer(role, place.riverina), place.riverina, change=True)
    with pytest.raises(NotFound):
        await access_community(tx, viewer("manager", place.hunter), place.riverina, change=True)


async def test_an_expert_decides_for_themselves_and_is_led_by_their_own_community(
    tx: Tx, place: Place
) -> None:
    ana = await actions.appoint(tx, NOW, place.riverina, email="ana@example.org", name="Ana")
    allowed = [viewer("expert", place.riverina, expert_id=ana), viewer("admin")]
    allowed += [viewer(role, place.riverina) for role in ("manager", "coach")]
    for each in allowed:
        assert (await access_expert(tx, each, ana, direct=True)).name == "Ana"
    for looking in (viewer("expert", place.riverina), viewer("planner")):
        assert (await access_expert(tx, looking, ana)).name == "Ana"
        with pytest.raises(Forbidden):
            await access_expert(tx, looking, ana, direct=True)
    for stranger in (viewer("manager", place.hunter), viewer("specialist")):
        with pytest.raises(NotFound):
            await access_expert(tx, stranger, ana, direct=True)


async def test_who_left_is_seen_by_themselves_and_by_who_sees_all(tx: Tx, place: Place) -> None:
    ana = await actions.appoint(tx, NOW, place.riverina, email="ana@example.org", name="Ana")
    await actions.end_membership(tx, NOW, ana)
    await access_expert(tx, viewer("expert", expert_id=ana), ana)
    await access_expert(tx, viewer("planner"), ana)
    with pytest.raises(NotFound):
        await access_expert(tx, viewer("manager", place.riverina), ana)
