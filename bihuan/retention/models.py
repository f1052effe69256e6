"""How long data stays, and what must stay longer."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.cases.models import Case
from bihuan.customers.models import Customer
from bihuan.organization.models import Staff
from bihuan.retention.classes import DataClass

__all__ = ["DataClass", "LegalHold", "Outcome", "Purge", "PurgeRow", "PurgeState", "RetentionRule"]


class HoldQuerySet(models.QuerySet["LegalHold"]):
    def active(self, at: datetime) -> "HoldQuerySet":
        """Holds that are neither lifted nor over."""
        return self.filter(Q(until_at=None) | Q(until_at__gt=at), lifted_at=None)


class LegalHold(models.Model):
    """What must not be deleted while a dispute or an inquiry runs: everything of a customer, or of a case with its
    customer."""

    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    placed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lift_note = models.CharField(max_length=300, blank=True, default="")

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="hold_on_customer_or_case", condition=Q(customer__isnull=False) ^ Q(case__isnull=False)
            ),
            models.CheckConstraint(
                name="hold_lifted_by_somebody", condition=Q(lifted_at=None) | Q(lifted_by__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer"], name="hold_customer", condition=Q(lifted_at=None)),
            models.Index(fields=["case"], name="hold_case", condition=Q(lifted_at=None)),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"

    def is_active(self, at: datetime) -> bool:
        """True while it keeps data from being deleted."""
        return self.lifted_at is None and (self.until_at is None or self.until_at > at)


class RetentionRule(models.Model):
    """How many months a class of data stays; rows are only added, the latest of a class holds."""

    data_class = models.CharField(max_length=10, choices=DataClass)
    months = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=200)
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["data_class", "-id"], name="retention_rule_latest")]

    def __str__(self) -> str:
        return f"{self.data_class} {self.months}"


class PurgeState(models.TextChoices):
    PREVIEWED = "PREVIEWED", _("待批准")
    APPROVED = "APPROVED", _("正在清除")
    DONE = "DONE", _("已完成")
    CANCELLED = "CANCELLED", _("已取消")


class Outcome(models.TextChoices):
    """What became of a row when its turn came."""

    PLANNED = "PLANNED", _("还没轮到")
    REMOVED = "REMOVED", _("已清除")
    HELD = "HELD", _("保全中，留下")
    TOUCHED = "TOUCHED", _("预览后有改动，留下")
    NOT_DUE = "NOT_DUE", _("已不到期，或已没有")


class Purge(models.Model):
    """What is due, previewed by one person and approved by another. ``months`` keeps the rules it was made with."""

    state = models.CharField(max_length=10, choices=PurgeState, default=PurgeState.PREVIEWED)
    classes = ArrayField(models.CharField(max_length=10, choices=DataClass))
    months = models.JSONField(default=dict)
    held = models.PositiveIntegerField(default=0)
    is_partial = models.BooleanField(default=False)
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="purge_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="purge_runs_approved",
                condition=~Q(state__in=["APPROVED", "DONE"]) | Q(approved_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"purge {self.pk}"


class PurgeRow(models.Model):
    """One row a purge means: its id and its version at the preview, never its content."""

    purge = models.ForeignKey(Purge, on_delete=models.PROTECT, related_name="rows")
    data_class = models.CharField(max_length=10, choices=DataClass)
    row_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    stamp = models.CharField(max_length=64)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.PLANNED)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["purge", "data_class", "row_id"], name="purge_row_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["purge", "data_class", "id"], name="purge_row_next", condition=Q(outcome="PLANNED")),
        ]

    def __str__(self) -> str:
        return f"{self.data_class} {self.row_id}"
