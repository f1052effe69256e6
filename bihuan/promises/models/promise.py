"""The promise itself. It knows its subject (such as a case) by id only."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.calendar.models import CalendarEdition
from bihuan.organization.models import Staff, Unit
from bihuan.promises.models.kinds import ENDED_STATES, OPEN_STATES, PromiseKind, PromiseState
from bihuan.promises.models.policy import PromisePolicy


class PromiseQuerySet(models.QuerySet["Promise"]):
    def open(self) -> "PromiseQuerySet":
        """Not ended yet, paused ones included."""
        return self.filter(state__in=OPEN_STATES)

    def about(self, subject: str, subject_id: int) -> "PromiseQuerySet":
        return self.filter(subject=subject, subject_id=subject_id)


class Promise(models.Model):
    """A word given, with its clock.

    ``due_at`` always equals the calendar edition's answer for start, minutes and closed pauses. ``steps_taken`` counts
    the rungs of the ladder; ``next_step_at`` is when the escalation job looks again. ``audience`` names units besides
    the owner that see its journal entries live.
    """

    subject = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=PromiseKind)
    case_kind = models.CharField(max_length=16)
    priority = models.PositiveSmallIntegerField()
    division = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    audience = ArrayField(models.BigIntegerField(), default=list, blank=True)
    policy = models.ForeignKey(PromisePolicy, on_delete=models.PROTECT, related_name="+", db_index=False)
    calendar_edition = models.ForeignKey(CalendarEdition, on_delete=models.PROTECT, related_name="+", db_index=False)
    minutes = models.PositiveIntegerField()
    extended_minutes = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=PromiseState, default=PromiseState.RUNNING)
    started_at = models.DateTimeField()
    risk_at = models.DateTimeField()
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    told_due_at = models.DateTimeField(null=True)
    told_how = models.CharField(max_length=16, blank=True)
    broken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    steps_taken = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="promise_one_open",
                fields=["subject", "subject_id", "kind"],
                condition=Q(state__in=OPEN_STATES) & ~Q(kind=PromiseKind.DEPARTMENT),
            ),
            models.UniqueConstraint(
                name="promise_one_open_per_department",
                fields=["subject", "subject_id", "owner_unit"],
                condition=Q(state__in=OPEN_STATES, kind=PromiseKind.DEPARTMENT),
            ),
            # The entries of this module lie on the timeline of a case; another subject needs entry types of its own.
            models.CheckConstraint(name="promise_subject_known", condition=Q(subject="case")),
            models.CheckConstraint(name="promise_due_after_start", condition=Q(due_at__gt=F("started_at"))),
            models.CheckConstraint(name="promise_risk_before_due", condition=Q(risk_at__lte=F("due_at"))),
            models.CheckConstraint(
                name="promise_told_with_its_time",
                condition=Q(told_at=None, told_due_at=None) | Q(told_at__isnull=False, told_due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="promise_state_and_times",
                condition=Q(state=PromiseState.RUNNING, paused_at=None, ended_at=None)
                | Q(state=PromiseState.PAUSED, paused_at__isnull=False, ended_at=None, next_step_at=None)
                | Q(state__in=ENDED_STATES, paused_at=None, ended_at__isnull=False, next_step_at=None),
            ),
            models.CheckConstraint(
                name="promise_statutory_runs_through",
                condition=~Q(kind=PromiseKind.STATUTORY) | (~Q(state=PromiseState.PAUSED) & Q(extended_minutes=0)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject", "subject_id"], name="promise_subject"),
            models.Index(fields=["next_step_at"], name="promise_next_step", condition=Q(next_step_at__isnull=False)),
            models.Index(
                fields=["owner_unit", "due_at", "id"], name="promise_due_in_unit", condition=Q(state="RUNNING")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject} {self.subject_id}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_statutory(self) -> bool:
        return self.kind == PromiseKind.STATUTORY

    @property
    def total_minutes(self) -> int:
        """Working minutes promised, extensions included."""
        return self.minutes + self.extended_minutes

    @property
    def live_units(self) -> tuple[int, ...]:
        """Units that see the promise's journal entries live."""
        return (self.owner_unit_id, *self.audience)
