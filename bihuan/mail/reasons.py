"""What became of a mail, and why."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailOutcome(models.TextChoices):
    RECEIVED = "RECEIVED", _("已受理")
    DUPLICATE = "DUPLICATE", _("重复")
    AUTOMATIC = "AUTOMATIC", _("自动邮件")
    QUARANTINED = "QUARANTINED", _("已隔离")


class MailReason(models.TextChoices):
    """Why a mail was not taken for a customer's message."""

    EMPTY = "EMPTY", _("邮件为空")
    TOO_LARGE = "TOO_LARGE", _("邮件过大")
    TOO_COMPLEX = "TOO_COMPLEX", _("结构异常复杂")
    NO_SENDER = "NO_SENDER", _("没有可用的发件人")
    NO_CONTENT = "NO_CONTENT", _("没有可读的正文")
    ID_REUSED = "ID_REUSED", _("编号与另一封邮件相同")
    FLOOD = "FLOOD", _("短时间内来信过多")
    BROKEN = "BROKEN", _("解析失败")
    AUTO_SUBMITTED = "AUTO_SUBMITTED", _("自动发出的邮件")
    AUTO_REPLY = "AUTO_REPLY", _("自动回复")
    BOUNCE = "BOUNCE", _("退信")
    BULK = "BULK", _("群发邮件")
    OWN_MESSAGE = "OWN_MESSAGE", _("我方邮件返回")
