"""Who reports a breach, and who leads it. Deny by default."""

from enum import StrEnum

from bihuan.breaches.models import Breach
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.organization.roles import LEADERS, Role


class BreachPermission(StrEnum):
    SEE = "see"
    OPEN = "open"
    LEAD = "lead"


LEAD = frozenset({Role.SECURITY_ADMIN, Role.DIRECTOR})
ROLES: dict[BreachPermission, frozenset[str]] = {
    BreachPermission.SEE: LEADERS | LEAD | {Role.AUDIT_ADMIN},
    BreachPermission.OPEN: LEADERS | LEAD,
    BreachPermission.LEAD: LEAD,
}


def may(actor: Actor, permission: BreachPermission) -> bool:
    """True when the actor holds a role for it."""
    return actor.is_staff and bool(actor.units(ROLES[permission]))


def require(actor: Actor, permission: BreachPermission) -> int:
    """Who it is. Raises NotAllowed."""
    if not may(actor, permission) or actor.id is None:
        raise NotAllowed()
    return actor.id


def access_breach(actor: Actor, breach_id: int, *, to: BreachPermission) -> Breach:
    """The breach, locked. Raises NotAllowed, NotVisible."""
    require(actor, to)
    breach = Breach.objects.select_for_update().filter(pk=breach_id).first()
    if breach is None:
        raise NotVisible()
    return breach
