"""Reads of parcels: one waybill with its journey and what it shows, and parcels stuck at one hub."""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from bihuan.carriers.numbers import normalize, recognize
from bihuan.carriers.queries import may_be_asked
from bihuan.carriers.scans import Scan
from bihuan.customers.queries import render_masked_many
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible
from bihuan.parcels.hints import hints_for
from bihuan.parcels.models import Inquiry, TrackingEvent, Waybill
from bihuan.parcels.reading import Finding, Rules, Trouble, in_order, read_journey
from bihuan.parcels.states import ParcelState
from bihuan.parcels.tails import tail_digest

__all__ = [
    "HubJam",
    "Inquiry",
    "Parcel",
    "ParcelState",
    "ScanRow",
    "Trouble",
    "evidence_of",
    "find_inquiry",
    "find_parcel",
    "get_scan",
    "is_tail_of",
    "jammed_hubs",
    "normalize",
    "recognize",
    "stuck_waybills",
]

STATIONARY = (ParcelState.MOVING, ParcelState.STOPPED)


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One scan as people read it; ``finding`` when it shows that something went wrong."""

    id: int
    at: datetime
    code: str
    label: str
    place: str
    text: str
    source: str
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A waybill with its journey, newest scan first, and the candidates for what went wrong."""

    id: int
    number: str
    carrier_code: str
    carrier: str
    state: str
    state_label: str
    origin: str
    destination: str
    recipient_label: str
    promised_at: datetime | None
    asked_at: datetime | None
    scans: tuple[ScanRow, ...]
    findings: tuple[Finding, ...]

    @property
    def category(self) -> str:
        """The category the gravest finding proposes; empty when nothing is wrong."""
        return self.findings[0].category if self.findings else ""

    @property
    def marks(self) -> tuple[Finding, ...]:
        """Findings that no scan shows: silence and broken promises."""
        return tuple(finding for finding in self.findings if finding.scan is None)


def find_parcel(*, number: str, at: datetime) -> Parcel | None:
    """What is stored of a waybill, whoever asks: nothing in it names a person but the masked recipient.

    Raises WaybillNumberInvalid, WaybillNumberScientific.
    """
    waybill = Waybill.objects.filter(number=normalize(number)).first()
    return _parcel(waybill, at) if waybill else None


def find_inquiry(*, number: str, carrier: str = "") -> Inquiry | None:
    """How the last question to the carriers about a number went, unsaved when there was none; None when nobody can be
    asked. Raises WaybillNumberInvalid, WaybillNumberScientific.
    """
    normal = normalize(number)
    if not may_be_asked(hints_for(normal, carrier)):
        return None
    return Inquiry.objects.filter(number=normal).first() or Inquiry(number=normal)


def _parcel(waybill: Waybill, at: datetime) -> Parcel:
    rows = list(waybill.scans.order_by("at", "id"))
    journey = in_order([row.scan for row in rows])
    findings = read_journey(journey, at=at, promised_at=waybill.promised_at, rules=Rules())
    return Parcel(
        id=waybill.pk,
        number=waybill.number,
        carrier_code=waybill.carrier,
        carrier=waybill.get_carrier_display(),
        state=waybill.state,
        state_label=waybill.get_state_display(),
        origin=waybill.origin,
        destination=waybill.destination,
        recipient_label=waybill.recipient_label,
        promised_at=waybill.promised_at,
        asked_at=waybill.asked_at,
        scans=tuple(_rows(rows, findings)),
        findings=tuple(findings),
    )


def _rows(rows: Sequence[TrackingEvent], findings: Sequence[Finding]) -> list[ScanRow]:
    shown: dict[Scan, Finding] = {}
    for finding in findings:
        if finding.scan is not None:
            shown.setdefault(finding.scan, finding)
    texts = render_masked_many([row.text for row in rows])
    lines = [
        ScanRow(
            id=row.pk,
            at=row.at,
            code=row.code,
            label=row.get_code_display(),
            place=row.place,
            text=text,
            source=row.get_source_display(),
            finding=shown.get(row.scan),
        )
        for row, text in zip(rows, texts, strict=True)
    ]
    return lines[::-1]


def is_tail_of(*, number: str, tail: str) -> bool:
    """True when these are the last four digits of the recipient's phone."""
    stored = Waybill.objects.filter(number=number).values_list("phone_tail", flat=True).first()
    return stored is not None and hmac.compare_digest(bytes(stored), tail_digest(number, tail))


def get_scan(*, actor: Actor, number: str, scan_id: int) -> TrackingEvent:
    """One scan of a waybill the actor may see. Raises NotVisible."""
    scans = TrackingEvent.objects.filter(waybill__in=Waybill.objects.visible_to(actor), waybill__number=number)
    found = scans.filter(pk=scan_id).select_related("waybill").first()
    if found is None:
        raise NotVisible()
    return found


def evidence_of(row: TrackingEvent) -> bytes:
    """A scan as it is stored, in one canonical form whose hash proves it: JSON with sorted keys."""
    facts = {
        "waybill": row.waybill.number,
        "at": row.at.isoformat(),
        "code": row.code,
        "place": row.place,
        "text": row.text,
        "raw_code": row.raw_code,
        "source": row.source,
        "received_at": row.received_at.isoformat(),
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, indent=1).encode()


@dataclass(frozen=True, slots=True)
class HubJam:
    """A place where more parcels stand still than usual."""

    hub: str
    waybills: int
    since: datetime


def jammed_hubs(*, at: datetime, still_for: timedelta, at_least: int) -> list[HubJam]:
    """Places at which many moving parcels have had no scan for a while, the fullest first."""
    still = Waybill.objects.filter(state__in=STATIONARY, last_scan_at__lte=at - still_for).exclude(hub="")
    rows = still.values("hub").annotate(waybills=Count("id"), since=Min("last_scan_at")).filter(waybills__gte=at_least)
    return [HubJam(row["hub"], row["waybills"], row["since"]) for row in rows.order_by("-waybills", "hub")[:50]]


def stuck_waybills(*, hub: str, at: datetime, still_for: timedelta, limit: int = 20_000) -> list[str]:
    """Numbers of the waybills that stand still at a place."""
    still = Waybill.objects.filter(hub=hub, state__in=STATIONARY, last_scan_at__lte=at - still_for)
    return list(still.order_by("id").values_list("number", flat=True)[:limit])
