"""Open an incident, tell customers, answer all cases with one answer, close."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from bihuan.cases import actions as cases
from bihuan.cases.models import Case, CaseQuerySet, CauseCode, Kind, State, WaybillStage
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotVisible, Refusal
from bihuan.incidents.access import access_incident, require_operator
from bihuan.incidents.events import (
    CaseReleased,
    CasesLinked,
    CustomersTold,
    IncidentAnswered,
    IncidentClosed,
    IncidentOpened,
)
from bihuan.incidents.models import Incident, IncidentCase, IncidentKind, IncidentState, IncidentWaybill, Outcome
from bihuan.intake import actions as intake
from bihuan.journal.actions import write
from bihuan.parcels.models import Waybill
from bihuan.parcels.queries import stuck_waybills

__all__ = [
    "CustomersNotTold",
    "HubHasIncident",
    "IncidentCasesOpen",
    "IncidentDraft",
    "IncidentEnded",
    "WordsMissing",
    "answer_incident",
    "close_incident",
    "link_cases",
    "open_incident",
    "release_case",
    "tell_customers",
]

REPORT_WITHIN = timedelta(hours=24)
STILL_FOR = timedelta(hours=24)
SPEAKER = Actor.system("incident-notice")


class IncidentEnded(Refusal):
    code = "incident_ended"
    sentence = _("这个事件已经关闭。")


class HubHasIncident(Refusal):
    code = "hub_has_incident"
    sentence = _("{hub}已经有进行中的事件。")
    next_step = _("请把案件挂到那个事件下。")


class CustomersNotTold(Refusal):
    code = "customers_not_told"
    sentence = _("还没有告知客户，不能先给统一答复。")
    rule = _("网络事件先告知受影响的客户")
    next_step = _("请先发告知。")


class IncidentCasesOpen(Refusal):
    code = "incident_cases_open"
    sentence = _("还有 {count} 件案件没有办结，事件不能先关。")
    rule = _("父事件不能早于案件关闭")
    next_step = _("等客户确认，或把要另办的案件移出。")


class WordsMissing(Invalid):
    code = "words_missing"
    sentence = _("请先写内容。")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDraft:
    """What an operator knows at first."""

    title: str
    kind: str
    hub: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """How far one answer reached: numbers of cases, and of those it could not reach with the reason."""

    answered: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def _require_words(text: str, field: str) -> str:
    if not text.strip():
        raise WordsMissing(field=field)
    return text.strip()


def _require_open(incident: Incident) -> None:
    if not incident.is_open:
        raise IncidentEnded()


@transaction.atomic
def open_incident(*, actor: Actor, draft: IncidentDraft, at: datetime) -> Incident:
    """Open an incident; the parcels that stand still at its hub and their open cases hang below it at once.

    Raises NotAllowed, WordsMissing, HubHasIncident.
    """
    require_operator(actor)
    title, hub = _require_words(draft.title, "title")[:80], draft.hub.strip()[:80]
    try:
        with transaction.atomic():
            incident = Incident.objects.create(
                title=title,
                kind=IncidentKind(draft.kind),
                hub=hub,
                opened_by_id=actor.id,
                opened_at=at,
                report_due_at=at + REPORT_WITHIN,
            )
    except IntegrityError as error:
        raise HubHasIncident(hub=hub) from error
    numbers = stuck_waybills(hub=hub, at=at, still_for=STILL_FOR) if hub else []
    held = Waybill.objects.filter(number__in=numbers)
    IncidentWaybill.objects.bulk_create(IncidentWaybill(incident=incident, waybill=waybill) for waybill in held)
    opened = IncidentOpened(incident_id=incident.pk, kind=incident.kind, hub=hub, waybills=len(numbers))
    write(actor, opened, at=at)
    _link(actor, incident, Case.objects.open().visible_to(actor).filter(waybill__in=numbers), at)
    return incident


@transaction.atomic
def link_cases(*, actor: Actor, incident_id: int, numbers: Collection[str], at: datetime) -> list[Case]:
    """Hang open cases below the incident; one that hangs elsewhere stays there. Customers are told what others were.

    Raises NotVisible, NotAllowed, IncidentEnded.
    """
    incident = access_incident(actor, incident_id)
    _require_open(incident)
    wanted = Case.objects.open().visible_to(actor).filter(number__in=numbers)
    return _link(actor, incident, wanted, at)


def _link(actor: Actor, incident: Incident, wanted: CaseQuerySet, at: datetime) -> list[Case]:
    linked = IncidentCase.objects.values("case_id")
    fresh = list(wanted.exclude(pk__in=linked).order_by("pk"))
    if not fresh:
        return []
    links = [IncidentCase(incident=incident, case=case, linked_at=at) for case in fresh]
    IncidentCase.objects.bulk_create(links)
    write(actor, CasesLinked(incident_id=incident.pk, case_ids=tuple(case.pk for case in fresh)), at=at)
    if incident.told_at:
        _tell(incident, links, at)
    return fresh


@transaction.atomic
def tell_customers(*, actor: Actor, incident_id: int, notice: str, at: datetime) -> int:
    """Tell the customer of every case below the incident, and show the notice on the portal; returns how many.

    Raises IncidentEnded, WordsMissing.
    """
    incident = access_incident(actor, incident_id)
    _require_open(incident)
    incident.notice, incident.told_at = _require_words(notice, "notice"), at
    incident.save(update_fields=["notice", "told_at"])
    links = list(incident.links.exclude(outcome=Outcome.ALONE).select_related("case"))
    _tell(incident, links, at)
    write(actor, CustomersTold(incident_id=incident.pk, cases=len(links)), at=at)
    return len(links)


def _tell(incident: Incident, links: Sequence[IncidentCase], at: datetime) -> None:
    for link in links:
        intake.send_notice(
            actor=SPEAKER, conversation_id=link.case.conversation_id, notice="INCIDENT", body=incident.notice, at=at
        )
        link.told_at = at
    IncidentCase.objects.bulk_update(links, ["told_at"])


@transaction.atomic
def answer_incident(
    *, actor: Actor, incident_id: int, message: str, cause: str, cause_stage: str, at: datetime
) -> Answered:
    """Give every case below the incident the same answer, each through its own process and within the actor's rights.

    A complaint is confirmed, gets the cause, is answered, and closes when its customer accepts; a consultation closes
    with the answer. A case that cannot take it keeps its state, and says why. Raises CustomersNotTold, IncidentEnded,
    WordsMissing, CauseMissing.
    """
    incident = access_incident(actor, incident_id)
    _require_open(incident)
    text = _require_words(message, "message")
    if cause not in CauseCode.values or cause_stage not in WaybillStage.values:
        raise cases.CauseMissing(field="cause")
    if incident.told_at is None:
        raise CustomersNotTold()
    findings = cases.Findings(
        findings=incident.title, solution=text, cause=cause, cause_stage=cause_stage, cause_station=incident.hub
    )
    answered, refused = [], []
    waiting = incident.links.filter(outcome__in=(Outcome.WAITING, Outcome.DECLINED)).select_related("case")
    for link in waiting.order_by("case_id"):
        try:
            with transaction.atomic():
                _answer(actor, link.case, findings, text, at)
        except Refusal as refusal:
            link.refusal = refusal.code[:40]
            refused.append((link.case.number, str(refusal)))
        else:
            link.refusal, link.outcome = "", Outcome.ANSWERED
            if link.case.kind == Kind.CONSULTATION:
                link.outcome = Outcome.ACCEPTED
            answered.append(link.case.number)
        link.save(update_fields=["refusal", "outcome"])
    incident.answer, incident.answered_at, incident.state = text, at, IncidentState.ANSWERED
    incident.cause, incident.cause_stage = cause, cause_stage
    incident.save()
    write(actor, IncidentAnswered(incident_id=incident.pk, answered=len(answered), refused=len(refused)), at=at)
    return Answered(tuple(answered), tuple(refused))


def _answer(actor: Actor, case: Case, findings: cases.Findings, text: str, at: datetime) -> None:
    """One case through its own table; what its state does not allow is refused there."""
    if case.kind == Kind.COMPLAINT:
        if case.state == State.RECEIVED:
            case = cases.confirm_case(actor=actor, case_id=case.pk, message=findings.findings, at=at)
        if case.state == State.CONFIRMED:
            cases.submit_findings(actor=actor, case_id=case.pk, findings=findings, at=at)
        cases.answer_case(actor=actor, case_id=case.pk, message=text, at=at)
        return
    cases.answer_case(actor=actor, case_id=case.pk, message=text, at=at)
    cases.close_case(actor=actor, case_id=case.pk, at=at)


@transaction.atomic
def release_case(*, actor: Actor, incident_id: int, case_number: str, reason: str, at: datetime) -> IncidentCase:
    """Let a case go its own way; it no longer holds the incident open. Raises NotVisible, WordsMissing."""
    incident = access_incident(actor, incident_id)
    _require_open(incident)
    visible = Case.objects.visible_to(actor).filter(number=case_number)
    link = incident.links.filter(case__in=visible).first()
    if link is None:
        raise NotVisible()
    link.outcome = Outcome.ALONE
    link.save(update_fields=["outcome"])
    released = CaseReleased(
        incident_id=incident.pk, case_id=link.case_id, reason=_require_words(reason, "reason")[:200]
    )
    write(actor, released, at=at)
    return link


@transaction.atomic
def close_incident(*, actor: Actor, incident_id: int, at: datetime) -> Incident:
    """Close the parent, never before its cases. Raises IncidentCasesOpen, IncidentEnded."""
    incident = access_incident(actor, incident_id)
    _require_open(incident)
    held = incident.links.exclude(outcome=Outcome.ALONE)
    if count := held.filter(case__closed_at=None).count():
        raise IncidentCasesOpen(count=count)
    incident.state, incident.closed_at = IncidentState.CLOSED, at
    incident.save(update_fields=["state", "closed_at"])
    write(actor, IncidentClosed(incident_id=incident.pk, cases=held.count()), at=at)
    return incident
