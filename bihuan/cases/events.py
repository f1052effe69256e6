"""What happens to a case. Ids and scalars only; nothing here names a customer."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("case.opened", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseOpened:
    case_id: int
    number: str
    kind: str
    category: str
    priority: int
    channel: str
    message_id: int | None


@entry("case.message_received", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseMessageReceived:
    case_id: int
    message_id: int
    channel: str


@entry("case.replied", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseReplied:
    case_id: int
    message_id: int


@entry("case.noted", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseNoted:
    case_id: int
    message_id: int


@entry("case.claimed", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseClaimed:
    case_id: int
    before: int | None
    after: int


@entry("case.assigned", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseAssigned:
    case_id: int
    before: int | None
    after: int
    reason: str


@entry("case.advanced", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseAdvanced:
    """A verb of the process table was done."""

    case_id: int
    verb: str
    before: str
    after: str
    round: int
    message_id: int | None = None


@entry("case.reprioritized", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseReprioritized:
    case_id: int
    before: int
    after: int
    impact: str
    urgency: str


@entry("case.handed_over", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseHandedOver:
    case_id: int
    handoff_id: int
    department_id: int


@entry("case.handoff_accepted", subject="case")
@dataclass(frozen=True, kw_only=True)
class HandoffAccepted:
    case_id: int
    handoff_id: int
    department_id: int


@entry("case.handoff_returned", subject="case")
@dataclass(frozen=True, kw_only=True)
class HandoffReturned:
    case_id: int
    handoff_id: int
    department_id: int
    reason: str
    returns: int


@entry("case.found", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseFound:
    case_id: int
    handoff_id: int | None
    cause: str
    cause_stage: str


@entry("case.evidence_added", subject="case")
@dataclass(frozen=True, kw_only=True)
class EvidenceAdded:
    case_id: int
    evidence_id: int
    sha256: str


@entry("case.called_back", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseCalledBack:
    case_id: int
    callback_id: int
    result: str
    round: int


@entry("case.escalated", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseEscalated:
    """The customer was not satisfied: the case is handled one level higher."""

    case_id: int
    before: int
    after: int
    round: int


@entry("case.attention_raised", subject="case")
@dataclass(frozen=True, kw_only=True)
class AttentionRaised:
    """A promise is at risk or late: leader, region or headquarters must look."""

    case_id: int
    promise_id: int
    step: str


@entry("case.closed", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseClosed:
    case_id: int
    kind: str
    category: str
    cause: str
    level: int
    rounds: int
    owner_id: int | None


@entry("case.rated", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseRated:
    case_id: int
    rating: int


@entry("case.urged", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseUrged:
    """The customer asked to hurry."""

    case_id: int


@entry("case.archived", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseArchived:
    case_id: int
    sha256: str


@entry("case.follow_code_issued", subject="case")
@dataclass(frozen=True, kw_only=True)
class FollowCodeIssued:
    case_id: int


@entry("case.followed", subject="case")
@dataclass(frozen=True, kw_only=True)
class CaseFollowed:
    """The customer proved that the case is theirs and looked at it."""

    case_id: int


@entry("cases.exported", subject="export")
@dataclass(frozen=True, kw_only=True)
class CasesExported:
    export_id: int
    state: str
    rows: int
    format: str
    columns: tuple[str, ...]
    narrowed_by: tuple[str, ...]


@entry("cases.export_fetched", subject="export")
@dataclass(frozen=True, kw_only=True)
class CasesExportFetched:
    export_id: int
    rows: int
    format: str


@entry("cases.customer_label_removed", subject="customer")
@dataclass(frozen=True, kw_only=True)
class CustomerLabelRemoved:
    """The customer was erased: the cases stay and no longer say whose they are."""

    customer_id: int
    case_ids: tuple[int, ...]
