"""Who decides how long data stays. Deny by default."""

from enum import StrEnum

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed
from bihuan.organization.roles import Role


class RetentionPermission(StrEnum):
    SEE = "see"
    HOLD = "hold"
    RULE = "rule"
    PURGE = "purge"


KEEPERS = frozenset({Role.MANAGER, Role.DIRECTOR, Role.SECURITY_ADMIN})
ROLES: dict[RetentionPermission, frozenset[str]] = {
    RetentionPermission.SEE: KEEPERS | {Role.AUDIT_ADMIN},
    RetentionPermission.HOLD: KEEPERS,
    RetentionPermission.RULE: frozenset({Role.SECURITY_ADMIN}),
    # two of them, one after the other
    RetentionPermission.PURGE: frozenset({Role.SECURITY_ADMIN, Role.DIRECTOR}),
}


def may(actor: Actor, permission: RetentionPermission) -> bool:
    """True when the actor holds a role for it."""
    return actor.is_staff and bool(actor.units(ROLES[permission]))


def require(actor: Actor, permission: RetentionPermission) -> int:
    """Who it is: of all this a person answers for. Raises NotAllowed."""
    if not may(actor, permission) or actor.id is None:
        raise NotAllowed()
    return actor.id
