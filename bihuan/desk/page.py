"""What the page of one case shows, gathered in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bihuan.cases import queries
from bihuan.cases.models import Case, Kind, State, Verb
from bihuan.cases.queries import CasePermission, allowed_verbs
from bihuan.customers.models import DatumKind, RevealPurpose
from bihuan.customers.queries import MaskedField, card, render_masked_many
from bihuan.desk import forms
from bihuan.desk.looks import clocks_of, stages_of, timeline_of
from bihuan.foundation.actor import Actor
from bihuan.promises.queries import open_promises
from bihuan.web.components import Evidence, Tone


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step a case waits for, with its form, for the person who looks."""

    verb: str
    title: str
    form: Form
    primary: bool = True


def case_context(request: HttpRequest, case: Case, at: datetime) -> dict[str, object]:
    """Everything the case templates need."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    events = queries.timeline(case)
    promises = open_promises(queries.SUBJECT, [case.pk], at=at).get(case.pk, []) if case.is_open else []
    names = ("title", "expected", "findings", "solution")
    texts = dict(zip(names, render_masked_many([getattr(case, name) for name in names]), strict=True))
    return (
        texts
        | _rights(actor, case, at)
        | _inputs(actor, case)
        | {
            "case": case,
            "at": at,
            "stages": stages_of(case, events, at),
            "clocks": clocks_of(case, promises, at),
            "events": timeline_of(request, events, case),
            "fields": customer_fields(actor, case),
            "steps": list(next_steps(actor, case, at)) if case.is_open else [],
            "checklist": checklist(case, at),
            "others": queries.list_others(actor=actor, case=case),
            "nav": "case_list",
        }
    )


def _rights(actor: Actor, case: Case, at: datetime) -> dict[str, object]:
    """What this person may do here; buttons for anything else are left out."""
    may_assign = case.is_open and queries.allows(actor, CasePermission.ASSIGN, case)
    return {
        "may_handle": case.is_open and queries.allows(actor, CasePermission.HANDLE, case),
        "may_assign": may_assign,
        "may_archive": queries.allows(actor, CasePermission.ARCHIVE, case),
        "assignees": queries.list_assignees(case=case, at=at) if may_assign else [],
    }


def _inputs(actor: Actor, case: Case) -> dict[str, object]:
    """The forms beside the timeline, and what was being typed."""
    return {
        "evidence_form": forms.EvidenceForm(),
        "priority_form": forms.PriorityForm(initial={"impact": case.impact, "urgency": case.urgency}),
        "extension_form": forms.ExtensionForm(),
        "drafts": queries.drafts_of(actor=actor, case=case) if case.is_open else {},
        "purposes": RevealPurpose.choices,
    }


def customer_fields(actor: Actor, case: Case) -> list[tuple[str, MaskedField]]:
    """The masked values of the customer with their names; each can be revealed for a purpose."""
    if case.customer_id is None:
        return []
    shown = card(actor=actor, customer_id=case.customer_id).fields
    return [(str(DatumKind(field.kind).label), field) for field in shown]


def checklist(case: Case, at: datetime) -> list[Evidence]:
    """The evidence a case of its category needs, and what is there."""
    given = {row.item: row for row in case.evidence.all()}  # fetched with the timeline, givers included
    wanted = list(dict.fromkeys([*case.category.checklist, *given]))
    return [_evidence_line(item, given.get(item)) for item in wanted]


def _evidence_line(item: str, row: object) -> Evidence:
    if row is None:
        return Evidence(name=item, detail=_("还没有"), word=_("缺"))
    by = row.given_by.label if row.given_by else _("客户")  # type: ignore[attr-defined]
    return Evidence(name=item, detail=by, tone=Tone.KEPT, word=_("已齐"))


def next_steps(actor: Actor, case: Case, at: datetime) -> Iterable[NextStep]:
    """The verbs the table allows now, for this person, the usual one first."""
    if (
        queries.allows(actor, CasePermission.CALL_BACK, case)
        and case.state == State.ANSWERED
        and case.kind == Kind.COMPLAINT
    ):
        if actor.id not in case.handler_ids:
            yield NextStep("callback", _("回访客户"), forms.CallbackForm())
        return
    if not queries.allows(actor, CasePermission.HANDLE, case):
        return
    for verb in allowed_verbs(case.kind, case.state):
        step = _step(verb, case)
        if step is not None:
            yield step


def _step(verb: Verb, case: Case) -> NextStep | None:
    match verb:
        case Verb.CONFIRM | Verb.PROMISE | Verb.DECLINE | Verb.PROGRESS | Verb.FINISH:
            return NextStep(verb, str(verb.label), forms.MessageForm(initial={"message": opening_words(verb, case)}))
        case Verb.ANSWER:
            return NextStep(verb, str(verb.label), forms.MessageForm())
        case Verb.HAND_OVER | Verb.FORWARD:
            department = queries.propose_department(category=case.category, division_id=case.division_id)
            return NextStep(
                verb, str(verb.label), forms.HandOverForm(initial={"department_id": department and department.pk})
            )
        case Verb.FIND:
            # while a department has the case, the department answers
            return (
                NextStep(verb, str(verb.label), forms.FindingsForm(), primary=False)
                if case.state == State.CONFIRMED
                else None
            )
        case Verb.ASSESS:
            return NextStep(verb, str(verb.label), forms.AssessmentForm())
        case Verb.PLAN:
            return NextStep(verb, str(verb.label), forms.PlanForm())
        case Verb.CLOSE:
            return NextStep(verb, str(verb.label), forms.EmptyForm())
        case _:
            return None


def opening_words(verb: Verb, case: Case) -> str:
    """A start for the message: the agent goes on in own words."""
    if verb is Verb.CONFIRM:
        return _("您好，您反映的「{title}」我已经核对并正式受理。接下来会请责任部门调查，有结果马上告诉您。").format(
            title=case.category.label
        )
    return ""
