"""The two parts that stand in every row and every turn, kept once made: an icon, and the round face of a person."""

from functools import lru_cache

from markupsafe import Markup

from coterie.ui.assets import asset
from coterie.ui.people import initials, tint

ICON = Markup('<svg class="icon{}" aria-hidden="true"><use href="{}#i-{}"/></svg>')
AVATAR = Markup('<span class="{}" aria-hidden="true">{}</span>')


@lru_cache(maxsize=512)
def icon(name: str, small: bool = False) -> Markup:
    return ICON.format(" icon--s" if small else "", asset("icons.svg"), name)


@lru_cache(maxsize=8192)
def avatar(
    name: str, id: object, size: str = "", here: bool = False, guest: bool = False
) -> Markup:
    """`size` is xs, s, l or xl; `here` marks who is present, `guest` who is from outside the community."""
    kinds = [
        f"avatar p{tint(id)}",
        f"avatar--{size}" if size else "",
        "avatar--here" if here else "",
        "avatar--guest" if guest else "",
    ]
    return AVATAR.format(" ".join(filter(None, kinds)), initials(name))
