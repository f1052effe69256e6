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


@entry("privacy.record_written", subject="processing_activity", subject_field="activity_id")
@dataclass(frozen=True, kw_only=True)
class ProcessingRecordWritten:
    activity_id: int
    version: int
    changed: tuple[str, ...]


@entry("privacy.activity_ended", subject="processing_activity", subject_field="activity_id")
@dataclass(frozen=True, kw_only=True)
class ProcessingActivityEnded:
    activity_id: int


@entry("privacy.records_exported", subject="export")
@dataclass(frozen=True, kw_only=True)
class ProcessingRecordsExported:
    export_id: int
    state: str
    rows: int


@entry("privacy.records_fetched", subject="export")
@dataclass(frozen=True, kw_only=True)
class ProcessingRecordsFetched:
    export_id: int
