"""The gate of the vault: what was promised and passed, how much is usual, who was stopped."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.clearance.quiz import Question
from bihuan.foundation.actor import Actor
from bihuan.organization.models import Staff, Unit
from bihuan.organization.roles import LEADERS, Role

WATCHERS = LEADERS | {Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}


class Undertaking(models.Model):
    """A published version of the promise of confidentiality; never changed, only followed by the next."""

    version = models.PositiveIntegerField(unique=True)
    text = models.TextField()
    questions = models.JSONField(default=list)
    pass_percent = models.PositiveSmallIntegerField(default=100)
    valid_days = models.PositiveSmallIntegerField(default=365)
    published_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="undertaking_pass_percent", condition=Q(pass_percent__lte=100)),
            models.CheckConstraint(name="undertaking_valid_days", condition=Q(valid_days__gte=1)),
        ]

    def __str__(self) -> str:
        return f"undertaking {self.version}"

    @property
    def quiz(self) -> list[Question]:
        return [Question.from_json(stored) for stored in self.questions]


class Clearance(models.Model):
    """A person passed the quiz and signed."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    undertaking = models.ForeignKey(Undertaking, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    signed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["staff", "expires_at"], name="clearance_of_staff")]

    def is_valid(self, at: datetime) -> bool:
        """True until the moment it expires."""
        return at < self.expires_at


class LookKind(models.TextChoices):
    FILE = "FILE", _("打开客户档案")
    REVEAL = "REVEAL", _("查看明文")
    EXPORT = "EXPORT", _("导出客户资料")


class VaultLook(models.Model):
    """One look; append-only. ``staff_id`` and ``customer_id`` are plain numbers: old months can be detached."""

    staff_id = models.BigIntegerField()
    kind = models.CharField(max_length=6, choices=LookKind)
    customer_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["staff_id", "kind", "at"], name="vault_look_of_staff")]


class VaultLimits(models.Model):
    """How much is still usual. Rows are only added; the latest holds."""

    window_minutes = models.PositiveSmallIntegerField(default=10)
    files = models.PositiveSmallIntegerField(default=60)
    reveals = models.PositiveSmallIntegerField(default=30)
    exports = models.PositiveSmallIntegerField(default=5)
    reveals_per_minute = models.PositiveSmallIntegerField(default=10)
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True)
    set_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="vault_limits_positive",
                condition=Q(window_minutes__gte=1, files__gte=1, reveals__gte=1, exports__gte=1)
                & Q(reveals_per_minute__gte=1),
            )
        ]

    def of(self, kind: str) -> int:
        """The limit for a kind of look."""
        return {LookKind.FILE: self.files, LookKind.REVEAL: self.reveals, LookKind.EXPORT: self.exports}[LookKind(kind)]


class AlertKind(models.TextChoices):
    FILES = "FILES", _("短时间打开太多档案")
    REVEALS = "REVEALS", _("短时间查看太多明文")
    EXPORTS = "EXPORTS", _("短时间导出太多资料")
    DECOY = "DECOY", _("打开了诱饵档案")


class AlertQuerySet(models.QuerySet["VaultAlert"]):
    def visible_to(self, actor: Actor) -> "AlertQuerySet":
        """Alerts about people of units the actor watches over."""
        return self if actor.is_system else self.filter(unit_id__in=actor.units(WATCHERS))

    def holding(self) -> "AlertQuerySet":
        return self.filter(lifted_at=None)


class VaultAlert(models.Model):
    """Something unusual: the person's vault stands still from ``raised_at`` until it is lifted."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=AlertKind)
    count = models.PositiveIntegerField()
    window_minutes = models.PositiveSmallIntegerField()
    customer_id = models.BigIntegerField()
    raised_at = models.DateTimeField()
    lifted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True)
    lifted_at = models.DateTimeField(null=True)
    lift_note = models.CharField(max_length=300, blank=True, default="")

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff"], condition=Q(lifted_at=None), name="vault_alert_one_holds"),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "-id"], name="vault_alert_of_unit")]
