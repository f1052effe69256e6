"""Cases and what hangs below them. Text of people lives in ``intake``; personal data lives in ``customers``."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.cases.causes import CauseCode, WaybillStage
from bihuan.cases.permissions import LIAISONS, READERS
from bihuan.cases.priority import Impact, Priority, PriorityReason, Urgency
from bihuan.cases.workflow import Kind, Level, State, Verb
from bihuan.customers.models import Customer
from bihuan.foundation.actor import Actor
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.kept import kept_while
from bihuan.foundation.labels import Labelled
from bihuan.intake.models import Conversation
from bihuan.organization.models import Function, Staff, Unit

__all__ = [
    "Callback",
    "CallbackResult",
    "Case",
    "CaseQuerySet",
    "CaseSearch",
    "Category",
    "CauseCode",
    "Draft",
    "Evidence",
    "FollowCode",
    "Handoff",
    "HandoffState",
    "Impact",
    "Kind",
    "Level",
    "Priority",
    "ReturnReason",
    "State",
    "Urgency",
    "Verb",
    "WaybillStage",
    "categories_by_id",
    "categories_in_use",
    "new_public_token",
]


def new_public_token() -> str:
    """What the public sees instead of an id: 128 random bits."""
    return secrets.token_urlsafe(16)


class Category(models.Model):
    """A node of the type tree, with the department that usually answers and the usual impact."""

    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    icon = models.CharField(max_length=32, default="folder")
    function = models.CharField(max_length=12, choices=Function)
    usual_impact = models.CharField(max_length=8, choices=Impact, default=Impact.MEDIUM)
    checklist = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)
    retired_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["position", "code"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name


@kept_while("cases_category")
def categories_by_id() -> Mapping[int, Category]:
    """Every category, retired ones too, with its parent, in its order. Every page reads them: kept in the process."""
    return MappingProxyType({row.pk: row for row in Category.objects.select_related("parent")})


@kept_while("cases_category")
def categories_in_use() -> Mapping[str, Category]:
    """The categories a case may be opened under, by code, in their order."""
    rows = Category.objects.filter(retired_on=None).select_related("parent")
    return MappingProxyType({row.code: row for row in rows})


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        return self.filter(closed_at=None)

    def visible_to(self, actor: Actor) -> "CaseQuerySet":
        """The cases an actor may see; the one rule behind list, search, detail, export, API and live stream."""
        if actor.is_system:
            return self
        if actor.is_customer:
            return self.filter(pk__in=actor.case_ids)
        rule = Q(pk__in=())
        if readable := actor.units(READERS):
            rule |= Q(team_id__in=readable)
        if departments := actor.units(LIAISONS):
            rule |= Q(pk__in=Handoff.objects.filter(department_id__in=departments).values("case_id"))
        return self.filter(rule)


# What lists of open work are asked for; a query repeats the condition word for word, or the index is not used.
OPEN = Q(closed_at=None)
WAITING = OPEN & Q(owner=None, level=Level.TEAM) & ~Q(state=State.SATISFIED)
RAISED = OPEN & Q(owner=None, level__gt=Level.TEAM)
CALLBACK_DUE = OPEN & Q(kind=Kind.COMPLAINT, state=State.ANSWERED)


class Case(Labelled):
    """One customer's voice, followed until it is closed."""

    number = models.CharField(max_length=24, unique=True)
    public_token = models.CharField(max_length=32, unique=True, default=new_public_token)
    kind = models.CharField(max_length=16, choices=Kind)
    state = models.CharField(max_length=16, choices=State, default=State.RECEIVED)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=120)
    impact = models.CharField(max_length=8, choices=Impact, default=Impact.MEDIUM)
    urgency = models.CharField(max_length=8, choices=Urgency, default=Urgency.MEDIUM)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.P3)
    # 5W1H without who (the customer), in the customer's words; personal data lifted
    happened_when = models.CharField(max_length=80, blank=True)
    happened_where = models.CharField(max_length=120, blank=True)
    involved = models.CharField(max_length=120, blank=True)
    expected = models.CharField(max_length=400, blank=True)
    waybill = models.CharField(max_length=32, blank=True)

    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer_label = models.CharField(max_length=40, blank=True)
    conversation = models.OneToOneField(Conversation, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)

    division = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    handler_ids = models.JSONField(default=list)
    level = models.PositiveSmallIntegerField(choices=Level, default=Level.TEAM)
    round = models.PositiveSmallIntegerField(default=1)

    findings = models.TextField(blank=True)
    solution = models.TextField(blank=True)
    cause = models.CharField(max_length=16, choices=CauseCode, blank=True)
    cause_stage = models.CharField(max_length=16, choices=WaybillStage, blank=True)
    cause_station = models.CharField(max_length=60, blank=True)
    plan = models.JSONField(default=dict)
    rating = models.PositiveSmallIntegerField(null=True)
    rating_comment = models.CharField(max_length=400, blank=True)

    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    next_due_at = models.DateTimeField(null=True)
    attention = models.PositiveSmallIntegerField(null=True)
    idempotency_key = models.CharField(max_length=80, null=True)
    idempotency_digest = models.BinaryField(max_length=16, null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="case_closed_has_time", condition=~Q(state=State.CLOSED) ^ Q(closed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="case_closed_complaint_has_cause",
                condition=~Q(kind=Kind.COMPLAINT, state=State.CLOSED) | ~Q(cause=""),
            ),
            models.CheckConstraint(name="case_rating_in_scale", condition=Q(rating=None) | Q(rating__range=(1, 5))),
            models.UniqueConstraint(
                name="case_idempotency_key", fields=["idempotency_key"], condition=Q(idempotency_key__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="case_recent", fields=["-opened_at", "-id"]),
            models.Index(name="case_division_recent", fields=["division", "-opened_at", "-id"]),
            models.Index(name="case_team_recent", fields=["team", "-opened_at", "-id"]),
            models.Index(name="case_customer_recent", fields=["customer", "-opened_at"]),
            models.Index(name="case_category_recent", fields=["category", "-opened_at", "-id"]),
            models.Index(name="case_open_state_recent", fields=["state", "-opened_at", "-id"], condition=OPEN),
            models.Index(name="case_waiting", fields=["team", "kind", "category", "opened_at"], condition=WAITING),
            models.Index(name="case_callback_due", fields=["team", "next_due_at", "id"], condition=CALLBACK_DUE),
            models.Index(name="case_raised", fields=["team", "level", "next_due_at", "id"], condition=RAISED),
            models.Index(name="case_waybill", fields=["waybill"], condition=~Q(waybill="")),
            models.Index(name="case_open_due", fields=["next_due_at", "id"], condition=Q(closed_at=None)),
            models.Index(
                name="case_open_division_due", fields=["division", "next_due_at", "id"], condition=Q(closed_at=None)
            ),
            models.Index(name="case_open_team_due", fields=["team", "next_due_at", "id"], condition=Q(closed_at=None)),
            models.Index(
                name="case_open_owner_due", fields=["owner", "next_due_at", "id"], condition=Q(closed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def priority_reason(self) -> str:
        """The cell of the matrix behind the priority, as people read it."""
        return PriorityReason(self.impact, self.urgency, Priority(self.priority)).sentence

    @property
    def audience(self) -> tuple[int, ...]:
        """Ids of the units that follow this case live."""
        return (self.team_id,)


class HandoffState(models.TextChoices):
    WAITING = "WAITING", _("待接收")
    ACCEPTED = "ACCEPTED", _("已接收")
    RETURNED = "RETURNED", _("已退回")
    ANSWERED = "ANSWERED", _("已答复")


class ReturnReason(models.TextChoices):
    NOT_OURS = "NOT_OURS", _("不归本部门")
    TOO_LITTLE = "TOO_LITTLE", _("信息不够，无法查")
    ANSWERED_ELSEWHERE = "ANSWERED_ELSEWHERE", _("已在别的案件答复")


class Handoff(Labelled):
    """A case with a department: asked, accepted or returned with a reason, answered."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handoffs")
    department = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=HandoffState, default=HandoffState.WAITING)
    request = models.TextField()
    asked_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    taken_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    return_reason = models.CharField(max_length=20, choices=ReturnReason, blank=True)
    return_note = models.CharField(max_length=400, blank=True)
    due_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="handoff_one_open", fields=["case"], condition=Q(ended_at=None)),
            models.CheckConstraint(
                name="handoff_return_has_reason", condition=~Q(state=HandoffState.RETURNED) | ~Q(return_reason="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="handoff_inbox", fields=["department", "due_at", "id"], condition=Q(ended_at=None)),
            models.Index(
                name="handoff_done", fields=["department", "-ended_at", "-id"], condition=Q(ended_at__isnull=False)
            ),
            models.Index(name="handoff_visibility", fields=["department", "case"]),
        ]

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class Evidence(Labelled):
    """A file or statement that supports what was found, with who gave it and the hash of the bytes."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    item = models.CharField(max_length=80)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    statement = models.TextField(blank=True)
    given_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    given_by_customer = models.BooleanField(default=False)
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="evidence_has_content", condition=Q(file__isnull=False) | ~Q(statement="")),
        ]


class CallbackResult(models.TextChoices):
    SATISFIED = "SATISFIED", _("满意")
    UNSATISFIED = "UNSATISFIED", _("不满意")
    UNREACHED = "UNREACHED", _("没有联系上")


class Callback(Labelled):
    """What the customer said when somebody who had not handled the case asked."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="callbacks")
    round = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=12, choices=CallbackResult)
    note = models.CharField(max_length=400, blank=True)
    called_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()


class CaseSearch(models.Model):
    """What a case can be found by, in its own table: state changes never touch the vector."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    division_id = models.BigIntegerField(null=True)
    opened_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    vector = SearchVectorField()

    class Meta:
        indexes: ClassVar = [GinIndex(name="case_search_vector", fields=["vector"], fastupdate=False)]


class Draft(models.Model):
    """What somebody is typing, kept on the server: nothing typed is lost."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    box = models.CharField(max_length=12)
    body = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="draft_one_per_box", fields=["case", "staff", "box"])]


class FollowCode(models.Model):
    """A one-time code with which the customer proves that a case is theirs. Only its hash is kept."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(name="follow_code_open", fields=["case"], condition=Q(used_at=None))]
