"""What happened to a promise: pauses, extensions, escalations."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.organization.models import Staff
from bihuan.promises.models.kinds import EscalationStep, PauseReason, Reaction
from bihuan.promises.models.promise import Promise


class PromisePause(models.Model):
    """An interval in which the clock stood still. ``note`` is the agent's word on it, without personal data."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="pauses")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, choices=PauseReason)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="promise_pause_one_open", fields=["promise"], condition=Q(ended_at=None)),
            models.CheckConstraint(
                name="promise_pause_forward", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))
            ),
        ]


class PromiseExtension(models.Model):
    """More time asked for before expiry, with the notice that went to the customer and what the customer said."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="extensions")
    minutes = models.PositiveIntegerField()
    due_before = models.DateTimeField()
    due_after = models.DateTimeField()
    reason = models.CharField(max_length=200)
    notice_text = models.TextField()
    extended_at = models.DateTimeField()
    extended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reaction = models.CharField(max_length=10, choices=Reaction, blank=True)
    reacted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="promise_extension_forward", condition=Q(due_after__gt=F("due_before"))),
            models.CheckConstraint(name="promise_extension_in_time", condition=Q(extended_at__lte=F("due_before"))),
        ]


class PromiseEscalation(models.Model):
    """A rung of the ladder taken: once per promise and step, whatever happens to the job that takes it."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="escalations")
    step = models.CharField(max_length=8, choices=EscalationStep)
    due_step_at = models.DateTimeField()
    escalated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="promise_escalated_once", fields=["promise", "step"]),
        ]
