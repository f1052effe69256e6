"""What happens to incidents."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("incident.opened", subject="incident")
@dataclass(frozen=True, kw_only=True)
class IncidentOpened:
    incident_id: int
    kind: str
    hub: str
    waybills: int


@entry("incident.cases_linked", subject="incident")
@dataclass(frozen=True, kw_only=True)
class CasesLinked:
    incident_id: int
    case_ids: tuple[int, ...]


@entry("incident.customers_told", subject="incident")
@dataclass(frozen=True, kw_only=True)
class CustomersTold:
    incident_id: int
    cases: int


@entry("incident.answered", subject="incident")
@dataclass(frozen=True, kw_only=True)
class IncidentAnswered:
    """One answer went to the cases; ``refused`` kept their own state, with the reason on the link."""

    incident_id: int
    answered: int
    refused: int


@entry("incident.case_released", subject="incident")
@dataclass(frozen=True, kw_only=True)
class CaseReleased:
    """A case goes its own way."""

    incident_id: int
    case_id: int
    reason: str


@entry("incident.closed", subject="incident")
@dataclass(frozen=True, kw_only=True)
class IncidentClosed:
    incident_id: int
    cases: int
