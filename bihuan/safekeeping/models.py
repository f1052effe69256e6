"""A rotation of keys: what it works on, how far it is, and how fast it goes."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RotationKind(models.TextChoices):
    DATA = "DATA", _("数据密钥")


class RotationState(models.TextChoices):
    RUNNING = "RUNNING", _("进行中")
    PAUSED = "PAUSED", _("已暂停")
    FAILED = "FAILED", _("出错停止")
    CANCELLED = "CANCELLED", _("已取消")
    DONE = "DONE", _("已完成")


OPEN_STATES = (RotationState.RUNNING, RotationState.PAUSED, RotationState.FAILED)


class Pace(models.IntegerChoices):
    """Values per second at most; 0 is as fast as the machine goes."""

    GENTLE = 1_000, _("每秒 1,000 项，高峰时段")
    STEADY = 5_000, _("每秒 5,000 项，平时")
    FULL = 0, _("不限速，夜间")


class RotationQuerySet(models.QuerySet["KeyRotation"]):
    def unfinished(self) -> "RotationQuerySet":
        """Rotations that run, rest, or wait for somebody to mend what stopped them: at most one."""
        return self.filter(state__in=OPEN_STATES)


class KeyRotation(models.Model):
    """One rotation. ``lot`` and ``after`` say where it goes on; they move in the transaction of the work itself.

    ``worked_seconds`` counts the time at work only, so that the rate and the rest are right after a pause.
    """

    kind = models.CharField(max_length=8, choices=RotationKind)
    state = models.CharField(max_length=12, choices=RotationState, default=RotationState.RUNNING)
    key_id = models.IntegerField()
    pace = models.IntegerField(default=Pace.STEADY)
    lot = models.CharField(max_length=120, default="")
    after: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    passes = models.IntegerField(default=1)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    worked_seconds = models.FloatField(default=0)
    failure = models.TextField(blank=True, default="")
    started_by_id = models.BigIntegerField(null=True)
    started_by_name = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = RotationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            # two at once would fight for the same rows and tell two truths about the active key
            models.UniqueConstraint(
                models.Value(1), condition=Q(state__in=OPEN_STATES), name="safekeeping_one_rotation"
            ),
        ]

    def __str__(self) -> str:
        return f"rotation {self.pk} to key {self.key_id}"

    @property
    def is_running(self) -> bool:
        """True while batches are worked off."""
        return self.state == RotationState.RUNNING

    @property
    def is_unfinished(self) -> bool:
        """True until it is done or cancelled."""
        return self.state in OPEN_STATES

    @property
    def percent(self) -> int:
        """0 to 100; values added meanwhile do not push it over."""
        if self.state == RotationState.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def per_second(self) -> float:
        """Values per second while at work."""
        return self.done / self.worked_seconds if self.worked_seconds > 0 else 0.0

    @property
    def remaining_seconds(self) -> int | None:
        """At the present rate; None while that is unknown."""
        rate = self.per_second
        return round(max(0, self.total - self.done) / rate) if rate and self.total is not None else None

    def is_silent(self, at: datetime, seconds: int) -> bool:
        """True when it should run but nothing has moved for so long: the worker is away."""
        return self.is_running and (at - self.moved_at).total_seconds() > seconds
