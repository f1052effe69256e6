"""The words of the ledger, as they are stored and shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PromiseKind(models.TextChoices):
    """Clocks that run side by side, each with its own owner."""

    FIRST_REPLY = "FIRST_REPLY", _("首次回复")
    RESOLUTION = "RESOLUTION", _("处理结果")
    DEPARTMENT = "DEPARTMENT", _("协办答复")
    CALLBACK = "CALLBACK", _("回访")
    STATUTORY = "STATUTORY", _("法定时限")


class PromiseState(models.TextChoices):
    """A running promise stays RUNNING after its due time; it ends KEPT in time or BROKEN too late."""

    RUNNING = "RUNNING", _("计时中")
    PAUSED = "PAUSED", _("已暂停")
    KEPT = "KEPT", _("已兑现")
    BROKEN = "BROKEN", _("超时完成")
    CANCELLED = "CANCELLED", _("已取消")


class PauseReason(models.TextChoices):
    WAITING_CUSTOMER = "WAITING_CUSTOMER", _("等客户")
    WAITING_OUTSIDE = "WAITING_OUTSIDE", _("等外部单位")
    FORCE_MAJEURE = "FORCE_MAJEURE", _("不可抗力")


class Reaction(models.TextChoices):
    """What the customer said to an extension."""

    AGREED = "AGREED", _("客户同意")
    OBJECTED = "OBJECTED", _("客户不同意")
    UNREACHED = "UNREACHED", _("未联系上客户")


class EscalationStep(models.TextChoices):
    LEADER = "LEADER", _("班组长")
    REGION = "REGION", _("大区")
    HQ = "HQ", _("总部")


OPEN_STATES = (PromiseState.RUNNING, PromiseState.PAUSED)
ENDED_STATES = (PromiseState.KEPT, PromiseState.BROKEN, PromiseState.CANCELLED)
