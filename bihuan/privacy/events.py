"""What happens to a customer's data, in the journal: ids and choices, never a value."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("privacy.consent_recorded", subject="customer")
@dataclass(frozen=True, kw_only=True)
class ConsentRecorded:
    customer_id: int
    purpose: str
    is_given: bool
    notice_version: str
    channel: str
