"""What customers said yes and no to."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.customers.models import Customer

NOTICE_VERSION = "2026-11"


class Purpose(models.TextChoices):
    """Asked one by one, never bundled (个人信息保护法 14)."""

    ADDRESS = "ADDRESS", _("保存地址，下次不用再说")
    SURVEY = "SURVEY", _("邀请我评价服务")
    CARE = "CARE", _("节日和生日问候")
    MARKETING = "MARKETING", _("优惠和新服务的消息")
    SHARING = "SHARING", _("把我的联系方式提供给合作方")  # asked by itself: 个人信息保护法 23


class Consent(models.Model):
    """A yes or no; rows are only added."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose)
    is_given = models.BooleanField()
    notice_version = models.CharField(max_length=20)
    channel = models.CharField(max_length=12)
    said_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "purpose", "-id"], name="consent_latest")]
