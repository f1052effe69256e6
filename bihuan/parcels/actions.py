"""The writes about parcels: register a waybill, store what happened to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import transaction

from bihuan.carriers.numbers import Carrier, WaybillNumberInvalid, WaybillNumberScientific, recognize
from bihuan.carriers.scans import Scan
from bihuan.crypto.blind_index import digest
from bihuan.customers import actions as customers
from bihuan.customers import queries as customer_queries
from bihuan.foundation.actor import Actor
from bihuan.journal import actions as journal
from bihuan.parcels.access import access_waybill, require_keeper
from bihuan.parcels.events import WaybillRegistered, WaybillScanned
from bihuan.parcels.journeys import STORY_OF, Story, tell
from bihuan.parcels.models import TrackingEvent, Waybill
from bihuan.parcels.names import mask_all, mask_names
from bihuan.parcels.reading import Rules, in_order, read_journey
from bihuan.parcels.states import hub_of, state_of

__all__ = [
    "Recorded",
    "WaybillDraft",
    "WaybillNumberInvalid",
    "WaybillNumberScientific",
    "record_scans",
    "register_waybill",
    "simulate_parcels",
    "tail_digest",
]

TEXT_LENGTH, PLACE_LENGTH, RAW_LENGTH = 400, 80, 24
TAIL = 4


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


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a delivery of scans."""

    waybill: Waybill
    added: int
    troubles: tuple[str, ...]


def tail_digest(number: str, tail: str) -> bytes:
    """The keyed hash of a waybill and four digits; the number in it keeps equal tails apart."""
    return digest(f"{number}|{tail}", "waybill.phone_tail")


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


@transaction.atomic
def record_scans(*, actor: Actor, number: str, scans: Sequence[Scan], source: str, at: datetime) -> Recorded:
    """Store scans that are not stored yet, whenever and in whatever order they come; state and hub follow.

    Personal data in their words is lifted or masked before anything is stored. Raises NotAllowed, NotVisible.
    """
    waybill = access_waybill(actor, number)
    stored = list(waybill.scans.order_by("at", "id"))
    present = [row.scan for row in stored]
    known = {scan.identity for scan in present}
    fresh = [scan for scan in in_order([_fitted(scan) for scan in scans]) if scan.identity not in known]
    clean = _without_personal_data(actor, waybill, fresh, at)
    TrackingEvent.objects.bulk_create(
        TrackingEvent(
            waybill=waybill,
            at=scan.at,
            code=scan.code,
            place=scan.place,
            text=scan.text,
            raw_code=scan.raw_code,
            source=source,
            received_at=at,
        )
        for scan in clean
    )
    return _follow(actor, waybill, present, clean, source, at)


def simulate_parcels(*, actor: Actor, told: Mapping[str, str], seed: int, at: datetime) -> int:
    """Play a journey for each number; ``told`` says what went wrong by number (a category, or a story).

    A number that has a journey keeps it. Returns how many scans were stored.
    """
    dice, added = Random(seed), 0
    for number, what in told.items():
        story = STORY_OF.get(what) or (Story(what) if what in set(Story) else Story.NORMAL)
        journey = tell(story, dice, at)
        draft = WaybillDraft(
            number=number,
            origin=journey.origin,
            destination=journey.destination,
            promised_at=journey.promised_at,
        )
        waybill = register_waybill(actor=actor, draft=draft, at=at)
        if waybill.last_scan_at is None:
            scans = journey.scans
            added += record_scans(actor=actor, number=waybill.number, scans=scans, source="SIMULATOR", at=at).added
    return added


def _follow(
    actor: Actor, waybill: Waybill, present: list[Scan], added: list[Scan], source: str, at: datetime
) -> Recorded:
    """The waybill after its new scans."""
    journey = in_order([*present, *added])
    before, waybill.state = waybill.state, state_of(journey)
    waybill.hub = hub_of(journey)
    waybill.last_scan_at = journey[-1].at if journey else None
    waybill.asked_at = at
    waybill.save(update_fields=["state", "hub", "last_scan_at", "asked_at"])
    if not added:
        return Recorded(waybill, 0, ())
    promised_at, rules = waybill.promised_at, Rules()
    known = {finding.trouble for finding in read_journey(present, at=at, promised_at=promised_at, rules=rules)}
    found = [finding.trouble for finding in read_journey(journey, at=at, promised_at=promised_at, rules=rules)]
    troubles = tuple(dict.fromkeys(str(trouble) for trouble in found if trouble not in known))
    scanned = WaybillScanned(
        waybill_id=waybill.pk, added=len(added), source=source, before=before, after=waybill.state, troubles=troubles
    )
    journal.write(actor, scanned, at=at)
    return Recorded(waybill, len(added), troubles)


def _fitted(scan: Scan) -> Scan:
    """A scan as long as its row: a carrier's lengths are not ours."""
    return Scan(
        scan.at,
        scan.code,
        mask_all(" ".join(scan.place.split()))[:PLACE_LENGTH],
        " ".join(scan.text.split())[:TEXT_LENGTH],
        scan.raw_code[:RAW_LENGTH],
    )


def _without_personal_data(actor: Actor, waybill: Waybill, scans: list[Scan], at: datetime) -> list[Scan]:
    texts = [mask_names(scan.text) for scan in scans]
    lifted = customers.lift_personal_data_many(actor=actor, customer_id=waybill.customer_id, texts=texts, at=at)
    return [Scan(scan.at, scan.code, scan.place, text, scan.raw_code) for scan, text in zip(scans, lifted, strict=True)]
