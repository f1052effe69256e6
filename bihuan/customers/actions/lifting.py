"""Personal data out of free text into the vault, with a reference left in its place."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bihuan.customers.contacts import datum_index
from bihuan.customers.events import CustomerDataLifted
from bihuan.customers.lifting import Known, Span, find_spans, keep_references, known_values, replace_spans
from bihuan.customers.masking import mask
from bihuan.customers.models import Customer, PersonalDatum
from bihuan.foundation.actor import Actor
from bihuan.journal import actions as journal
from bihuan.language.references import reference, referred_ids


def lift_personal_data(*, actor: Actor, customer_id: int | None, text: str, at: datetime) -> str:
    """As lift_personal_data_many, for one text."""
    return lift_personal_data_many(actor=actor, customer_id=customer_id, texts=[text], at=at)[0]


def lift_personal_data_many(*, actor: Actor, customer_id: int | None, texts: Sequence[str], at: datetime) -> list[str]:
    """The texts with phones, ID numbers, bank cards, mail addresses and the customer's own name and addresses replaced
    by references to the vault. Whoever may write a text may lift from it: nothing clear comes back.

    One query when nothing is found, three when something is. Lifting again changes nothing.
    """
    own_ids = _own_ids(customer_id, texts)
    clean = [keep_references(text, own_ids) for text in texts]
    known = _known_values(customer_id) if any(text.strip() for text in clean) else []
    found = [find_spans(text, known) for text in clean]
    spans = [span for text_spans in found for span in text_spans]
    if not spans:
        return clean
    with transaction.atomic(savepoint=False):  # on the way of every message: a savepoint would cost two round trips
        ids = _store(customer_id, spans, at)
        kinds = {ids[span.kind, span.value]: str(span.kind) for span in spans}
        lifted = CustomerDataLifted(customer_id=customer_id, datum_ids=tuple(kinds), kinds=tuple(kinds.values()))
        journal.write(actor, lifted, at=at)
    return [
        replace_spans(text, text_spans, lambda span: reference(ids[span.kind, span.value]))
        for text, text_spans in zip(clean, found, strict=True)
    ]


def mask_personal_data(*, customer_id: int | None, texts: Sequence[str]) -> list[str]:
    """The texts with masks for good, where no reference may stand: names of files, names that are compared."""
    known = _known_values(customer_id) if any(text.strip() for text in texts) else []
    return [replace_spans(text, find_spans(text, known), lambda span: mask(span.kind, span.value)) for text in texts]


def _own_ids(customer_id: int | None, texts: Sequence[str]) -> frozenset[int]:
    """Which references in the texts point to data of this customer (or of nobody, for a text of nobody known)."""
    referred = referred_ids(texts)
    if not referred:
        return frozenset()
    return frozenset(_data_of(customer_id).filter(pk__in=referred).values_list("pk", flat=True))


def _data_of(customer_id: int | None):  # type: ignore[no-untyped-def]
    data = PersonalDatum.objects.all()
    return data.filter(customer=None) if customer_id is None else data.filter(customer_id=customer_id)


def _known_values(customer_id: int | None) -> list[Known]:
    """Name and addresses of the customer: one query."""
    if customer_id is None:
        return []
    rows = list(Customer.objects.filter(pk=customer_id).values_list("name", "addresses__value"))
    return known_values(rows[0][0], [address for _, address in rows if address]) if rows else []


def _store(customer_id: int | None, spans: Sequence[Span], at: datetime) -> dict[tuple[str, str], int]:
    """Keep each value once per customer; returns the ids by kind and value. Sorted, so that writers never deadlock."""
    values = {(span.kind, span.value): datum_index(span.kind, span.value) for span in spans}
    rows = [
        PersonalDatum(customer_id=customer_id, kind=kind, value=value, value_index=index, lifted_at=at)
        for (kind, value), index in sorted(values.items(), key=lambda item: item[1])
    ]
    PersonalDatum.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["kind"], unique_fields=["customer", "value_index"]
    )
    return {(row.kind, row.value): row.pk for row in rows}
