"""Who may do what to a request."""

from enum import StrEnum

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.rights.models import RightsRequest
from bihuan.rights.roles import DECIDERS, READERS, TAKERS


class RightsPermission(StrEnum):
    SEE = "see"
    TAKE = "take"
    IDENTIFY = "identify"
    DECIDE = "decide"


ROLES: dict[RightsPermission, frozenset[str]] = {
    RightsPermission.SEE: READERS,
    RightsPermission.TAKE: TAKERS,
    RightsPermission.IDENTIFY: TAKERS,
    RightsPermission.DECIDE: DECIDERS,
}


def may(actor: Actor, permission: RightsPermission) -> bool:
    """True when the actor works at the desk and holds a role for it. Every decision is a person's."""
    return actor.is_staff and bool(actor.units(ROLES[permission]))


def require(actor: Actor, permission: RightsPermission) -> int:
    """Who it is. Raises NotAllowed."""
    if not may(actor, permission) or actor.id is None:
        raise NotAllowed()
    return actor.id


def access_request(actor: Actor, request_id: int, *, to: RightsPermission) -> RightsRequest:
    """The request, locked, for an actor who may do this. Raises NotVisible, NotAllowed."""
    request = RightsRequest.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=request_id).first()
    if request is None:
        raise NotVisible()
    require(actor, to)
    return request
