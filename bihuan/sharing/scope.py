"""Whose data a share means."""

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bihuan.customers.models import Customer, CustomerAddress
from bihuan.privacy.models import Consent, Purpose
from bihuan.sharing.models import Relation, SharingAgreement


def customers_of(agreement: SharingAgreement, region: str) -> "QuerySet[Customer]":
    """Customers in a region (all when it is empty). To another processor only those who agreed to it by itself."""
    rows: QuerySet[Customer] = Customer.objects.heads().filter(erased_at=None, is_decoy=False)
    if region:
        addresses = CustomerAddress.objects.alias(family=Coalesce("customer__head_id", "customer_id"))
        rows = rows.filter(Exists(addresses.filter(family=OuterRef("pk"), region__startswith=region)))
    if agreement.relation == Relation.PROVIDED:
        said = Consent.objects.alias(family=Coalesce("customer__head_id", "customer_id"))
        said = said.filter(family=OuterRef("pk"), purpose=Purpose.SHARING).order_by("-id")
        rows = rows.alias(agreed=Subquery(said.values("is_given")[:1])).filter(agreed=True)
    return rows
