"""Cases, hand-offs and customers as the API shows them."""

from collections.abc import Iterable

from bihuan.api.schemas import CaseOut, HandoffOut
from bihuan.cases.models import Case, Handoff
from bihuan.cases.queries import allowed_verbs
from bihuan.customers.queries import render_masked_many


def render_cases(cases: Iterable[Case]) -> list[CaseOut]:
    """Cases with their texts masked, in one look-up for all."""
    found = list(cases)
    texts = iter(render_masked_many([text for case in found for text in (case.title, case.expected)]))
    return [_render(case, next(texts), next(texts)) for case in found]


def render_case(case: Case) -> CaseOut:
    """One case."""
    return render_cases([case])[0]


def _render(case: Case, title: str, expected: str) -> CaseOut:
    return CaseOut(
        number=case.number,
        kind=case.kind,
        state=case.state,
        category=case.category.code,
        title=title,
        priority=case.priority,
        priority_reason=case.priority_reason,
        expected=expected,
        waybill=case.waybill,
        customer=case.customer_label,
        channel=case.channel,
        team=case.team.label,
        owner=case.owner.label if case.owner else None,
        level=case.level,
        round=case.round,
        cause=case.cause,
        rating=case.rating,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        next_due_at=case.next_due_at,
        verbs=[verb.value for verb in allowed_verbs(case.kind, case.state)],
    )


def render_handoff(handoff: Handoff) -> HandoffOut:
    """One hand-off with its request masked."""
    return HandoffOut(
        id=handoff.pk,
        case=handoff.case.number,
        department=handoff.department.label,
        state=handoff.state,
        request=render_masked_many([handoff.request])[0],
        due_at=handoff.due_at,
    )
