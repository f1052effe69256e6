"""Customers as staff see them: masked, found by what is known of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bihuan.customers import access
from bihuan.customers.access import CustomerPermission
from bihuan.customers.kinds import CardField, DatumKind
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
    """A customer as staff see them, with all that was merged into it (``member_ids``, the customer first).

    ``fields`` is empty for those who may see the label and the region only.
    """

    id: int
    kind: str
    name: str
    regions: tuple[str, ...]
    fields: tuple[MaskedField, ...]
    registered_at: datetime
    member_ids: tuple[int, ...] = ()

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


def file_card(actor: Actor, customer_id: int) -> CustomerCard:
    """As card, for those who may open the whole file. Raises NotVisible, NotAllowed."""
    access.require(actor, CustomerPermission.SEE_CONTACTS)
    return card(actor, customer_id)


def cards(actor: Actor, customer_ids: Collection[int]) -> list[CustomerCard]:
    """Masked cards of whoever stands for each id, in order of the ids, five queries for all. Raises NotVisible."""
    access.require(actor, CustomerPermission.SEE)
    found = cards_of(actor, Customer.objects.family_of(*customer_ids))
    by_id = {member_id: one for one in found for member_id in one.member_ids}
    return [by_id[customer_id] for customer_id in customer_ids if customer_id in by_id]


def list_customers(actor: Actor, *, at: datetime, after: str | None = None, limit: int = 50) -> CustomerPage:
    """All customers, newest first. Raises NotVisible, NotAllowed, PageKeyInvalid."""
    access.require_entry(actor, CustomerPermission.FIND, at)
    page = page_by_key(Customer.objects.heads(), order=("-id",), after=after, limit=limit)
    return CustomerPage(cards_of(actor, Customer.objects.family_of(*(row.pk for row in page.items))), page.next)


def list_decoys(actor: Actor) -> list[Customer]:
    """The invented customers. Raises NotVisible, NotAllowed."""
    access.require_planter(actor)
    return list(Customer.objects.filter(is_decoy=True).order_by("-id"))


def kept_kinds(customer_id: int | None) -> list[tuple[str, int]]:
    """How many values of each kind are kept of the customer's own entry, for the customer; none of a nameless one."""
    if customer_id is None:
        return []
    customer = Customer.objects.prefetch_related("phones", "emails", "addresses", "identities").filter(pk=customer_id)
    counts: dict[str, int] = {}
    for row in customer:
        kinds = [DatumKind.NAME] if row.name_label else []
        for kind in [*kinds, *(DatumKind(detail.kind) for detail in details_of(row))]:
            counts[str(kind.label)] = counts.get(str(kind.label), 0) + 1
    return list(counts.items())


def may_edit(actor: Actor) -> bool:
    """True when the actor may write into files, and pages show the forms for it."""
    return access.may(actor, CustomerPermission.EDIT)


def masked_label(customer_id: int | None) -> str:
    """The masked name to show wherever the customer is mentioned."""
    return masked_labels([customer_id])[customer_id] if customer_id is not None else _("匿名客户")


def masked_labels(customer_ids: Iterable[int]) -> dict[int, str]:
    """Masked names by id, one query."""
    rows = Customer.objects.filter(pk__in=set(customer_ids)).only("name_label", "erased_at")
    return {row.pk: row.label for row in rows}


def masked_phone(customer_id: int) -> str:
    """The customer's phone as a notice may name it (短信通知 138******34); empty when there is none."""
    phone = CustomerPhone.objects.filter(customer_id=customer_id).order_by("-identifies", "id").first()
    return mask(DatumKind.PHONE, phone.value) if phone else ""


def masked_phones(customer_ids: Collection[int]) -> dict[int, str]:
    """The phone of each of these customers, masked; one query."""
    rows = CustomerPhone.objects.filter(customer_id__in=customer_ids).order_by("identifies", "-id")
    return {row.customer_id: mask(DatumKind.PHONE, row.value) for row in rows}


def cards_of(actor: Actor, rows: "QuerySet[Customer]") -> list[CustomerCard]:
    """One card for each family among these customers, newest first, with contacts for those who may see contacts."""
    with_contacts = access.may(actor, CustomerPermission.SEE_CONTACTS)
    details = ("phones", "emails", "addresses", "identities") if with_contacts else ("addresses",)
    families: dict[int, list[Customer]] = {}
    for row in rows.order_by("-id").prefetch_related(*details):
        families.setdefault(row.head_or_self_id, []).append(row)
    cards = [_card(_head_first(members), with_contacts) for members in families.values()]
    return sorted(cards, key=lambda card: -card.id)


def _head_first(members: list[Customer]) -> list[Customer]:
    return sorted(members, key=lambda row: (row.head_id is not None, row.pk))


def _card(members: list[Customer], with_contacts: bool) -> CustomerCard:
    head = members[0]
    named = next((row for row in members if row.name_label), head)
    regions = [address.region for row in members for address in row.addresses.all() if address.region]
    return CustomerCard(
        id=head.pk,
        kind=head.kind,
        name=named.label,
        regions=tuple(dict.fromkeys(regions)),
        fields=_fields(named, members) if with_contacts else (),
        registered_at=min(row.registered_at for row in members),
        member_ids=tuple(row.pk for row in members),
    )


def _fields(named: Customer, members: list[Customer]) -> tuple[MaskedField, ...]:
    found = [MaskedField(str(CardField(DatumKind.NAME)), DatumKind.NAME, named.label)] if named.name else []
    for row in (row for member in members for row in details_of(member)):
        kind = DatumKind(row.kind)
        masked = mask(kind, row.value)
        found.append(MaskedField(str(CardField(kind, row.pk)), kind, masked, row.identifies))
    return tuple(sorted(found, key=lambda field: _by_kind_and_id(CardField.parse(field.field))))


@dataclass(frozen=True, slots=True)
class _Detail:
    kind: str
    pk: int
    value: str
    identifies: bool


def details_of(customer: Customer) -> list[_Detail]:
    """Phones, mail and postal addresses and accounts of one entry, as loaded."""
    phones = [_Detail(DatumKind.PHONE, row.pk, row.value, row.identifies) for row in customer.phones.all()]
    kept = [row for row in customer.emails.all() if not row.emptied_at]
    emails = [_Detail(DatumKind.EMAIL, row.pk, row.value, row.identifies) for row in kept]
    addresses = [_Detail(DatumKind.ADDRESS, row.pk, row.value, True) for row in customer.addresses.all()]
    identities = [_Detail(row.kind, row.pk, row.value, row.identifies) for row in customer.identities.all()]
    return [*phones, *emails, *addresses, *identities]


def _by_kind_and_id(field: CardField) -> tuple[int, int]:
    return list(DatumKind).index(field.kind), field.id or 0
