"""Who may do what: accounts, passwords, sessions, tokens, roles, and the audit of what was changed.

A page is guarded by `@page(roles=...)`, a call of the API by `needs(scope)`; both are in `requirements.py`.
"""

from coterie.kit.access.audit import audit
from coterie.kit.access.gate import Gate, open_gate
from coterie.kit.access.requirements import needs, page, public
from coterie.kit.access.viewer import Role, Standing, Viewer

__all__ = ["Gate", "Role", "Standing", "Viewer", "audit", "needs", "open_gate", "page", "public"]
