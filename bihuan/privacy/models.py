"""What customers said yes and no to, and the record of what we do with personal data."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.customers.models import Customer
from bihuan.organization.models import Staff

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


class LegalBasis(models.TextChoices):
    """Why we may process at all (个人信息保护法 13)."""

    CONSENT = "CONSENT", _("个人同意（第一项）")
    CONTRACT = "CONTRACT", _("订立、履行合同所必需（第二项）")
    DUTY = "DUTY", _("履行法定职责或义务（第三项）")
    EMERGENCY = "EMERGENCY", _("突发事件、紧急情况（第四项）")
    STAFF = "STAFF", _("人力资源管理（第二项）")


class ProcessingActivity(models.Model):
    """One thing we do with personal data; what it is stands in the versions of its record."""

    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"activity {self.pk}"


class ProcessingRecord(models.Model):
    """One version of the record (个人信息保护法 55, 56; kept for three years at least); rows are only added."""

    activity = models.ForeignKey(ProcessingActivity, on_delete=models.PROTECT, related_name="records")
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=300)
    basis = models.CharField(max_length=10, choices=LegalBasis)
    subjects = models.CharField(max_length=200)
    data_kinds = models.CharField(max_length=300)
    is_sensitive = models.BooleanField(default=False)
    recipients = models.CharField(max_length=300, blank=True, default="")
    retention = models.CharField(max_length=200)
    safeguards = models.CharField(max_length=400)
    assessed_on = models.DateField(null=True)
    assessment = models.CharField(max_length=1000, blank=True, default="")
    written_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["activity", "version"], name="processing_record_version"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
