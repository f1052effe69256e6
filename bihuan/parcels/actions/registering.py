"""Registering a waybill."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bihuan.carriers.numbers import Carrier, recognize
from bihuan.customers import actions as customers
from bihuan.customers import queries as customer_queries
from bihuan.foundation.actor import Actor
from bihuan.journal import actions as journal
from bihuan.parcels.access import require_keeper
from bihuan.parcels.events import WaybillRegistered
from bihuan.parcels.models import Waybill
from bihuan.parcels.tails import TAIL, tail_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class WaybillDraft:
    """A waybill as an order, a carrier or the demo tells it; the clear name and phone go to the vault."""

    number: str
    carrier: Carrier | None = None
    recipient_name: str = ""
    recipient_phone: str = ""
    origin: str = ""
    destination: str = ""
    weight_grams: int | None = None
    insured_fen: int = 0
    promised_at: datetime | None = None


@transaction.atomic
def register_waybill(*, actor: Actor, draft: WaybillDraft, at: datetime) -> Waybill:
    """Store a waybill, or return the one that has this number already.

    Raises NotAllowed, WaybillNumberInvalid, WaybillNumberScientific.
    """
    require_keeper(actor)
    found = recognize(draft.number)
    known = Waybill.objects.filter(number=found.number).first()
    if known is not None:
        return known
    customer = customers.find_or_register_customer(
        actor=actor, name=draft.recipient_name, phone=draft.recipient_phone, email="", at=at
    )
    digits = "".join(filter(str.isdigit, draft.recipient_phone))
    waybill, is_new = Waybill.objects.get_or_create(
        number=found.number,
        defaults={
            "carrier": draft.carrier or found.carrier,
            "customer_id": customer.pk if customer else None,
            "recipient_label": customer_queries.masked_label(customer.pk if customer else None),
            "phone_tail": tail_digest(found.number, digits[-TAIL:]) if len(digits) >= TAIL else None,
            "origin": draft.origin,
            "destination": draft.destination,
            "weight_grams": draft.weight_grams,
            "insured_fen": draft.insured_fen,
            "promised_at": draft.promised_at,
            "registered_at": at,
        },
    )
    if is_new:
        journal.write(actor, WaybillRegistered(waybill_id=waybill.pk, carrier=waybill.carrier), at=at)
    return waybill
