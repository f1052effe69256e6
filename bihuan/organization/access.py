"""Who may see and change the organisation, in one place."""

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.organization.models import Staff, Unit
from bihuan.organization.roles import DIRECTORY_READERS


def require_role(actor: Actor, roles: frozenset[str], unit_id: int | None = None) -> None:
    """Raise NotAllowed unless the actor holds one of the roles (over the unit, when one is named)."""
    held = actor.is_system or (actor.holds(roles, unit_id) if unit_id else bool(actor.units(roles)))
    if not held:
        raise NotAllowed()


def access_staff(actor: Actor, staff_id: int, *, roles: frozenset[str], lock: bool = False) -> Staff:
    """The person, for an actor who holds one of ``roles`` over the person's unit."""
    people = Staff.objects.select_related("unit")
    if lock:
        people = people.select_for_update(of=("self",))
    staff = people.filter(pk=staff_id).first()
    if staff is None or not (actor.is_system or actor.units(DIRECTORY_READERS)):
        raise NotVisible()
    require_role(actor, roles, staff.unit_id)
    return staff


def access_unit(actor: Actor, unit_id: int, *, roles: frozenset[str], lock: bool = False) -> Unit:
    """The unit, for an actor who holds one of ``roles`` over it."""
    units = Unit.objects.select_for_update() if lock else Unit.objects.all()
    unit = units.filter(pk=unit_id).first()
    if unit is None:
        raise NotVisible()
    require_role(actor, roles, unit.pk)
    return unit
