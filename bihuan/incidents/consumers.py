"""What incidents do about what happens to cases below them."""

from collections.abc import Sequence

from bihuan.cases.actions import close_case
from bihuan.cases.models import CallbackResult, Case, State
from bihuan.foundation.actor import Actor
from bihuan.incidents.actions import link_cases
from bihuan.incidents.models import IncidentCase, IncidentState, IncidentWaybill, Outcome
from bihuan.journal.models import StoredEntry
from bihuan.journal.registry import consumer

KEEPER = Actor.system("incident-keeper")
# a case is followed by its link while the parent still waits for it
FOLLOWED = (Outcome.WAITING, Outcome.ANSWERED, Outcome.DECLINED)


@consumer("incidents.linker", "case.opened", batch=50)
def link_new_cases(batch: Sequence[StoredEntry]) -> None:
    """A case about a parcel that an open incident holds up hangs below it; its customer is told what others were."""
    opened = Case.objects.in_bulk([entry.payload["case_id"] for entry in batch])
    numbers = {case.waybill for case in opened.values() if case.waybill}
    held = IncidentWaybill.objects.filter(waybill__number__in=numbers).exclude(incident__state=IncidentState.CLOSED)
    incidents = dict(held.values_list("waybill__number", "incident_id"))
    for entry in batch:
        case = opened[entry.payload["case_id"]]
        if case.is_open and case.waybill in incidents:
            link_cases(actor=KEEPER, incident_id=incidents[case.waybill], numbers=[case.number], at=entry.at)


@consumer("incidents.outcomes", "case.called_back", batch=50)
def follow_outcomes(batch: Sequence[StoredEntry]) -> None:
    """Who accepts the common answer has the case closed; who does not is heard one level higher."""
    ids = [entry.payload["case_id"] for entry in batch]
    links = {
        link.case_id: link
        for link in IncidentCase.objects.select_related("case").filter(case_id__in=ids, outcome__in=FOLLOWED)
    }
    for entry in batch:
        link = links.get(entry.payload["case_id"])
        if link is None:
            continue
        if entry.payload["result"] == CallbackResult.UNSATISFIED:
            link.outcome = Outcome.DECLINED
        elif entry.payload["result"] == CallbackResult.SATISFIED:
            link.outcome = Outcome.ACCEPTED
            if link.case.state == State.SATISFIED:
                close_case(actor=KEEPER, case_id=link.case_id, at=entry.at)
        link.save(update_fields=["outcome"])
