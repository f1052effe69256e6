"""Keys are kept by the security administrator, by nobody else."""

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible
from bihuan.organization.queries import require_role
from bihuan.organization.roles import Role
from bihuan.safekeeping.models import KeyRotation

KEY_KEEPERS = frozenset({Role.SECURITY_ADMIN})


def require_keeper(actor: Actor) -> None:
    """Raise NotAllowed unless the actor keeps the keys."""
    require_role(actor, KEY_KEEPERS)


def access_rotation(actor: Actor, rotation_id: int) -> KeyRotation:
    """The rotation, locked until the transaction ends. Raises NotAllowed, NotVisible."""
    require_keeper(actor)
    rotation = KeyRotation.objects.select_for_update().filter(pk=rotation_id).first()
    if rotation is None:
        raise NotVisible
    return rotation
