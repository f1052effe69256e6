"""An export that somebody asked for, and how far it is."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.crypto.field import EncryptedJSONField
from bihuan.foundation.actor import Actor


class ExportState(models.TextChoices):
    QUEUED = "QUEUED", _("排队中")
    RUNNING = "RUNNING", _("正在导出")
    DONE = "DONE", _("已完成")
    CANCELLED = "CANCELLED", _("已取消")
    FAILED = "FAILED", _("失败")
    EXPIRED = "EXPIRED", _("已过期")


class ExportFormat(models.TextChoices):
    CSV = "CSV", "CSV"
    XLSX = "XLSX", "XLSX"


UNDER_WAY = (ExportState.QUEUED, ExportState.RUNNING)


class ExportQuerySet(models.QuerySet["ExportJob"]):
    def owned_by(self, actor: Actor) -> "ExportQuerySet":
        """Exports are seen by the person who asked for them, and by nobody else."""
        return self.filter(owner_id=actor.id) if actor.is_staff and actor.id is not None else self.none()

    def under_way(self) -> "ExportQuerySet":
        """Exports that wait or run."""
        return self.filter(state__in=UNDER_WAY)


class ExportJob(models.Model):
    """One export; ``token`` names its file on disk. ``filters`` may quote a customer's words, so they are encrypted.

    ``units`` are those whose rows the file may hold: who lost one of them does not get the file any more.
    """

    token = models.CharField(max_length=32, unique=True)
    owner_id = models.BigIntegerField()
    exporter = models.CharField(max_length=60)
    columns = ArrayField(models.CharField(max_length=60))
    filters = EncryptedJSONField()
    format = models.CharField(max_length=4, choices=ExportFormat, default=ExportFormat.CSV)
    units = ArrayField(models.BigIntegerField(), default=list)
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=12, choices=ExportState, default=ExportState.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    size = models.BigIntegerField(default=0)
    failure = models.TextField(blank=True, default="")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner_id", "-id"], name="export_of_owner")]

    def __str__(self) -> str:
        return f"export {self.pk} of {self.exporter}"

    @property
    def is_under_way(self) -> bool:
        """True while it waits or runs."""
        return self.state in UNDER_WAY

    def is_ready(self, at: datetime) -> bool:
        """True while the file can be fetched."""
        return self.state == ExportState.DONE and self.expires_at is not None and at < self.expires_at

    @property
    def percent(self) -> int:
        """How much is done, 0 to 100; rows that were added meanwhile do not push it over."""
        if self.state == ExportState.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0

    def rows_per_second(self, at: datetime) -> float:
        """Average since the start."""
        if self.started_at is None:
            return 0.0
        seconds = ((self.finished_at or at) - self.started_at).total_seconds()
        return self.done / seconds if seconds > 0 else 0.0

    def remaining_seconds(self, at: datetime) -> int | None:
        """At the present rate; None while that is unknown."""
        rate = self.rows_per_second(at)
        return round(max(0, self.total - self.done) / rate) if rate and self.total is not None else None
