"""Reads of incidents."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from bihuan.cases.models import Case
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible
from bihuan.foundation.paging import KeysetPage, page_by_key
from bihuan.incidents.models import Incident, IncidentCase, IncidentState, IncidentWaybill, Outcome
from bihuan.incidents.roles import OPERATORS
from bihuan.incidents.watching import jams_without_incident

__all__ = [
    "Tally",
    "get_incident",
    "incident_of_case",
    "incident_of_waybill",
    "is_operator",
    "jams_without_incident",
    "list_incidents",
    "list_links",
    "public_notices",
    "tally",
]

NEWEST = ("-opened_at", "-id")
SHOWN_TO_PUBLIC = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tally:
    """How far an incident is: parcels held up, cases below it, how many of them are closed."""

    waybills: int
    cases: int
    closed: int
    waiting: int

    @property
    def percent(self) -> int:
        """Share of cases closed; an incident without cases is at 100."""
        return 100 * self.closed // self.cases if self.cases else 100


def list_incidents(*, actor: Actor, after: str | None = None) -> KeysetPage[Incident]:
    """Incidents, the newest first."""
    return page_by_key(Incident.objects.visible_to(actor), order=NEWEST, after=after, limit=30)


def get_incident(*, actor: Actor, incident_id: int) -> Incident:
    """One incident. Raises NotVisible."""
    incident = Incident.objects.visible_to(actor).filter(pk=incident_id).first()
    if incident is None:
        raise NotVisible()
    return incident


def is_operator(actor: Actor) -> bool:
    """True for people who may open and lead an incident."""
    return bool(actor.units(OPERATORS))


def tally(incident: Incident) -> Tally:
    """Counts in two queries."""
    counted = incident.links.exclude(outcome=Outcome.ALONE).aggregate(
        cases=Count("id"),
        closed=Count("id", filter=Q(case__closed_at__isnull=False)),
        waiting=Count("id", filter=Q(outcome=Outcome.WAITING)),
    )
    return Tally(waybills=incident.waybills.count(), **counted)


def list_links(*, actor: Actor, incident: Incident, after: str | None = None) -> KeysetPage[IncidentCase]:
    """The cases below an incident that the actor may see."""
    links = incident.links.filter(case__in=Case.objects.visible_to(actor)).select_related("case", "case__category")
    return page_by_key(links, order=("id",), after=after, limit=60)


def incident_of_case(*, case_id: int) -> Incident | None:
    """The incident a case hangs below."""
    link = IncidentCase.objects.select_related("incident").filter(case_id=case_id).exclude(outcome=Outcome.ALONE)
    found = link.first()
    return found.incident if found else None


def incident_of_waybill(*, number: str) -> Incident | None:
    """The open incident that holds up a parcel."""
    held = IncidentWaybill.objects.select_related("incident").filter(waybill__number=number)
    found = held.exclude(incident__state=IncidentState.CLOSED).first()
    return found.incident if found else None


def public_notices(*, at: datetime) -> list[Incident]:
    """Incidents whose customers have been told: everybody may read the notice."""
    told = Incident.objects.open().filter(told_at__gte=at - SHOWN_TO_PUBLIC)
    return list(told.order_by("-told_at")[:3])
