"""What customers ask for about their own data, how they proved who they are, and what became of it."""

import secrets
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.cases.models import Case
from bihuan.crypto.field import EncryptedTextField
from bihuan.customers.models import Customer, DatumKind
from bihuan.foundation.actor import Actor
from bihuan.foundation.files.models import StoredFile
from bihuan.intake.models import Channel, Conversation, Message
from bihuan.organization.models import Staff
from bihuan.rights.roles import READERS


class RightKind(models.TextChoices):
    """What the law lets a person ask for (个人信息保护法 44–47)."""

    ACCESS = "ACCESS", _("查阅：存了我的什么")
    COPY = "COPY", _("复制：给我一份副本")
    TRANSFER = "TRANSFER", _("转移：给我一份可带走的数据")
    CORRECT = "CORRECT", _("更正：改掉错的内容")
    ERASE = "ERASE", _("删除：不再保存我的资料")


WITH_FILE = frozenset({RightKind.ACCESS, RightKind.COPY, RightKind.TRANSFER})


class RightState(models.TextChoices):
    RECEIVED = "RECEIVED", _("待核实身份")
    IDENTIFIED = "IDENTIFIED", _("待办理")
    FULFILLED = "FULFILLED", _("已办好")
    REFUSED = "REFUSED", _("已拒绝")


OPEN_STATES = (RightState.RECEIVED, RightState.IDENTIFIED)


class Proof(models.TextChoices):
    """How somebody proved to be the customer. Papers are looked at, never kept."""

    CODE = "CODE", _("一次性验证码发到登记邮箱")
    CALLBACK = "CALLBACK", _("回拨登记的电话核对")
    QUESTIONS = "QUESTIONS", _("核对三项登记资料")
    COUNTER = "COUNTER", _("网点当面看证件")
    DELEGATE = "DELEGATE", _("代理人出示授权书")
    RELATIVE = "RELATIVE", _("近亲属（第四十九条）出示证明")


class RefusalReason(models.TextChoices):
    NOT_PROVED = "NOT_PROVED", _("不能证明是本人")
    LEGAL_HOLD = "LEGAL_HOLD", _("争议或调查未结束，法律要求保全")
    DUTY_TO_KEEP = "DUTY_TO_KEEP", _("服务或合同未结束，或保存期未满")
    SECRECY = "SECRECY", _("法律规定应当保密")
    OTHERS = "OTHERS", _("会侵害他人的权益")
    NOTHING_KEPT = "NOTHING_KEPT", _("没有存对应的资料")
    NOT_WRONG = "NOT_WRONG", _("核对后原内容没有错")


BASES = {
    RefusalReason.NOT_PROVED: _("个人信息保护法第五十一条：防止泄露给他人"),
    RefusalReason.LEGAL_HOLD: _("个人信息保护法第四十七条第二款"),
    RefusalReason.DUTY_TO_KEEP: _("个人信息保护法第四十七条第二款"),
    RefusalReason.SECRECY: _("个人信息保护法第四十五条第一款、第十八条第一款"),
    RefusalReason.OTHERS: _("民法典第一百三十二条"),
    RefusalReason.NOTHING_KEPT: _("个人信息保护法第四十五条"),
    RefusalReason.NOT_WRONG: _("个人信息保护法第四十六条第二款：先核实"),
}


def new_token() -> str:
    """What the customer's link shows instead of an id."""
    return secrets.token_urlsafe(16)


class RequestQuerySet(models.QuerySet["RightsRequest"]):
    def visible_to(self, actor: Actor) -> "RequestQuerySet":
        """Staff of the desk see all; a visitor sees what was asked from a case proved to be his.

        Not what others asked under the same phone: whoever filed under a phone need not be its owner.
        """
        if actor.is_system or (actor.is_staff and actor.units(READERS)):
            return self
        return self.filter(case_id__in=actor.case_ids) if actor.is_customer else self.none()

    def open(self) -> "RequestQuerySet":
        return self.filter(state__in=OPEN_STATES)


class RightsRequest(models.Model):
    """One request. What was said about it lies in its own conversation; ``new_value`` goes when it has been decided.

    ``stays`` names the duties that keep a part of what was to be erased. The files go after some days.
    """

    token = models.CharField(max_length=32, unique=True, default=new_token)
    kind = models.CharField(max_length=8, choices=RightKind)
    state = models.CharField(max_length=10, choices=RightState, default=RightState.RECEIVED)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    conversation = models.OneToOneField(Conversation, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    value_kind = models.CharField(max_length=10, choices=DatumKind, blank=True, default="")
    new_value = EncryptedTextField(null=True)
    taken_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    proof = models.CharField(max_length=10, choices=Proof, blank=True, default="")
    proof_note = models.CharField(max_length=300, blank=True, default="")
    proved_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    proved_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=12, choices=RefusalReason, blank=True, default="")
    answer = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    stays = models.JSONField(default=list)
    json_file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    text_file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    files_until = models.DateTimeField(null=True)
    code_digest = models.CharField(max_length=64, blank=True, default="")
    code_expires_at = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="right_refused_has_reason", condition=~Q(state=RightState.REFUSED) ^ ~Q(reason="")
            ),
            models.CheckConstraint(
                name="right_fulfilled_is_proved", condition=~Q(state=RightState.FULFILLED) | ~Q(proof="")
            ),
            models.CheckConstraint(
                name="right_decided_has_answer", condition=Q(decided_at=None) | Q(answer__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="right_open_due", condition=Q(decided_at=None)),
            models.Index(fields=["-id"], name="right_done_recent", condition=Q(decided_at__isnull=False)),
            models.Index(fields=["customer", "-id"], name="right_of_customer"),
        ]

    def __str__(self) -> str:
        return f"rights request {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.decided_at is None

    def is_overdue(self, at: datetime) -> bool:
        """True when the answer is late."""
        return self.decided_at is None and at > self.due_at

    def has_files(self, at: datetime) -> bool:
        """True while the copy can be fetched."""
        return self.json_file_id is not None and self.files_until is not None and at < self.files_until
