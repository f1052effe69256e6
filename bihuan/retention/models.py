"""How long data stays, and what must stay longer."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from bihuan.cases.models import Case
from bihuan.customers.models import Customer
from bihuan.organization.models import Staff


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
