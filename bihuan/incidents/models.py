"""Network incidents: one cause, many parcels and cases below it, one answer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.cases.models import Case, CauseCode, WaybillStage
from bihuan.foundation.actor import Actor
from bihuan.incidents.roles import READERS
from bihuan.organization.models import Staff
from bihuan.parcels.models import Waybill


class IncidentKind(models.TextChoices):
    WEATHER = "WEATHER", _("恶劣天气")
    BREAKDOWN = "BREAKDOWN", _("设备或系统故障")
    ACCIDENT = "ACCIDENT", _("运输事故")
    STAFFING = "STAFFING", _("人手不足或停工")
    CONTROL = "CONTROL", _("交通或疫情管控")
    CROWDED = "CROWDED", _("积压")


class IncidentState(models.TextChoices):
    OPEN = "OPEN", _("进行中")
    ANSWERED = "ANSWERED", _("已统一答复")
    CLOSED = "CLOSED", _("已关闭")


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, actor: Actor) -> "IncidentQuerySet":
        """Everybody who answers customers sees every incident; its cases are limited by their own rule."""
        return self if actor.is_system or actor.units(READERS) else self.none()

    def open(self) -> "IncidentQuerySet":
        return self.exclude(state=IncidentState.CLOSED)


class Incident(models.Model):
    """The parent of everything one disturbance of the network brought about."""

    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=IncidentKind)
    state = models.CharField(max_length=12, choices=IncidentState, default=IncidentState.OPEN)
    hub = models.CharField(max_length=80, blank=True)
    opened_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    # 快递市场管理办法, art. 39: a disruption of the network is reported within 24 hours
    report_due_at = models.DateTimeField()
    notice = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    cause = models.CharField(max_length=16, choices=CauseCode, blank=True)
    cause_stage = models.CharField(max_length=16, choices=WaybillStage, blank=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="incident_closed_has_time", condition=~Q(state="CLOSED") ^ Q(closed_at__isnull=False)
            ),
            models.CheckConstraint(name="incident_answer_after_notice", condition=Q(answer="") | ~Q(notice="")),
            models.UniqueConstraint(
                name="incident_one_open_per_hub", fields=["hub"], condition=~Q(state="CLOSED") & ~Q(hub="")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state != IncidentState.CLOSED


class IncidentWaybill(models.Model):
    """A parcel an incident holds up."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="waybills")
    waybill = models.ForeignKey(Waybill, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="incident_waybill_once", fields=["incident", "waybill"])]


class Outcome(models.TextChoices):
    WAITING = "WAITING", _("等统一答复")
    ANSWERED = "ANSWERED", _("已答复，等客户")
    ACCEPTED = "ACCEPTED", _("客户接受")
    DECLINED = "DECLINED", _("客户不接受")
    ALONE = "ALONE", _("另行办理")


class IncidentCase(models.Model):
    """A case below an incident. ``refusal`` is the code that kept the common answer from it."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="links")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.WAITING)
    refusal = models.CharField(max_length=40, blank=True)
    told_at = models.DateTimeField(null=True)
    linked_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(name="incident_case_outcome", fields=["incident", "outcome"])]
