"""Customers as staff see them: masked, found by what is known of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bihuan.customers import access
from bihuan.customers.access import CustomerPermission
from bihuan.customers.fields import CardField
from bihuan.customers.kinds import DatumKind
from bihuan.customers.masking import mask
from bihuan.customers.models import Customer, CustomerPhone
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible
from bihuan.foundation.paging import page_by_key


@dataclass(frozen=True, slots=True)
class MaskedField:
    """One value of a card; ``field`` is its name for ``reveal_field``."""

    field: str
    kind: str
    masked: str
    identifies: bool = True


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer as staff see them; ``fields`` is empty for those who may see the label and the region only."""

    id: int
    kind: str
    name: str
    regions: tuple[str, ...]
    fields: tuple[MaskedField, ...]
    registered_at: datetime

    def _masked(self, kind: str) -> tuple[str, ...]:
        return tuple(field.masked for field in self.fields if field.kind == kind)

    @property
    def phones(self) -> tuple[str, ...]:
        return self._masked(DatumKind.PHONE)

    @property
    def emails(self) -> tuple[str, ...]:
        return self._masked(DatumKind.EMAIL)

    @property
    def addresses(self) -> tuple[str, ...]:
        return self._masked(DatumKind.ADDRESS)


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Cards of one page; ``next`` is the key of the following page, None on the last."""

    items: list[CustomerCard]
    next: str | None


def card(actor: Actor, customer_id: int) -> CustomerCard:
    """The masked card of one customer. Raises NotVisible."""
    found = cards(actor, [customer_id])
    if not found:
        raise NotVisible()
    return found[0]


def cards(actor: Actor, customer_ids: Collection[int]) -> list[CustomerCard]:
    """Masked cards by id, in order of the ids, four queries for all. Raises NotVisible."""
    access.require(actor, CustomerPermission.SEE)
    rows = Customer.objects.filter(pk__in=customer_ids)
    by_id = {one.id: one for one in cards_of(actor, rows)}
    return [by_id[customer_id] for customer_id in customer_ids if customer_id in by_id]


def list_customers(actor: Actor, *, after: str | None = None, limit: int = 50) -> CustomerPage:
    """All customers, newest first. Raises NotVisible, NotAllowed, PageKeyInvalid."""
    access.require(actor, CustomerPermission.FIND)
    page = page_by_key(Customer.objects.all(), order=("-id",), after=after, limit=limit)
    return CustomerPage(cards_of(actor, Customer.objects.filter(pk__in=[row.pk for row in page.items])), page.next)


def masked_label(customer_id: int | None) -> str:
    """The masked name to show wherever the customer is mentioned."""
    return masked_labels([customer_id])[customer_id] if customer_id is not None else _("匿名客户")


def masked_labels(customer_ids: Iterable[int]) -> dict[int, str]:
    """Masked names by id, one query."""
    rows = Customer.objects.filter(pk__in=set(customer_ids)).only("name_label")
    return {row.pk: row.label for row in rows}


def masked_phone(customer_id: int) -> str:
    """The customer's phone as a notice may name it (短信通知 138******34); empty when there is none."""
    phone = CustomerPhone.objects.filter(customer_id=customer_id).order_by("-identifies", "id").first()
    return mask(DatumKind.PHONE, phone.value) if phone else ""


def cards_of(actor: Actor, rows: "QuerySet[Customer]") -> list[CustomerCard]:
    """Cards of these customers, newest first, with contacts for those who may see contacts."""
    with_contacts = access.may(actor, CustomerPermission.SEE_CONTACTS)
    details = ("phones", "emails", "addresses") if with_contacts else ("addresses",)
    found = rows.order_by("-id").prefetch_related(*details)
    return [_card(customer, _fields(customer) if with_contacts else ()) for customer in found]


def _card(customer: Customer, fields: tuple[MaskedField, ...]) -> CustomerCard:
    return CustomerCard(
        id=customer.pk,
        kind=customer.kind,
        name=customer.label,
        regions=tuple(dict.fromkeys(address.region for address in customer.addresses.all() if address.region)),
        fields=fields,
        registered_at=customer.registered_at,
    )


def _fields(customer: Customer) -> tuple[MaskedField, ...]:
    phones = [(DatumKind.PHONE, row.pk, row.value, row.identifies) for row in customer.phones.all()]
    emails = [(DatumKind.EMAIL, row.pk, row.value, row.identifies) for row in customer.emails.all()]
    addresses = [(DatumKind.ADDRESS, row.pk, row.value, True) for row in customer.addresses.all()]
    name = [(DatumKind.NAME, None, customer.name, True)] if customer.name else []
    return tuple(
        MaskedField(
            field=str(CardField(kind, row_id)),
            kind=kind,
            masked=customer.label if kind is DatumKind.NAME else mask(kind, value),
            identifies=identifies,
        )
        for kind, row_id, value, identifies in sorted([*name, *phones, *emails, *addresses], key=_by_kind_and_id)
    )


def _by_kind_and_id(item: tuple[DatumKind, int | None, str, bool]) -> tuple[int, int]:
    return list(DatumKind).index(item[0]), item[1] or 0
