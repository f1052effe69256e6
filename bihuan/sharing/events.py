"""What is agreed, shared and refused: ids, codes and counts, never a value."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("sharing.agreement_drafted", subject="agreement")
@dataclass(frozen=True, kw_only=True)
class AgreementDrafted:
    agreement_id: int
    purpose: str
    fields: tuple[str, ...]
    until: str


@entry("sharing.agreement_approved", subject="agreement")
@dataclass(frozen=True, kw_only=True)
class AgreementApproved:
    agreement_id: int


@entry("sharing.agreement_ended", subject="agreement")
@dataclass(frozen=True, kw_only=True)
class AgreementEnded:
    agreement_id: int


@entry("sharing.shared", subject="agreement")
@dataclass(frozen=True, kw_only=True)
class CustomersShared:
    agreement_id: int
    share_id: int
    export_id: int
    fields: tuple[str, ...]
    customers: int


@entry("sharing.refused", subject="agreement")
@dataclass(frozen=True, kw_only=True)
class ShareOutsideRefused:
    """Somebody tried to share outside the agreement; ``reason`` is the code of the refusal."""

    agreement_id: int
    share_id: int
    reason: str
    purpose: str
    fields: tuple[str, ...]


@entry("sharing.file_written", subject="export")
@dataclass(frozen=True, kw_only=True)
class ShareFileWritten:
    export_id: int
    state: str
    rows: int


@entry("sharing.file_fetched", subject="export")
@dataclass(frozen=True, kw_only=True)
class ShareFileFetched:
    """The file left the house."""

    export_id: int
    rows: int
