"""Which hubs are jammed, and the incident opened for each that has none."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor
from bihuan.incidents.actions import HubHasIncident, IncidentDraft, open_incident
from bihuan.incidents.models import Incident, IncidentKind
from bihuan.parcels.queries import HubJam, jammed_hubs

WATCH = Actor.system("hub-watch")
STILL_FOR = timedelta(hours=24)
SUGGESTED_FROM = 20
OPENED_FROM = 100


def jams_without_incident(*, at: datetime, at_least: int = SUGGESTED_FROM) -> list[HubJam]:
    """Jammed hubs nobody has opened an incident for, the fullest first."""
    known = set(Incident.objects.open().values_list("hub", flat=True))
    return [jam for jam in jammed_hubs(at=at, still_for=STILL_FOR, at_least=at_least) if jam.hub not in known]


def watch_hubs(*, at: datetime, at_least: int = OPENED_FROM) -> list[Incident]:
    """Open an incident for each hub that is jammed beyond doubt; customers are told by a person, who knows why."""
    opened = []
    for jam in jams_without_incident(at=at, at_least=at_least):
        draft = IncidentDraft(title=_("{hub}积压").format(hub=jam.hub), kind=IncidentKind.CROWDED, hub=jam.hub)
        try:
            opened.append(open_incident(actor=WATCH, draft=draft, at=at))
        except HubHasIncident:
            continue  # an operator was quicker
    return opened
