"""Who saw clear data of a customer: for the customer, and for those who watch over the vault."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from bihuan.customers.kinds import KINDS, DatumKind, RevealPurpose
from bihuan.customers.models import Customer, PersonalDatum
from bihuan.journal.models import StoredEntry

LOOKS_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody saw clear data of a customer: what the customer is told."""

    at: datetime
    by: str
    kinds: tuple[str, ...]
    purpose: str
    case_id: int


def looks(customer_id: int) -> list[Look]:
    """Who saw clear data of the customer and what for, newest first. The caller knows that the reader is this customer
    or may read the journal."""
    entries = entries_about(customer_id, ["customer.revealed"]).order_by("-id")[:LOOKS_AT_MOST]
    kinds = _kinds_of_data([entry.payload["field"] for entry in entries])
    return [
        Look(
            at=entry.at,
            by=entry.actor_name,
            kinds=tuple(_field_kinds(entry.payload["field"], kinds)),
            purpose=str(RevealPurpose(entry.payload["purpose"]).label),
            case_id=entry.payload["case_id"],
        )
        for entry in entries
    ]


def entries_about(customer_id: int, codes: Sequence[str]) -> "QuerySet[StoredEntry]":
    """Journal entries about the customer and everybody merged with it, for a caller who may see the file."""
    family = list(Customer.objects.family_of(customer_id).values_list("pk", flat=True))
    return StoredEntry.objects.filter(subject="customer", subject_id__in=family, code__in=codes)


def _kinds_of_data(fields: Iterable[str]) -> dict[int, DatumKind]:
    """Kinds of the lifted values that the fields name, by id."""
    ids = {datum_id for field in fields for datum_id in _datum_ids(field)}
    rows = PersonalDatum.objects.filter(pk__in=ids).values_list("pk", "kind") if ids else ()
    return {datum_id: DatumKind(kind) for datum_id, kind in rows}


def _field_kinds(field: str, data: dict[int, DatumKind]) -> list[str]:
    name, _, _ = field.partition(":")
    kinds = [KINDS[name]] if name in KINDS else [data[pk] for pk in _datum_ids(field) if pk in data]
    return list(dict.fromkeys(str(kind.label) for kind in kinds))


def _datum_ids(field: str) -> list[int]:
    name, _, ids = field.partition(":")
    return [int(datum_id) for datum_id in ids.split(",")] if name == "data" else []
