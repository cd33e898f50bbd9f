"""May this viewer see this community, this expert? What is another community's does not exist for them."""

from coterie.communities import queries
from coterie.communities.model import Community, Expert
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import Forbidden, NotFound
from coterie.kit.ids import is_id


async def access_community(
    tx: Tx, viewer: Viewer, community_id: str, *, change: bool = False
) -> Community:
    """Their own community; any for an admin or a planner. Only an admin changes one."""
    found = await queries.community(tx, community_id) if is_id(community_id) else None
    if found is None or not viewer.sees(found.id):
        raise NotFound("There is no such community.")
    if change and viewer.role != "admin":
        raise Forbidden("Only an admin may change a community.")
    return found


async def access_expert(tx: Tx, viewer: Viewer, expert_id: str, *, direct: bool = False) -> Expert:
    """Themselves, their teammates; anybody for an admin or a planner. `direct`: to decide for this expert."""
    found = await queries.expert(tx, expert_id) if is_id(expert_id) else None
    if found is None or not may_see(viewer, found):
        raise NotFound("There is no such expert.")
    if direct and not may_direct(viewer, found):
        raise Forbidden(f"That is for {found.name}, or for who leads their community.")
    return found


def may_see(viewer: Viewer, expert: Expert) -> bool:
    own = expert.id == viewer.expert_id or viewer.sees_every_community
    return own or (expert.community_id is not None and viewer.sees(expert.community_id))


def may_direct(viewer: Viewer, expert: Expert) -> bool:
    if expert.id == viewer.expert_id or viewer.role == "admin":
        return True
    return expert.community_id is not None and viewer.leads(expert.community_id)
