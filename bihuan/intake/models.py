"""Conversations and what was said in them, whatever way it came; mails as they arrived; runs of the importer.

Messages and mails only ever grow: nothing in them is changed later (a trigger sees to it for messages), they carry
``at`` and are found by id, and what must stay unique for ever lies in ``ExternalKey``, so old months can be detached.
"""

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.crypto.field import EncryptedBytesField, EncryptedTextField
from bihuan.customers.models import Customer, CustomerEmail
from bihuan.foundation.files.models import StoredFile
from bihuan.mail.reasons import MailOutcome, MailReason


class Channel(models.TextChoices):
    PORTAL = "PORTAL", _("服务门户")
    MAIL = "MAIL", _("邮件")
    API = "API", _("开放接口")
    IMPORT = "IMPORT", _("批量导入")
    DESK = "DESK", _("坐席登记")


class Direction(models.TextChoices):
    IN = "IN", _("客户来信")
    OUT = "OUT", _("我方发出")


class MessageKind(models.TextChoices):
    REPLY = "REPLY", _("往来信息")
    NOTE = "NOTE", _("内部备注")
    SYSTEM = "SYSTEM", _("系统通知")


class DeliveryState(models.TextChoices):
    QUEUED = "QUEUED", _("待发送")
    SENT = "SENT", _("已发送")
    FAILED = "FAILED", _("发送失败")
    HELD = "HELD", _("已拦截")


def new_token() -> str:
    """An unguessable name for something the public may point to."""
    return secrets.token_urlsafe(16)


class Conversation(models.Model):
    """What belongs together from one customer. ``reply_to`` is the vault's address that answers go to by mail."""

    channel = models.CharField(max_length=8, choices=Channel)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+")
    reply_to = models.ForeignKey(CustomerEmail, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=200)
    token = models.CharField(max_length=32, unique=True, default=new_token)
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class ConversationReference(models.Model):
    """A number people know a conversation by, such as a case number; a merged number keeps pointing here."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="references")
    number = models.CharField(max_length=24, unique=True)

    def __str__(self) -> str:
        return self.number


class Message(models.Model):
    """One thing that was said. ``body`` and ``quoted`` hold references to the vault instead of personal data.

    ``quoted`` is what a mail repeats from earlier ones; ``external_id`` is the sender's own id, such as a Message-ID.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction)
    kind = models.CharField(max_length=6, choices=MessageKind)
    body = models.TextField()
    quoted = models.TextField(blank=True, default="")
    external_id = EncryptedTextField(null=True)
    is_automatic = models.BooleanField(default=False)
    author_kind = models.CharField(max_length=8)
    author_id = models.BigIntegerField(null=True)
    author_name = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["conversation", "at", "id"], name="message_in_order")]

    def __str__(self) -> str:
        return f"message {self.pk}"


class ExternalKey(models.Model):
    """What has arrived or left under an id of the outside world: the same thing never counts twice.

    ``key`` is a keyed hash of channel and id; ``fingerprint`` tells a repeated mail from another one under its id.
    """

    key = models.BinaryField(max_length=16, unique=True)
    fingerprint = models.BinaryField(max_length=16, null=True)
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.PROTECT, related_name="+")
    message_id = models.BigIntegerField(null=True)
    mail_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return bytes(self.key).hex()


class Delivery(models.Model):
    """How far an outgoing mail has come. ``notice`` names an automatic notice; answers of people have none.

    ``due_at`` is when the next attempt may start; claiming an attempt moves it, so two workers never send at once.
    ``secret`` is a one-time code the mail shows and the stored message does not; it goes when the mail has gone.
    """

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.PROTECT, related_name="delivery")
    recipient = models.ForeignKey(CustomerEmail, on_delete=models.PROTECT, related_name="+")
    notice = models.CharField(max_length=24, blank=True, default="")
    secret = EncryptedTextField(null=True)
    state = models.CharField(max_length=6, choices=DeliveryState)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=80, blank=True, default="")
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="QUEUED"), name="delivery_due"),
            models.Index(fields=["recipient", "queued_at"], condition=~Q(notice=""), name="delivery_notices"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"


class Attachment(models.Model):
    """A file of a message; ``refusal`` says why a file that came with a mail was not taken in."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    name = EncryptedTextField(null=True)
    refusal = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="attachment_file_or_refusal",
                condition=Q(file__isnull=False, refusal="") | Q(file__isnull=True) & ~Q(refusal=""),
            ),
        ]

    def __str__(self) -> str:
        return f"attachment {self.pk}"


class MailboxState(models.Model):
    """How far a mailbox has been read. UIDs count within one ``uid_validity`` only (RFC 3501, 2.3.1.1)."""

    address = models.CharField(max_length=200, unique=True)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    polled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.address


class Mail(models.Model):
    """One mail as it reached us, sealed, with what became of it. A repeated mail keeps no second copy."""

    mailbox = models.ForeignKey(MailboxState, null=True, on_delete=models.PROTECT, related_name="+")
    uid_validity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    raw = EncryptedBytesField(null=True)
    size = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12, choices=MailOutcome)
    reason = models.CharField(max_length=16, choices=MailReason, blank=True)
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox", "uid_validity", "uid"], name="mail_taken_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["outcome", "-id"], name="mail_by_outcome")]

    def __str__(self) -> str:
        return f"mail {self.pk} {self.outcome}"


class Quarantine(models.Model):
    """A mail that a person has to look at: release it (it becomes a message) or dismiss it with a reason."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("待处理")
        RELEASED = "RELEASED", _("已放行")
        DISMISSED = "DISMISSED", _("已忽略")

    mail = models.OneToOneField(Mail, on_delete=models.PROTECT, related_name="quarantine")
    reason = models.CharField(max_length=16, choices=MailReason)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    note = models.CharField(max_length=200, blank=True, default="")
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="+")
    decided_by_id = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=60, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], condition=Q(state="WAITING"), name="quarantine_waiting"),
        ]

    def __str__(self) -> str:
        return f"quarantine {self.pk} {self.state}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING


class ImportRun(models.Model):
    """One run of the feedback importer over one file: where it stands, so that it can go on."""

    source = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    position = models.PositiveIntegerField(default=0)
    stored = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "file_sha256"], condition=Q(finished_at=None), name="import_one_open_run"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.position}"
