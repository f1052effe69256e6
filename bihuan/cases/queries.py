"""Reads of cases: queues, lists, search, one case with its timeline, hand-offs of a department."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, Q
from django.utils import timezone

from bihuan.cases.access import access_handoff, access_numbered_case, can
from bihuan.cases.clocks import SUBJECT
from bihuan.cases.indexing import find_visible
from bihuan.cases.models import (
    CALLBACK_DUE,
    RAISED,
    WAITING,
    Case,
    CaseQuerySet,
    Category,
    Draft,
    Handoff,
    categories_by_id,
    categories_in_use,
)
from bihuan.cases.permissions import LIAISONS, ROLES, CasePermission
from bihuan.cases.timeline import Event, timeline
from bihuan.cases.workflow import STAGES, Kind, State, allowed_verbs, stage_index
from bihuan.customers.models import Customer
from bihuan.foundation.actor import Actor
from bihuan.foundation.paging import KeysetPage, page_by_key
from bihuan.organization.models import Staff, Unit
from bihuan.organization.queries import find_department, list_colleagues
from bihuan.organization.roles import HANDLERS

__all__ = [
    "CASE_EXPORT",
    "SEARCH_LIMIT",
    "STAGES",
    "SUBJECT",
    "CaseFilter",
    "CasePermission",
    "Event",
    "Queue",
    "allowed_verbs",
    "allows",
    "drafts_of",
    "find_case_id",
    "get_case",
    "get_handoff",
    "list_assignees",
    "list_at_risk",
    "list_callbacks_due",
    "list_cases",
    "list_categories",
    "list_due",
    "list_escalated",
    "list_handoffs",
    "list_my_promises",
    "list_others",
    "list_queues",
    "list_waiting",
    "may_export",
    "narrow",
    "propose_department",
    "search_cases",
    "stage_index",
    "timeline",
]

CASE_EXPORT = "cases"  # the exporter of the list
RECENT = ("-opened_at", "-id")
DUE = ("next_due_at", "id")
SEARCH_LIMIT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What a list is narrowed to; empty means all. Kept in the address bar."""

    kind: str = ""
    state: str = ""
    category: str = ""
    priority: int | None = None
    owner_id: int | None = None
    team_id: int | None = None
    division_id: int | None = None
    waybill: str = ""
    is_open: bool | None = None


def narrow(cases: CaseQuerySet, wanted: CaseFilter) -> CaseQuerySet:
    """Apply a filter to a queryset."""
    exact = {
        "kind": wanted.kind,
        "state": wanted.state,
        "category__code": wanted.category,
        "priority": wanted.priority,
        "owner_id": wanted.owner_id,
        "team_id": wanted.team_id,
        "division_id": wanted.division_id,
        "waybill": wanted.waybill.strip().upper(),
    }
    cases = cases.filter(**{name: value for name, value in exact.items() if value not in ("", None)})
    if wanted.state and wanted.state != State.CLOSED:
        cases = cases.open()  # says nothing new, but lets the index of open cases answer: a state may be rare
    return cases if wanted.is_open is None else cases.filter(closed_at__isnull=wanted.is_open)


def list_cases(*, actor: Actor, wanted: CaseFilter, after: str | None = None, limit: int = 50) -> KeysetPage[Case]:
    """Cases the actor may see, newest first."""
    cases = narrow(Case.objects.visible_to(actor), wanted).select_related("category", "team", "owner")
    return page_by_key(cases, order=RECENT, after=after, limit=limit)


def list_due(*, actor: Actor, wanted: CaseFilter, after: str | None = None, limit: int = 50) -> KeysetPage[Case]:
    """Open cases with a running promise, the nearest due time first."""
    cases = narrow(Case.objects.visible_to(actor).open(), wanted).exclude(next_due_at=None)
    return page_by_key(cases.select_related("category", "team", "owner"), order=DUE, after=after, limit=limit)


@dataclass(frozen=True, slots=True)
class Queue:
    """One line of an agent's queue list: what waits for somebody to take it."""

    kind: str
    category: str
    label: str
    icon: str
    waiting: int
    oldest_at: datetime


QUEUE_COUNT_LIMIT = 999


def list_queues(*, actor: Actor) -> list[Queue]:
    """Unowned open cases of the actor's teams, grouped by kind and category. Open cases only: an indexed, small set."""
    waiting = Case.objects.filter(WAITING, team_id__in=actor.units(HANDLERS))
    rows = waiting.values("kind", "category_id").annotate(waiting=Count("*"), oldest_at=Min("opened_at"))
    categories = categories_by_id()
    queues = [
        Queue(
            kind=row["kind"],
            category=categories[row["category_id"]].code,
            label=f"{Kind(row['kind']).label} · {categories[row['category_id']].label}",
            icon=categories[row["category_id"]].icon,
            waiting=min(row["waiting"], QUEUE_COUNT_LIMIT),
            oldest_at=row["oldest_at"],
        )
        for row in rows
    ]
    return sorted(queues, key=lambda queue: queue.oldest_at)


def list_my_promises(*, actor: Actor, limit: int = 60) -> list[Case]:
    """The actor's open cases, the nearest promise first."""
    mine = Case.objects.open().filter(owner_id=actor.id).select_related("category")
    return list(mine.order_by(F("next_due_at").asc(nulls_last=True), "id")[:limit])


def list_callbacks_due(*, actor: Actor, limit: int = 30) -> list[Case]:
    """Answered complaints the actor may call back: of the own teams, and never handled by the actor."""
    answered = Case.objects.filter(CALLBACK_DUE, team_id__in=actor.units(HANDLERS))
    answered = answered.exclude(handler_ids__contains=actor.id).select_related("category")
    return list(answered.order_by("next_due_at", "id")[:limit])


def list_escalated(*, actor: Actor, level: int, limit: int = 30) -> list[Case]:
    """Open cases that were raised to a level and have no owner yet."""
    raised = Case.objects.visible_to(actor).filter(RAISED, level=level)
    return list(raised.select_related("category").order_by("next_due_at", "id")[:limit])


def get_case(*, actor: Actor, number: str) -> Case:
    """The case with this number, when the actor sees it. Raises NotVisible."""
    return access_numbered_case(actor, number, to=CasePermission.VIEW)


def find_case_id(number: str) -> int | None:
    """The id behind a case number, for consumers that thread messages; no rights are asked."""
    return Case.objects.filter(number=number).values_list("pk", flat=True).first()


def search_cases(*, actor: Actor, text: str, limit: int = SEARCH_LIMIT) -> list[Case]:
    """Cases by number, waybill or words of the text, newest first, within the actor's rights.

    All tokens of the query must occur. An empty query finds nothing.
    """
    typed = text.strip().upper()
    shown = Case.objects.select_related("category", "owner", "team").order_by(*RECENT)
    if typed and typed.isascii():
        named = Q(number=typed) | Q(waybill=typed, waybill__gt="")
        if hits := list(shown.visible_to(actor).filter(named)[:limit]):
            return hits
    return list(shown.filter(pk__in=find_visible(actor=actor, text=text, limit=limit)))


def list_handoffs(
    *, actor: Actor, done: bool = False, after: str | None = None, limit: int = 30
) -> KeysetPage[Handoff]:
    """The hand-offs of the actor's departments: open ones by due time, or the answered and returned ones."""
    mine = Handoff.objects.filter(department_id__in=actor.units(LIAISONS), ended_at__isnull=not done)
    order = ("-ended_at", "-id") if done else DUE_HANDOFF
    return page_by_key(mine.select_related("case", "case__category", "asked_by"), order=order, after=after, limit=limit)


DUE_HANDOFF = ("due_at", "id")


def list_categories() -> list[Category]:
    """The type tree in use, in its order."""
    return list(categories_in_use().values())


def allows(actor: Actor, permission: CasePermission, case: Case) -> bool:
    """True when the actor's role lets them do this to the case; pages use it to leave buttons out."""
    return can(actor, permission, case)


def may_export(actor: Actor) -> bool:
    """True when the actor may take a list of cases out as a file."""
    return bool(actor.units(ROLES[CasePermission.EXPORT]))


def list_waiting(*, actor: Actor, wanted: CaseFilter, after: str | None = None, limit: int = 50) -> KeysetPage[Case]:
    """The unowned cases behind a queue line, the nearest promise first."""
    cases = narrow(Case.objects.open().filter(team_id__in=actor.units(HANDLERS), owner=None), wanted)
    cases = cases.exclude(next_due_at=None).select_related("category", "team")
    return page_by_key(cases, order=DUE, after=after, limit=limit)


def list_at_risk(
    *, actor: Actor, wanted: CaseFilter | None = None, after: str | None = None, limit: int = 50
) -> KeysetPage[Case]:
    """Open cases whose promise raised somebody's attention, the nearest due time first."""
    cases = narrow(Case.objects.visible_to(actor).open(), wanted or CaseFilter())
    cases = cases.filter(attention__isnull=False).exclude(next_due_at=None)
    return page_by_key(cases.select_related("category", "team", "owner"), order=DUE, after=after, limit=limit)


def get_handoff(*, actor: Actor, handoff_id: int) -> Handoff:
    """One hand-off of the actor's department. Raises NotVisible."""
    return access_handoff(actor, handoff_id)


def list_assignees(*, case: Case, at: datetime) -> list[Staff]:
    """The people a case can be given to: who handles cases for its team, or for a unit above it."""
    return list_colleagues(case.team.ancestor_ids, HANDLERS, timezone.localdate(at))


def propose_department(*, category: Category, division_id: int | None) -> Unit | None:
    """The department that usually answers for the category in the division (R64)."""
    return find_department(category.function, division_id)


def drafts_of(*, actor: Actor, case: Case) -> dict[str, Draft]:
    """What the actor was typing on the case, by box."""
    return {draft.box: draft for draft in Draft.objects.filter(case=case, staff_id=actor.id or 0)}


def list_others(*, actor: Actor, case: Case, limit: int = 5) -> list[Case]:
    """The newest other cases of the same customer, under whatever entry they came, that the actor may see."""
    if case.customer_id is None:
        return []
    same = Customer.objects.family_of(case.customer_id)
    others = Case.objects.visible_to(actor).filter(customer__in=same).exclude(pk=case.pk)
    return list(others.select_related("category").order_by(*RECENT)[:limit])
