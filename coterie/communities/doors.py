"""May this viewer see this community, this expert? What is another community's does not exist for them."""

from coterie.communities import absence_queries, queries
from coterie.communities.model import Absence, Community, Expert
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


async def access_absence(tx: Tx, viewer: Viewer, absence_id: str) -> Absence:
    """Their own, or one of a community that they lead. Why somebody is absent is nobody else's business."""
    found = await absence_queries.absence(tx, absence_id) if is_id(absence_id) else None
    own = found is not None and found.expert_id == viewer.expert_id
    if found is None or not (own or viewer.leads(found.community_id)):
        raise NotFound("There is no such absence.")
    return found


def may_see(viewer: Viewer, expert: Expert) -> bool:
    own = expert.id == viewer.expert_id or viewer.sees_every_community
    return own or (expert.community_id is not None and viewer.sees(expert.community_id))


def may_direct(viewer: Viewer, expert: Expert) -> bool:
    if expert.id == viewer.expert_id or viewer.role == "admin":
        return True
    return expert.community_id is not None and viewer.leads(expert.community_id)
