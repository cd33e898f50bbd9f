"""What each world does in its own way: who comes in, who waits again, who is free."""

from coterie.twin.world import communities, groups
from coterie.twin.world.columns import COMMUNITIES
from coterie.twin.world.compiled import compiled


@compiled
def comes_in(w, c):
    """A new episode."""
    if w.world == COMMUNITIES:
        communities.place(w, c)
    else:
        groups.comes_in(w, c)


@compiled
def placed_again(w, c):
    """Who attended is not there any more."""
    if w.world == COMMUNITIES:
        communities.place(w, c)
    else:
        groups.waits(w, c)


@compiled
def is_free(w, x):
    if w.world == COMMUNITIES:
        communities.serve(w, x)
    else:
        groups.frees(w, x)
