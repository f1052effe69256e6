"""Clear values for a person who has a purpose and a case; every look is journalled."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.customers.access import CustomerPermission, access_customer
from bihuan.customers.events import CustomerLookedAt, CustomerRevealed
from bihuan.customers.fields import CardField
from bihuan.customers.kinds import DatumKind, RevealPurpose
from bihuan.customers.masking import ERASED, mask
from bihuan.customers.models import Customer, CustomerAddress, CustomerEmail, CustomerPhone, PersonalDatum
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotVisible
from bihuan.journal import actions as journal
from bihuan.language.references import REFERENCE, referred_ids

SHOWN_FOR = timedelta(minutes=5)
DETAILS: dict[DatumKind, type[CustomerPhone] | type[CustomerEmail] | type[CustomerAddress]] = {
    DatumKind.PHONE: CustomerPhone,
    DatumKind.EMAIL: CustomerEmail,
    DatumKind.ADDRESS: CustomerAddress,
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
    Raises PurposeMissing, CaseMissing, NotVisible, NotAllowed.
    """
    customer = access_customer(actor, customer_id, to=CustomerPermission.REVEAL)
    checked_case = _require_reason(purpose, case_id)
    value = _clear_value(customer, CardField.parse(field))
    entry = CustomerRevealed(customer_id=customer.pk, field=field, purpose=purpose, case_id=checked_case)
    journal.write(actor, entry, at=at)
    return _revealed(actor, value, at)


@transaction.atomic
def reveal_text(
    *, actor: Actor, customer_id: int, text: str, purpose: str, case_id: int | None, at: datetime
) -> Revealed:
    """A text with the lifted values of this customer in clear; values of others stay masked.

    Raises PurposeMissing, CaseMissing, NotVisible, NotAllowed.
    """
    customer = access_customer(actor, customer_id, to=CustomerPermission.REVEAL)
    checked_case = _require_reason(purpose, case_id)
    data = {datum.pk: datum for datum in PersonalDatum.objects.filter(pk__in=referred_ids([text]))}
    own = sorted(datum.pk for datum in data.values() if datum.customer_id == customer.pk)
    value = REFERENCE.sub(lambda found: _shown(data.get(int(found.group(1))), customer), text)
    if own:
        field = "data:" + ",".join(map(str, own))
        entry = CustomerRevealed(customer_id=customer.pk, field=field, purpose=purpose, case_id=checked_case)
        journal.write(actor, entry, at=at)
    return _revealed(actor, value, at)


@transaction.atomic
def record_look(*, actor: Actor, customer_id: int, case_id: int | None, at: datetime) -> None:
    """Note that somebody opened the masked card. Raises NotVisible, NotAllowed."""
    customer = access_customer(actor, customer_id, to=CustomerPermission.SEE)
    journal.write(actor, CustomerLookedAt(customer_id=customer.pk, case_id=case_id), at=at)


def _require_reason(purpose: str, case_id: int | None) -> int:
    if purpose not in RevealPurpose.values:
        raise PurposeMissing(field="purpose")
    if case_id is None:
        raise CaseMissing(field="case")
    return case_id


def _clear_value(customer: Customer, field: CardField) -> str:
    """Raises NotVisible when the field is not the customer's."""
    value: str = customer.name
    if field.id is not None:
        row = DETAILS[field.kind].objects.filter(pk=field.id, customer=customer).first()
        if row is None:
            raise NotVisible()
        value = row.value
    return value


def _shown(datum: PersonalDatum | None, customer: Customer) -> str:
    if datum is None:
        return ERASED
    value: str = datum.value
    return value if datum.customer_id == customer.pk else mask(datum.kind, value)


def _revealed(actor: Actor, value: str, at: datetime) -> Revealed:
    watermark = f"{actor.name} {timezone.localtime(at):%Y-%m-%d %H:%M}"
    return Revealed(value=value, expires_at=at + SHOWN_FOR, watermark=watermark)
