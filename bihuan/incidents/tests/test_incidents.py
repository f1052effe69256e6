"""A storm over a hub: customers are told first, one answer reaches all, and the parent ends last."""

from datetime import timedelta

import pytest

from bihuan.carriers.scans import Scan, ScanCode
from bihuan.cases import actions as cases
from bihuan.cases.models import Case, State
from bihuan.cases.tests import factories
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed
from bihuan.foundation.moment import now
from bihuan.incidents import actions, queries
from bihuan.incidents.models import Incident, IncidentCase, IncidentState, Outcome
from bihuan.incidents.watching import watch_hubs
from bihuan.intake.models import Message
from bihuan.journal.actions import run_consumers_once
from bihuan.journal.models import ParkedEntry
from bihuan.parcels import actions as parcels
from tests.people import acting, build_company

HUB = "武汉转运中心"
SYSTEM = Actor.system("tests")
NOTICE = "武汉暴雨，转运中心停运，您的件预计晚到两天。"
ANSWER = "暴雨已停，今晚全部发出，运费退还。"


@pytest.fixture
def company(db):
    return build_company()


def strand(count, first=0):
    """Parcels that reached Wuhan two days ago and have not left it."""
    at = now()
    numbers = [f"YH7731{index:08d}" for index in range(first, first + count)]
    for number in numbers:
        parcels.register_waybill(actor=SYSTEM, draft=parcels.WaybillDraft(number=number), at=at)
        arrived = Scan(at - timedelta(hours=48), ScanCode.ARRIVED, HUB)
        parcels.record_scans(actor=SYSTEM, number=number, scans=[arrived], source="LOCAL", at=at)
    return numbers


def complain(numbers, **changes):
    return [factories.open_complaint(waybill=number, category="DELAY", **changes) for number in numbers]


def storm(company, who=None):
    draft = actions.IncidentDraft(title="武汉暴雨", kind="WEATHER", hub=HUB)
    return actions.open_incident(actor=acting(who or company.qian), draft=draft, at=now())


def answer(company, incident, who=None):
    return actions.answer_incident(
        actor=acting(who or company.qian),
        incident_id=incident.pk,
        message=ANSWER,
        cause="FORCE_MAJEURE",
        cause_stage="LINEHAUL",
        at=now(),
    )


def tell(company, incident):
    return actions.tell_customers(actor=acting(company.qian), incident_id=incident.pk, notice=NOTICE, at=now())


def call_back(company, case, result):
    cases.record_callback(actor=acting(company.zhou), case_id=case.pk, result=result, note="回访", at=now())


@pytest.mark.feature("4.6")
def test_fifty_cases_below_a_storm_close_with_one_answer_when_their_customers_accept(company):
    voices = complain(strand(50))
    incident = storm(company)
    assert queries.tally(incident).cases == 50 == queries.tally(incident).waybills
    assert tell(company, incident) == 50
    found = answer(company, incident)
    assert len(found.answered) == 50 and not found.refused
    assert set(Case.objects.values_list("state", flat=True)) == {State.ANSWERED}
    for case in voices[:48]:
        call_back(company, case, "SATISFIED")
    for case in voices[48:]:
        call_back(company, case, "UNSATISFIED")
    run_consumers_once()
    assert not ParkedEntry.objects.exists()
    assert Case.objects.filter(state=State.CLOSED).count() == 48
    assert IncidentCase.objects.filter(outcome=Outcome.DECLINED).count() == 2
    with pytest.raises(actions.IncidentCasesOpen) as refusal:
        actions.close_incident(actor=acting(company.qian), incident_id=incident.pk, at=now())
    assert refusal.value.facts["count"] == 2
    assert Incident.objects.get().state == IncidentState.ANSWERED


@pytest.mark.feature("4.6")
def test_the_parent_closes_when_the_last_case_has_closed_or_goes_its_own_way(company):
    first, second = complain(strand(2))
    incident = storm(company)
    tell(company, incident)
    answer(company, incident)
    call_back(company, first, "SATISFIED")
    run_consumers_once()
    qian = acting(company.qian)
    actions.release_case(actor=qian, incident_id=incident.pk, case_number=second.number, reason="另有破损", at=now())
    assert actions.close_incident(actor=qian, incident_id=incident.pk, at=now()).state == IncidentState.CLOSED
    second.refresh_from_db()
    assert second.is_open


def test_customers_are_told_before_they_are_answered(company):
    (case,) = complain(strand(1))
    incident = storm(company)
    with pytest.raises(actions.CustomersNotTold):
        answer(company, incident)
    case.refresh_from_db()
    assert case.state == State.RECEIVED and not Incident.objects.get().answer
    tell(company, incident)
    bodies = Message.objects.filter(conversation_id=case.conversation_id).values_list("body", flat=True)
    assert NOTICE in bodies


def test_a_case_opened_later_about_a_held_parcel_is_linked_and_told(company):
    numbers = strand(2)
    incident = storm(company)
    tell(company, incident)
    (late,) = complain(numbers[:1])
    (other,) = complain(["YH773199999999"])
    run_consumers_once()
    assert not ParkedEntry.objects.exists()
    link = IncidentCase.objects.get()
    assert link.case == late != other and link.told_at
    assert queries.incident_of_case(case_id=late.pk) == incident
    assert queries.incident_of_waybill(number=numbers[1]) == incident


def test_what_a_case_cannot_take_is_kept_with_its_reason_and_does_not_stop_the_others(company):
    with_department, plain = complain(strand(2))
    factories.confirm(company, with_department)
    factories.hand_over(company, with_department)
    incident = storm(company)
    tell(company, incident)
    found = answer(company, incident)
    assert found.answered == (plain.number,)
    assert [number for number, _reason in found.refused] == [with_department.number]
    assert IncidentCase.objects.get(case=with_department).refusal == "transition_refused"
    with_department.refresh_from_db()
    assert with_department.state == State.HANDED_OVER


def test_nobody_answers_cases_beyond_their_own_rights(company):
    complain(strand(1))
    incident = storm(company, who=company.tan)
    assert queries.tally(incident).cases == 0
    actions.link_cases(
        actor=acting(company.tan), incident_id=incident.pk, numbers=[Case.objects.get().number], at=now()
    )
    assert queries.tally(incident).cases == 0


def test_an_agent_opens_no_incident(company):
    with pytest.raises(NotAllowed):
        storm(company, who=company.lin)
    assert not Incident.objects.exists()


def test_a_hub_has_one_open_incident(company):
    storm(company)
    with pytest.raises(actions.HubHasIncident):
        storm(company)
    assert Incident.objects.count() == 1


def test_the_watch_opens_an_incident_where_parcels_pile_up_and_only_one(company):
    strand(6)
    assert watch_hubs(at=now(), at_least=7) == []
    (opened,) = watch_hubs(at=now(), at_least=6)
    assert (opened.hub, opened.waybills.count(), opened.told_at) == (HUB, 6, None)
    assert watch_hubs(at=now(), at_least=6) == []


def test_a_consultation_closes_with_the_answer(company):
    (question,) = complain(strand(1), kind="CONSULTATION")
    incident = storm(company)
    tell(company, incident)
    answer(company, incident)
    question.refresh_from_db()
    assert question.state == State.CLOSED
    assert actions.close_incident(actor=acting(company.qian), incident_id=incident.pk, at=now()).closed_at
