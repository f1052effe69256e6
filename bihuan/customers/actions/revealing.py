"""Clear values for a person who has a purpose and a case; every look is journalled."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.clearance.actions import count_look
from bihuan.clearance.models import LookKind
from bihuan.clearance.queries import require_open_vault
from bihuan.customers.access import CustomerPermission, access_customer
from bihuan.customers.events import CustomerLookedAt, CustomerRevealed
from bihuan.customers.kinds import IDENTITIES, CardField, DatumKind, RevealPurpose
from bihuan.customers.masking import ERASED, mask
from bihuan.customers.models import (
    Customer,
    CustomerAddress,
    CustomerEmail,
    CustomerIdentity,
    CustomerPhone,
    PersonalDatum,
)
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotVisible
from bihuan.journal import actions as journal
from bihuan.language.references import REFERENCE, referred_ids

SHOWN_FOR = timedelta(minutes=5)
Details = type[CustomerPhone] | type[CustomerEmail] | type[CustomerAddress] | type[CustomerIdentity]
DETAILS: dict[DatumKind, Details] = {
    DatumKind.PHONE: CustomerPhone,
    DatumKind.EMAIL: CustomerEmail,
    DatumKind.ADDRESS: CustomerAddress,
    **dict.fromkeys(IDENTITIES, CustomerIdentity),
}


class PurposeMissing(Invalid):
    code = "purpose_missing"
    sentence = _("请选择查看客户信息的用途。")
    rule = _("客户信息只在有明确用途时查看（个人信息保护法第六条）")


class CaseMissing(Invalid):
    code = "case_missing"
    sentence = _("请从一个工单里查看客户信息。")
    rule = _("每次查看都要对应一个工单")


@dataclass(frozen=True, slots=True)
class Revealed:
    """A clear value, until when it may stand on a screen, and the mark to lay over it."""

    value: str
    expires_at: datetime
    watermark: str


@transaction.atomic
def reveal_field(
    *, actor: Actor, customer_id: int, field: str, purpose: str, case_id: int | None, at: datetime
) -> Revealed:
    """The clear value of a field of the card (``name``, ``phone:12`` …) for a purpose, within a case.

    The caller has checked that the actor sees the case and that it is this customer's.
    Raises PurposeMissing, CaseMissing, UndertakingNeeded, VaultIsPaused, RevealTooFast, NotVisible, NotAllowed.
    """
    customer = _enter(actor, customer_id, at)
    checked_case = _require_reason(purpose, case_id)
    value = _clear_value(customer, CardField.parse(field))
    count_look(actor=actor, kind=LookKind.REVEAL, customer_id=customer.pk, is_decoy=customer.is_decoy, at=at)
    entry = CustomerRevealed(customer_id=customer.pk, field=field, purpose=purpose, case_id=checked_case)
    journal.write(actor, entry, at=at)
    return _revealed(actor, value, at)


@transaction.atomic
def reveal_text(
    *, actor: Actor, customer_id: int, text: str, purpose: str, case_id: int | None, at: datetime
) -> Revealed:
    """A text with the lifted values of this customer in clear; values of others stay masked.

    Raises PurposeMissing, CaseMissing, UndertakingNeeded, VaultIsPaused, RevealTooFast, NotVisible, NotAllowed.
    """
    customer = _enter(actor, customer_id, at)
    checked_case = _require_reason(purpose, case_id)
    data = {datum.pk: datum for datum in PersonalDatum.objects.filter(pk__in=referred_ids([text]))}
    family = set(Customer.objects.family_of(customer.pk).values_list("pk", flat=True))
    own = sorted(datum.pk for datum in data.values() if datum.customer_id in family)
    value = REFERENCE.sub(lambda found: _shown(data.get(int(found.group(1))), family), text)
    if own:
        count_look(actor=actor, kind=LookKind.REVEAL, customer_id=customer.pk, is_decoy=customer.is_decoy, at=at)
        field = "data:" + ",".join(map(str, own))
        entry = CustomerRevealed(customer_id=customer.pk, field=field, purpose=purpose, case_id=checked_case)
        journal.write(actor, entry, at=at)
    return _revealed(actor, value, at)


@transaction.atomic
def record_look(*, actor: Actor, customer_id: int, case_id: int | None, at: datetime) -> None:
    """Note that somebody opened the masked card. Raises NotVisible, NotAllowed."""
    customer = access_customer(actor, customer_id, to=CustomerPermission.SEE)
    journal.write(actor, CustomerLookedAt(customer_id=customer.pk, case_id=case_id), at=at)


@transaction.atomic
def open_file(*, actor: Actor, customer_id: int, at: datetime) -> None:
    """Somebody opens the whole file: it counts, and too many stop the person.

    Raises UndertakingNeeded, VaultIsPaused, NotVisible, NotAllowed.
    """
    customer = access_customer(actor, customer_id, to=CustomerPermission.SEE_CONTACTS)
    require_open_vault(actor, at)
    count_look(actor=actor, kind=LookKind.FILE, customer_id=customer.head_or_self_id, is_decoy=customer.is_decoy, at=at)
    journal.write(actor, CustomerLookedAt(customer_id=customer.pk, case_id=None), at=at)


def _enter(actor: Actor, customer_id: int, at: datetime) -> Customer:
    customer = access_customer(actor, customer_id, to=CustomerPermission.REVEAL)
    require_open_vault(actor, at)
    return customer


def _require_reason(purpose: str, case_id: int | None) -> int:
    if purpose not in RevealPurpose.values:
        raise PurposeMissing(field="purpose")
    if case_id is None:
        raise CaseMissing(field="case")
    return case_id


def _clear_value(customer: Customer, field: CardField) -> str:
    """Raises NotVisible when the field belongs to nobody of the customer's family."""
    family = Customer.objects.family_of(customer.pk)
    if field.id is None:
        names: list[str] = [row.name for row in family.order_by(F("head").asc(nulls_first=True), "id") if row.name]
        return names[0] if names else ""
    row = DETAILS[field.kind].objects.filter(pk=field.id, customer__in=family).first()
    if row is None or (field.kind in IDENTITIES and getattr(row, "kind", "") != field.kind):
        raise NotVisible()
    value: str = row.value
    return value


def _shown(datum: PersonalDatum | None, family: Collection[int]) -> str:
    if datum is None:
        return ERASED
    value: str = datum.value
    return value if datum.customer_id in family else mask(datum.kind, value)


def _revealed(actor: Actor, value: str, at: datetime) -> Revealed:
    watermark = f"{actor.name} {timezone.localtime(at):%Y-%m-%d %H:%M}"
    return Revealed(value=value, expires_at=at + SHOWN_FOR, watermark=watermark)
