"""Who may write about waybills: the jobs and commands of the machine, and the system administrator."""

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.organization.roles import Role
from bihuan.parcels.models import Waybill

KEEPERS = frozenset({Role.SYSTEM_ADMIN})


def require_keeper(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may register waybills and store scans."""
    if not (actor.is_system or actor.units(KEEPERS)):
        raise NotAllowed()


def access_waybill(actor: Actor, number: str) -> Waybill:
    """The waybill, locked, for somebody who may store its scans. Raises NotAllowed, NotVisible."""
    require_keeper(actor)
    waybill = Waybill.objects.select_for_update().filter(number=number).first()
    if waybill is None:
        raise NotVisible()
    return waybill
