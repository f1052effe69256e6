"""What a customer said yes and no to; the record of processing."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from bihuan.customers.models import Customer
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible
from bihuan.privacy.access import may_write_records, require_record_reader
from bihuan.privacy.models import Consent, ProcessingRecord, Purpose

__all__ = [
    "RECORD_EXPORT",
    "ConsentLine",
    "has_consent",
    "latest_records",
    "list_consents",
    "list_records",
    "may_write_records",
    "record_versions",
]

RECORD_EXPORT = "privacy.records"


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One purpose and the latest answer; ``is_given`` is None before the first."""

    purpose: str
    label: str
    is_given: bool | None
    notice_version: str
    said_at: datetime | None


def list_consents(customer_id: int) -> list[ConsentLine]:
    """Every purpose with what was said last by anybody of the family; one query. The caller speaks for the customer."""
    rows = Consent.objects.filter(customer__in=Customer.objects.family_of(customer_id).values("pk"))
    latest = {row.purpose: row for row in rows.order_by("purpose", "-id").distinct("purpose")}
    return [_line(purpose, latest.get(purpose)) for purpose in Purpose]


def has_consent(customer_id: int, purpose: str) -> bool:
    """True when the latest answer is yes; silence is no."""
    return any(line.is_given for line in list_consents(customer_id) if line.purpose == purpose)


def _line(purpose: Purpose, row: Consent | None) -> ConsentLine:
    return ConsentLine(
        purpose=purpose,
        label=str(purpose.label),
        is_given=row.is_given if row else None,
        notice_version=row.notice_version if row else "",
        said_at=row.said_at if row else None,
    )


def latest_records() -> "QuerySet[ProcessingRecord]":
    """The latest version of each activity, ended ones last; for a caller who has asked who may read them."""
    newest = ProcessingRecord.objects.order_by("activity", "-version").distinct("activity").values("pk")
    rows = ProcessingRecord.objects.filter(pk__in=newest).select_related("activity", "written_by")
    return rows.order_by("activity__ended_at", "activity_id")


def list_records(actor: Actor) -> list[ProcessingRecord]:
    """The record of processing as it stands. Raises NotAllowed."""
    require_record_reader(actor)
    return list(latest_records())


def record_versions(actor: Actor, activity_id: int) -> list[ProcessingRecord]:
    """Every version of one activity, the newest first. Raises NotVisible, NotAllowed."""
    require_record_reader(actor)
    rows = ProcessingRecord.objects.filter(activity_id=activity_id).select_related("activity", "written_by")
    versions = list(rows.order_by("-version"))
    if not versions:
        raise NotVisible()
    return versions
