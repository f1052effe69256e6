"""Who may change prices: the directors of the service, the system administrator, and commands of the machine."""

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed
from bihuan.organization.roles import Role

KEEPERS = frozenset({Role.DIRECTOR, Role.SYSTEM_ADMIN})


def require_keeper(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may import a tariff."""
    if not (actor.is_system or actor.units(KEEPERS)):
        raise NotAllowed()
