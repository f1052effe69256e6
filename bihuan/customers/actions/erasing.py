"""A customer is erased: who it was goes, the entry stays, so that cases keep their place.

Whether anything forbids it (a hold, an open case, a contract) is decided above, in ``retention``.
"""

import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from bihuan.customers.access import CustomerPermission, access_customer
from bihuan.customers.events import CustomerErased, CustomerValuesRemoved
from bihuan.customers.kinds import DatumKind
from bihuan.customers.models import (
    Customer,
    CustomerAddress,
    CustomerEmail,
    CustomerIdentity,
    CustomerPhone,
    PersonalDatum,
)
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed
from bihuan.journal import actions as journal

INDEX_BYTES = 16


@dataclass(frozen=True, slots=True)
class Erased:
    """How many values of each kind are gone."""

    phones: int = 0
    emails: int = 0
    addresses: int = 0
    accounts: int = 0
    texts: int = 0


@transaction.atomic
def erase_customer(*, actor: Actor, customer_id: int, spare_emails: Collection[int] = (), at: datetime) -> Erased:
    """Remove name, phones, mail and postal addresses, accounts and lifted texts of the customer and of everybody merged
    with it. ``spare_emails`` still have a mail to take out; ``remove_emails`` follows. Raises NotVisible, NotAllowed.
    """
    customer = access_customer(actor, customer_id, to=CustomerPermission.ERASE)
    ids = list(Customer.objects.family_of(customer.pk).values_list("pk", flat=True))
    family = list(Customer.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    ids = [row.pk for row in family]
    emails = list(CustomerEmail.objects.filter(customer_id__in=ids, emptied_at=None).exclude(pk__in=spare_emails))
    CustomerEmail.objects.filter(pk__in=spare_emails, customer_id__in=ids).update(identifies=False)
    erased = Erased(
        phones=_delete(CustomerPhone, ids),
        emails=_empty(emails, at),
        addresses=_delete(CustomerAddress, ids),
        accounts=_delete(CustomerIdentity, ids),
        texts=_delete(PersonalDatum, ids),
    )
    for row in family:
        row.name, row.name_label, row.erased_at = "", "", at
    Customer.objects.bulk_update(family, ["name", "name_label", "erased_at"])
    journal.write(actor, CustomerErased(customer_id=customer.pk, **asdict(erased)), at=at)
    return erased


@transaction.atomic
def remove_emails(*, actor: Actor, email_ids: Collection[int], at: datetime) -> int:
    """Empty mail addresses of erased customers, once nothing goes there any more. Raises NotAllowed."""
    _require_job(actor)
    rows = CustomerEmail.objects.select_for_update(of=("self",)).filter(pk__in=email_ids, emptied_at=None)
    found = list(rows.exclude(customer__erased_at=None).order_by("customer_id", "pk"))
    _empty(found, at)
    _journal_removed(actor, DatumKind.EMAIL, found, at)
    return len(found)


@transaction.atomic
def remove_addresses(*, actor: Actor, address_ids: Collection[int], at: datetime) -> int:
    """Remove postal addresses whose time is over. Raises NotAllowed."""
    return _remove(actor, CustomerAddress, DatumKind.ADDRESS, address_ids, at)


@transaction.atomic
def remove_texts(*, actor: Actor, datum_ids: Collection[int], at: datetime) -> int:
    """Remove values lifted out of texts whose time is over; the texts stay and show stars. Raises NotAllowed."""
    return _remove(actor, PersonalDatum, "TEXT", datum_ids, at)


def _remove(actor: Actor, model: Any, kind: str, ids: Collection[int], at: datetime) -> int:
    _require_job(actor)
    rows = list(model.objects.select_for_update().filter(pk__in=ids).order_by("customer_id", "pk"))
    model.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _journal_removed(actor, kind, rows, at)
    return len(rows)


def _journal_removed(actor: Actor, kind: str, rows: Collection[Any], at: datetime) -> None:
    for customer_id, group in groupby(rows, key=lambda row: row.customer_id):
        removed = CustomerValuesRemoved(customer_id=customer_id, kind=kind, count=len(list(group)))
        journal.write(actor, removed, at=at)


def _delete(model: Any, customer_ids: list[int]) -> int:
    deleted: int = model.objects.filter(customer_id__in=customer_ids).delete()[0]
    return deleted


def _empty(emails: list[CustomerEmail], at: datetime) -> int:
    """An index of chance finds nothing and stays unique."""
    for row in emails:
        row.value, row.value_index = "", secrets.token_bytes(INDEX_BYTES)
        row.identifies, row.emptied_at = False, at
    CustomerEmail.objects.bulk_update(emails, ["value", "value_index", "identifies", "emptied_at"])
    return len(emails)


def _require_job(actor: Actor) -> None:
    if not actor.is_system:
        raise NotAllowed()
