"""Who may lead an incident."""

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.incidents.models import Incident
from bihuan.incidents.roles import OPERATORS


def require_operator(actor: Actor) -> None:
    """Raise NotAllowed unless the actor leads people who answer customers, or is a job."""
    if not (actor.is_system or actor.units(OPERATORS)):
        raise NotAllowed()


def access_incident(actor: Actor, incident_id: int) -> Incident:
    """The incident, locked, for somebody who may lead it. Raises NotVisible, NotAllowed."""
    incident = Incident.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=incident_id).first()
    if incident is None:
        raise NotVisible()
    require_operator(actor)
    return incident
