"""The key-account file. People and companies themselves are in the vault."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.customers.models import Customer
from bihuan.organization.models import Staff


class ContactRole(models.TextChoices):
    DECISION = "DECISION", _("决策人")
    SHIPPING = "SHIPPING", _("发货")
    WAREHOUSE = "WAREHOUSE", _("仓库")
    FINANCE = "FINANCE", _("财务")
    AFTER_SALES = "AFTER_SALES", _("售后")


class KeyAccount(models.Model):
    """A company we know by its people, contract and habits. ``needs`` has personal data lifted."""

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    contract_no = models.CharField(max_length=40, blank=True, default="")
    contract_from_on = models.DateField(null=True)
    contract_to_on = models.DateField(null=True)
    monthly_parcels = models.PositiveIntegerField(null=True)
    needs = models.TextField(blank=True, default="")
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="account_contract_in_order",
                condition=Q(contract_from_on=None)
                | Q(contract_to_on=None)
                | Q(contract_to_on__gte=F("contract_from_on")),
            )
        ]

    def __str__(self) -> str:
        return f"key account {self.pk}"


class AccountContact(models.Model):
    """A person at the company, and what for."""

    account = models.ForeignKey(KeyAccount, on_delete=models.PROTECT, related_name="contacts")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=ContactRole)
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "customer", "role"], name="account_contact_once"),
        ]


class AccountHabit(models.Model):
    """A custom of the customer."""

    account = models.ForeignKey(KeyAccount, on_delete=models.PROTECT, related_name="habits")
    text = models.CharField(max_length=300)
    noted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()


class AccountVisit(models.Model):
    """Somebody of us went to see them."""

    account = models.ForeignKey(KeyAccount, on_delete=models.PROTECT, related_name="visits")
    visited_on = models.DateField()
    summary = models.CharField(max_length=1000)
    visited_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-visited_on", "-id"], name="account_visit_recent")]
