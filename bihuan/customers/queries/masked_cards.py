"""Customers as staff see them: masked, found by what is known of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bihuan.customers import access
from bihuan.customers.access import CustomerPermission
from bihuan.customers.kinds import CardField, DatumKind
from bihuan.customers.masking import mask
from bihuan.customers.models import Customer, CustomerAddress, CustomerEmail, CustomerIdentity, CustomerPhone
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible
from bihuan.foundation.paging import page_by_key

# Phones, mail and postal addresses and accounts in one query, in the order cards show them. A mail address that was
# erased stays as an empty row, because deliveries point to it.
DETAILS = """
    SELECT 0 AS place, 'PHONE' AS kind, id, customer_id, value, identifies, '' AS region
      FROM customers_customerphone WHERE customer_id = ANY(%(ids)s)
     UNION ALL
    SELECT 1, 'EMAIL', id, customer_id, value, identifies, ''
      FROM customers_customeremail WHERE customer_id = ANY(%(ids)s) AND emptied_at IS NULL
     UNION ALL
    SELECT 2, 'ADDRESS', id, customer_id, value, true, region
      FROM customers_customeraddress WHERE customer_id = ANY(%(ids)s)
     UNION ALL
    SELECT 3, kind, id, customer_id, value, identifies, ''
      FROM customers_customeridentity WHERE customer_id = ANY(%(ids)s)
     ORDER BY place, id
"""
SEALED = [model._meta.get_field("value") for model in (CustomerPhone, CustomerEmail, CustomerAddress, CustomerIdentity)]


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


@dataclass(frozen=True, slots=True)
class Detail:
    """A phone, a mail or postal address, an account.

    ``sealed`` is what the table holds; it is opened when somebody asks for the value.
    """

    place: int
    kind: str
    pk: int
    customer_id: int
    sealed: bytes
    identifies: bool
    region: str

    @property
    def value(self) -> str:
        """In clear."""
        clear: str = SEALED[self.place].from_db_value(self.sealed, None, connection)
        return clear


def details_of(customer_ids: Collection[int]) -> dict[int, list[Detail]]:
    """What is kept of each of these customers, merged or not, besides the name: one query."""
    found: dict[int, list[Detail]] = {customer_id: [] for customer_id in customer_ids}
    if found:
        with connection.cursor() as cursor:
            cursor.execute(DETAILS, {"ids": list(found)})
            for detail in (Detail(*row) for row in cursor.fetchall()):
                found[detail.customer_id].append(detail)
    return found


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
    """Masked cards of whoever stands for each id, in order of the ids, two queries for all. Raises NotVisible."""
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
    named = Customer.objects.filter(pk=customer_id).exclude(name_label="").exists()
    kinds = [DatumKind.NAME] * named + [DatumKind(detail.kind) for detail in details_of([customer_id])[customer_id]]
    return list(Counter(str(kind.label) for kind in kinds).items())


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
    families: dict[int, list[Customer]] = {}
    for row in rows.order_by("-id"):
        families.setdefault(row.head_or_self_id, []).append(row)
    kept = details_of([row.pk for members in families.values() for row in members])
    cards = [_card(_head_first(members), kept, with_contacts) for members in families.values()]
    return sorted(cards, key=lambda card: -card.id)


def _head_first(members: list[Customer]) -> list[Customer]:
    return sorted(members, key=lambda row: (row.head_id is not None, row.pk))


def _card(members: list[Customer], kept: Mapping[int, list[Detail]], with_contacts: bool) -> CustomerCard:
    head, details = members[0], [detail for row in members for detail in kept[row.pk]]
    named = next((row for row in members if row.name_label), head)
    regions = [detail.region for detail in details if detail.region]
    return CustomerCard(
        id=head.pk,
        kind=head.kind,
        name=named.label,
        regions=tuple(dict.fromkeys(regions)),
        fields=_fields(named, details) if with_contacts else (),
        registered_at=min(row.registered_at for row in members),
        member_ids=tuple(row.pk for row in members),
    )


def _fields(named: Customer, details: list[Detail]) -> tuple[MaskedField, ...]:
    found = [MaskedField(str(CardField(DatumKind.NAME)), DatumKind.NAME, named.label)] if named.name else []
    for row in details:
        kind = DatumKind(row.kind)
        masked = mask(kind, row.value)
        found.append(MaskedField(str(CardField(kind, row.pk)), kind, masked, row.identifies))
    return tuple(sorted(found, key=lambda field: _by_kind_and_id(CardField.parse(field.field))))


def _by_kind_and_id(field: CardField) -> tuple[int, int]:
    return list(DatumKind).index(field.kind), field.id or 0
