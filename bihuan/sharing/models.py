"""With whom we share which fields of customers, what for, until when; and what was shared or refused."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.organization.models import Staff, Unit


class Relation(models.TextChoices):
    """Whom the law sees in the recipient."""

    ENTRUSTED = "ENTRUSTED", _("受托人：按我们的要求处理（第二十一条）")
    PROVIDED = "PROVIDED", _("另一个处理者：须逐个单独同意（第二十三条）")


class SharePurpose(models.TextChoices):
    DELIVERY = "DELIVERY", _("派送和取件")
    CLAIMS = "CLAIMS", _("理赔调查")
    SURVEY = "SURVEY", _("满意度调查")
    CAMPAIGN = "CAMPAIGN", _("联合优惠活动")
    AUDIT = "AUDIT", _("审计")


class SharedField(models.TextChoices):
    KIND = "KIND", _("客户类型")
    NAME = "NAME", _("姓名")
    PHONE = "PHONE", _("电话")
    EMAIL = "EMAIL", _("邮箱")
    ADDRESS = "ADDRESS", _("地址")
    REGION = "REGION", _("地区")


class AgreementState(models.TextChoices):
    DRAFT = "DRAFT", _("待批准")
    APPROVED = "APPROVED", _("已批准")
    ENDED = "ENDED", _("已终止")


class SharingAgreement(models.Model):
    """One recipient, one purpose, some fields, from a day to a day (inclusive); approved by another person.

    ``assessed_on`` is the day of the impact assessment, which the law wants before (个人信息保护法 55).
    """

    department = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    partner = models.CharField(max_length=80, blank=True, default="")
    relation = models.CharField(max_length=10, choices=Relation)
    purpose = models.CharField(max_length=10, choices=SharePurpose)
    fields = ArrayField(models.CharField(max_length=8, choices=SharedField))
    safeguards = models.CharField(max_length=400)
    assessed_on = models.DateField()
    from_on = models.DateField()
    to_on = models.DateField()
    state = models.CharField(max_length=8, choices=AgreementState, default=AgreementState.DRAFT)
    drafted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="agreement_one_recipient", condition=Q(department__isnull=False) ^ ~Q(partner="")
            ),
            models.CheckConstraint(name="agreement_days_in_order", condition=Q(to_on__gte=F("from_on"))),
            models.CheckConstraint(
                name="agreement_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.recipient

    @property
    def recipient(self) -> str:
        """Who gets it."""
        return self.department.label if self.department else self.partner

    @property
    def is_approved(self) -> bool:
        return self.state == AgreementState.APPROVED

    @property
    def field_labels(self) -> list[str]:
        """The agreed fields in the reader's language."""
        return [str(SharedField(code).label) for code in self.fields]


class Share(models.Model):
    """One share, given (``refusal`` is empty) or refused. ``export_id`` is the job whose file leaves the house."""

    agreement = models.ForeignKey(SharingAgreement, on_delete=models.PROTECT, related_name="shares")
    purpose = models.CharField(max_length=10)
    fields = ArrayField(models.CharField(max_length=8))
    region = models.CharField(max_length=40, blank=True, default="")
    customers = models.PositiveIntegerField(default=0)
    export_id = models.BigIntegerField(null=True)
    refusal = models.CharField(max_length=40, blank=True, default="")
    shared_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="share_given_or_refused", condition=Q(refusal="") ^ Q(export_id=None)),
        ]
        indexes: ClassVar = [models.Index(fields=["agreement", "-id"], name="share_of_agreement")]

    def __str__(self) -> str:
        return f"share {self.pk}"
