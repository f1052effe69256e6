"""What a customer said yes and no to."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.customers.models import Customer
from bihuan.privacy.models import Consent, Purpose

__all__ = ["ConsentLine", "has_consent", "list_consents"]


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
