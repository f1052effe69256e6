"""The vault: who a customer is. Every clear value is ciphertext; what finds it is a keyed hash.

``identifies`` on a phone or mail address means that it finds the customer. Each identifies one customer at most. A
detail somebody claims on the portal for a customer who is already known is kept, but does not identify until a person
confirms it: otherwise anybody could file under a stranger's phone and have the answers mailed to himself.

Merging moves no row. ``merged_into`` says into whom, ``head`` who stands for the whole family; cases, phones and all
else stay with the customer they came to, so taking a merge back is the same two columns again.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from bihuan.crypto.field import EncryptedTextField
from bihuan.customers.kinds import CustomerKind, DatumKind, MatchLevel, RevealPurpose

__all__ = [
    "Customer",
    "CustomerAddress",
    "CustomerEmail",
    "CustomerIdentity",
    "CustomerKind",
    "CustomerMerge",
    "CustomerPhone",
    "DatumKind",
    "MatchLevel",
    "PersonalDatum",
    "RevealPurpose",
]


FAMILY = Coalesce("head_id", "id")


class CustomerQuerySet(models.QuerySet["Customer"]):
    def family_of(self, *customer_ids: int) -> "CustomerQuerySet":
        """These customers and everybody who is merged with them; one index look-up each."""
        heads = Customer.objects.filter(pk__in=customer_ids).values(of=FAMILY)
        return self.alias(family=FAMILY).filter(family__in=heads)

    def heads(self) -> "CustomerQuerySet":
        """One customer for each family."""
        return self.filter(head=None)


class Customer(models.Model):
    """A person or company. ``name_label`` is the masked name and may be shown to anybody who sees the case."""

    kind = models.CharField(max_length=8, choices=CustomerKind, default=CustomerKind.PERSON)
    name = EncryptedTextField(default="")
    name_label = models.CharField(max_length=80, default="")
    registered_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    head = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="members")
    # invented, so that nobody has a reason to open it: whoever does raises an alert (clearance)
    is_decoy = models.BooleanField(default=False)
    # the entry stays, so that cases keep their place; whoever it was is gone (个人信息保护法 47)
    erased_at = models.DateTimeField(null=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="customer_merged_has_head", condition=Q(merged_into__isnull=True) ^ Q(head__isnull=False)
            ),
            models.CheckConstraint(name="customer_not_own_head", condition=~Q(head=models.F("id"))),
        ]
        indexes: ClassVar = [models.Index(FAMILY, name="customer_family")]

    def __str__(self) -> str:
        return f"customer {self.pk}"

    @property
    def head_or_self_id(self) -> int:
        """Who stands for this customer."""
        return self.head_id or self.pk

    @property
    def label(self) -> str:
        """The masked name, or a word for a customer who left none or was erased."""
        return self.name_label or str(_("已删除的客户") if self.erased_at else _("未留姓名"))


class CustomerPhone(models.Model):
    """A phone number, found exactly, or by its last four digits with the surname or the initials of the name."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="phones")
    value = EncryptedTextField()
    value_index = models.BinaryField(max_length=16)
    surname_tail_index = models.BinaryField(max_length=16)
    initials_tail_index = models.BinaryField(max_length=16)
    identifies = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "value_index"], name="customer_phone_once"),
            models.UniqueConstraint(
                fields=["value_index"], condition=Q(identifies=True), name="customer_phone_identifies"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["value_index"], name="customer_phone_value"),
            models.Index(fields=["surname_tail_index"], name="customer_phone_surname_tail"),
            models.Index(fields=["initials_tail_index"], name="customer_phone_initials_tail"),
        ]

    def __str__(self) -> str:
        return f"phone {self.pk}"


class CustomerEmail(models.Model):
    """A mail address, found exactly. Deliveries point to it, so an erased one stays as an empty row."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="emails")
    value = EncryptedTextField()
    value_index = models.BinaryField(max_length=16)
    identifies = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "value_index"], name="customer_email_once"),
            models.UniqueConstraint(
                fields=["value_index"], condition=Q(identifies=True), name="customer_email_identifies"
            ),
        ]

    def __str__(self) -> str:
        return f"mail address {self.pk}"


class CustomerAddress(models.Model):
    """A postal address; province, city and district stay readable for routing and statistics."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="addresses")
    value = EncryptedTextField()
    value_index = models.BinaryField(max_length=16)
    region = models.CharField(max_length=40, default="")
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "value_index"], name="customer_address_once"),
        ]

    def __str__(self) -> str:
        return f"address {self.pk}"


class CustomerIdentity(models.Model):
    """An account the customer is known by elsewhere: WeChat, Weibo, company account, member number. Found exactly."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=10, choices=DatumKind)
    value = EncryptedTextField()
    value_index = models.BinaryField(max_length=16)
    identifies = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "value_index"], name="customer_identity_once"),
            models.UniqueConstraint(
                fields=["value_index"], condition=Q(identifies=True), name="customer_identity_identifies"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["value_index"], name="customer_identity_value")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class CustomerMerge(models.Model):
    """Two customers found to be one, on what evidence, and whether that was taken back."""

    kept = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=6, choices=MatchLevel)
    note = models.CharField(max_length=400, blank=True, default="")
    merged_by_id = models.BigIntegerField()
    merged_at = models.DateTimeField()
    undone_by_id = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at=None), name="customer_merged_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["kept"], name="customer_merge_kept")]

    def __str__(self) -> str:
        return f"customer {self.merged_id} into {self.kept_id}"


class PersonalDatum(models.Model):
    """A value lifted out of free text, where ``⟦pd:id⟧`` stands for it; one row per customer and value.

    Texts of people nobody knows yet have no customer.
    """

    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="data")
    kind = models.CharField(max_length=10, choices=DatumKind)
    value = EncryptedTextField()
    value_index = models.BinaryField(max_length=16)
    lifted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "value_index"], name="personal_datum_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"datum {self.pk}"
