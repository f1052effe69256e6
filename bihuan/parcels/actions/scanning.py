"""Storing what happened to a parcel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bihuan.carriers.scans import Scan
from bihuan.customers import actions as customers
from bihuan.foundation.actor import Actor
from bihuan.journal import actions as journal
from bihuan.parcels.access import access_waybill
from bihuan.parcels.events import WaybillScanned
from bihuan.parcels.models import TrackingEvent, Waybill
from bihuan.parcels.names import mask_all, mask_names
from bihuan.parcels.reading import Rules, in_order, read_journey
from bihuan.parcels.states import hub_of, state_of

TEXT_LENGTH, PLACE_LENGTH, RAW_LENGTH = 400, 80, 24


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a delivery of scans."""

    waybill: Waybill
    added: int
    troubles: tuple[str, ...]


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
