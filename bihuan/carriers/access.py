"""The lines to other companies are kept by the system administrator."""

from bihuan.foundation.actor import Actor
from bihuan.organization.queries import require_role
from bihuan.organization.roles import Role

LINE_KEEPERS = frozenset({Role.SYSTEM_ADMIN})


def require_keeper(actor: Actor) -> None:
    """Raise NotAllowed unless the actor keeps the lines to the providers."""
    require_role(actor, LINE_KEEPERS)
