"""Personal data that leaked, was altered or was lost: what happened, whom it hits, who was told."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.customers.models import Customer, DatumKind
from bihuan.organization.models import Staff

# 国家网络安全事件报告管理办法: four hours; the law itself says at once (个人信息保护法 57)
AUTHORITY_WITHIN = timedelta(hours=4)
CUSTOMERS_WITHIN = timedelta(hours=72)  # our own rule


class BreachKind(models.TextChoices):
    LEAK = "LEAK", _("泄露")
    ALTERATION = "ALTERATION", _("篡改")
    LOSS = "LOSS", _("丢失")


class BreachState(models.TextChoices):
    OPEN = "OPEN", _("待评估")
    ASSESSED = "ASSESSED", _("待控制")
    CONTAINED = "CONTAINED", _("待通知")
    CLOSED = "CLOSED", _("已结束")


class AffectedRule(models.TextChoices):
    """How the customers are found who are hit."""

    SEEN_BY = "SEEN_BY", _("某位员工在一段时间里打开或看过的客户")
    REGION = "REGION", _("某个地区的客户")
    LISTED = "LISTED", _("逐个列出的客户")


class Breach(models.Model):
    """One breach. The clocks run from when it was found. Words have personal data masked."""

    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=BreachKind)
    state = models.CharField(max_length=10, choices=BreachState, default=BreachState.OPEN)
    found_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    data_kinds = ArrayField(models.CharField(max_length=10, choices=DatumKind), default=list)
    cause = models.CharField(max_length=600, blank=True, default="")
    harm = models.CharField(max_length=600, blank=True, default="")
    rule = models.CharField(max_length=8, choices=AffectedRule, blank=True, default="")
    affected = models.PositiveIntegerField(default=0)
    assessed_at = models.DateTimeField(null=True)
    measures = models.CharField(max_length=600, blank=True, default="")
    advice = models.CharField(max_length=600, blank=True, default="")
    contained_at = models.DateTimeField(null=True)
    authority = models.CharField(max_length=80, blank=True, default="")
    authority_receipt = models.CharField(max_length=80, blank=True, default="")
    authority_at = models.DateTimeField(null=True)
    contact = models.CharField(max_length=120, blank=True, default="")
    customers_at = models.DateTimeField(null=True)
    waiver = models.CharField(max_length=600, blank=True, default="")
    lessons = models.CharField(max_length=600, blank=True, default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="breach_closed_has_time", condition=~Q(state="CLOSED") ^ Q(closed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="breach_closed_after_authority", condition=Q(closed_at=None) | Q(authority_at__isnull=False)
            ),
            models.CheckConstraint(
                name="breach_closed_after_customers",
                condition=Q(closed_at=None) | Q(customers_at__isnull=False) | ~Q(waiver=""),
            ),
        ]

    def __str__(self) -> str:
        return f"breach {self.pk}"

    @property
    def authority_due_at(self) -> datetime:
        """Until when the authority is told."""
        return self.found_at + AUTHORITY_WITHIN

    @property
    def customers_due_at(self) -> datetime:
        """Until when the customers are told."""
        return self.found_at + CUSTOMERS_WITHIN

    def is_overdue(self, at: datetime) -> bool:
        """True when the authority or the customers should have been told by now."""
        told = self.customers_at is not None or bool(self.waiver)
        late_authority = self.authority_at is None and at > self.authority_due_at
        return late_authority or (not told and at > self.customers_due_at)


class BreachCustomer(models.Model):
    """A customer who is hit. ``by_mail`` is false for those without a confirmed address: somebody has to call."""

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="customers")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True)
    by_mail = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["breach", "customer"], name="breach_customer_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["breach", "id"], name="breach_untold", condition=Q(told_at=None)),
        ]

    def __str__(self) -> str:
        return f"customer {self.customer_id} of breach {self.breach_id}"
