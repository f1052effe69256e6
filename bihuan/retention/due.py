"""Which rows are due, whose they are, and by what it shows that one was touched since.

``stamp`` is the version and the place PostgreSQL gives a row: whatever is written to it changes at least one of them,
also what no time column tells. For a customer it covers every row of the family with its cases.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.fields import TextField
from django.db.models.functions import Coalesce

from bihuan.accounts.models import AccountContact, KeyAccount
from bihuan.cases.models import Case
from bihuan.customers.models import Customer, CustomerAddress, PersonalDatum
from bihuan.intake.models import Mail
from bihuan.parcels.models import Waybill
from bihuan.privacy.models import Consent, Purpose
from bihuan.retention.classes import DataClass
from bihuan.retention.models import LegalHold

Due = Callable[[datetime], "QuerySet[Any]"]
OWN_FAMILY = Coalesce(OuterRef("customer__head_id"), OuterRef("customer_id"))
VERSION = "{table}.xmin::text || {table}.ctid::text"
FAMILY_VERSION = """(
    SELECT md5(string_agg(version, ',' ORDER BY version)) FROM (
        SELECT 'c' || f.xmin::text || f.ctid::text AS version FROM customers_customer f
          WHERE coalesce(f.head_id, f.id) = customers_customer.id
        {parts}
    ) AS versions)"""
PART = """
        UNION ALL SELECT '{mark}' || r.xmin::text || r.ctid::text FROM {table} r
          JOIN customers_customer f ON f.id = r.customer_id WHERE coalesce(f.head_id, f.id) = customers_customer.id"""
PARTS = {
    "p": "customers_customerphone",
    "e": "customers_customeremail",
    "a": "customers_customeraddress",
    "i": "customers_customeridentity",
    "d": "customers_personaldatum",
    "k": "cases_case",
    "s": "privacy_consent",
}


def due_customers(cutoff: datetime) -> "QuerySet[Any]":
    """Who has had nothing with us since, and came before."""
    members = Customer.objects.alias(family=Coalesce("head_id", "id")).filter(family=OuterRef("pk"))
    parts = "".join(PART.format(mark=mark, table=table) for mark, table in PARTS.items())
    version = RawSQL(FAMILY_VERSION.format(parts=parts), (), output_field=TextField())
    return (
        Customer.objects.heads()
        .filter(~Exists(members.filter(registered_at__gte=cutoff)), erased_at=None, is_decoy=False)
        .filter(_idle(OuterRef("pk"), cutoff))
        .annotate(owner=F("pk"), stamp=version)
    )


def due_addresses(cutoff: datetime) -> "QuerySet[Any]":
    """Addresses of idle customers who did not ask us to keep them."""
    said = _of_family(Consent.objects.filter(purpose=Purpose.ADDRESS), OWN_FAMILY).order_by("-id")
    rows = CustomerAddress.objects.alias(agreed=Subquery(said.values("is_given")[:1]))
    rows = rows.filter(Q(agreed=None) | Q(agreed=False), added_at__lt=cutoff)
    return _stamped(rows.filter(_idle(OWN_FAMILY, cutoff)), "customer_id")


def due_texts(cutoff: datetime) -> "QuerySet[Any]":
    """Values lifted out of texts of idle customers, and of nobody known."""
    return _stamped(PersonalDatum.objects.filter(_idle(OWN_FAMILY, cutoff), lifted_at__lt=cutoff), "customer_id")


def due_mails(cutoff: datetime) -> "QuerySet[Any]":
    """Sealed originals of mails."""
    rows = Mail.objects.filter(raw__isnull=False, at__lt=cutoff)
    return _stamped(rows, "message__conversation__customer_id")


DUE: dict[str, Due] = {
    DataClass.CUSTOMER: due_customers,
    DataClass.ADDRESS: due_addresses,
    DataClass.TEXT: due_texts,
    DataClass.MAIL: due_mails,
}


def held_customers(at: datetime) -> frozenset[int]:
    """Ids of everybody under a hold, with their families."""
    holds = LegalHold.objects.active(at)
    held = {*holds.values_list("customer_id", flat=True), *holds.values_list("case__customer_id", flat=True)} - {None}
    return frozenset(Customer.objects.family_of(*held).values_list("pk", flat=True)) if held else frozenset()


def held_mails(mail_ids: Collection[int], at: datetime) -> frozenset[int]:
    """Mails of a held case: such a case need not have a customer."""
    talks = LegalHold.objects.active(at).filter(case__isnull=False).values("case__conversation")
    held = Mail.objects.filter(pk__in=mail_ids, message__conversation__in=talks)
    return frozenset(held.values_list("pk", flat=True))


def _stamped(rows: "QuerySet[Any]", owner: str) -> "QuerySet[Any]":
    version = VERSION.format(table=rows.model._meta.db_table)
    stamped: QuerySet[Any] = rows.annotate(owner=F(owner), stamp=RawSQL(version, (), output_field=TextField()))
    return stamped


def _idle(family: Any, cutoff: datetime) -> Q:
    """No case of the family is open or was closed since, no parcel came since, and nobody of it is a key account."""
    cases = Case.objects.filter(Q(closed_at=None) | Q(closed_at__gte=cutoff))
    waybills = Waybill.objects.filter(registered_at__gte=cutoff)
    busy = (cases, waybills, KeyAccount.objects.all(), AccountContact.objects.all())
    return Q(*(~Exists(_of_family(rows, family)) for rows in busy))


def _of_family(rows: "QuerySet[Any]", family: Any) -> "QuerySet[Any]":
    of_family: QuerySet[Any] = rows.alias(family=Coalesce("customer__head_id", "customer_id")).filter(family=family)
    return of_family
