"""Who may publish, sign and lift."""

from collections.abc import Collection

from bihuan.clearance.models import VaultAlert
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.organization.roles import HANDLERS, LEADERS, Role

SIGNERS = HANDLERS | {Role.INSPECTOR, Role.LIAISON, Role.ANALYST, Role.TRAINER}
LIFTERS = LEADERS | {Role.SECURITY_ADMIN}


def require_publisher(actor: Actor, roles: Collection[str]) -> int:
    """The id of a person who holds one of the roles; raises NotAllowed."""
    if not actor.is_staff or actor.id is None or not actor.units(roles):
        raise NotAllowed()
    return actor.id


def require_staff_of_the_vault(actor: Actor) -> int:
    """The id of somebody whose work may need customers; raises NotAllowed."""
    return require_publisher(actor, SIGNERS)


def access_alert(actor: Actor, alert_id: int, *, lock: bool = False) -> VaultAlert:
    """The alert, for somebody who may lift it; raises NotVisible, NotAllowed."""
    alerts = VaultAlert.objects.select_for_update(of=("self",)) if lock else VaultAlert.objects.all()
    alert = alerts.visible_to(actor).filter(pk=alert_id).first()
    if alert is None:
        raise NotVisible()
    if not actor.holds(LIFTERS, alert.unit_id):
        raise NotAllowed()
    return alert
