"""The shapes of the API. Personal data is masked in every answer."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from bihuan.cases.models import State

Kind = Literal["CONSULTATION", "COMPLAINT", "SUGGESTION"]
Weight = Literal["HIGH", "MEDIUM", "LOW"]
# PostgreSQL text cannot hold NUL
Text = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
Line = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]*$")]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
# the same moment always reads the same, wherever it was computed
Moment = Annotated[datetime, AfterValidator(lambda moment: moment.astimezone(UTC))]


class Answer(BaseModel):
    """What the API says. Made here and checked once: ninja's own base wraps each row in a reader of Django objects."""

    model_config = ConfigDict(from_attributes=True)


class Problem(Answer):
    """Every error: a stable code, a sentence for people, the field when one is meant."""

    code: str
    message: str
    field: str | None = None
    rule: str = ""
    next_step: str = ""


# what every operation may answer instead of its result
REFUSED = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem}


class CaseIn(Schema):
    kind: Kind
    category: Line
    matter: Text
    title: Line = ""
    expected: Text = ""
    happened_when: Line = ""
    happened_where: Line = ""
    involved: Line = ""
    waybill: Annotated[str, StringConstraints(max_length=32, pattern=r"^[^\x00]*$")] = ""
    region: Annotated[str, StringConstraints(max_length=12, pattern=r"^[^\x00]*$")] = ""
    impact: Weight | None = None
    urgency: Weight = "MEDIUM"
    customer_name: Line = ""
    customer_phone: Annotated[str, StringConstraints(max_length=24, pattern=r"^[^\x00]*$")] = ""
    customer_email: Line = ""
    attachments: list[Line] = Field(default_factory=list, max_length=9)


class CaseOut(Answer):
    number: str
    kind: str
    state: str
    category: str
    title: str
    priority: int
    priority_reason: str
    expected: str
    waybill: str
    customer: str
    channel: str
    team: str
    owner: str | None
    level: int
    round: int
    cause: str
    rating: int | None
    opened_at: Moment
    closed_at: Moment | None
    next_due_at: Moment | None
    verbs: list[str]


class CasePage(Answer):
    items: list[CaseOut]
    next: str | None = None


class Narrowing(Schema):
    """What a list is narrowed to; empty means all."""

    kind: Kind | None = None
    state: State | None = None
    category: Line = ""
    priority: Annotated[int | None, Field(ge=1, le=4)] = None
    waybill: Line = ""
    is_open: bool | None = None


class ListIn(Narrowing):
    """What a list is narrowed to, and where it goes on."""

    after: Annotated[str | None, StringConstraints(max_length=200)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class EventOut(Answer):
    at: Moment
    code: str
    by: str
    words: str


class TextIn(Schema):
    message: Text


class NoteIn(Schema):
    text: Text


class AssignIn(Schema):
    agent_id: Id
    reason: Line = ""


class PriorityIn(Schema):
    impact: Weight
    urgency: Weight


class ExtensionIn(Schema):
    minutes: Annotated[int, Field(ge=1, le=60 * 24 * 30)]
    reason: Line
    notice: Text


class HandOverIn(Schema):
    department_id: Id
    request: Text


class ReturnIn(Schema):
    reason: Literal["NOT_OURS", "TOO_LITTLE", "ANSWERED_ELSEWHERE"]
    note: Line


class FindingsIn(Schema):
    findings: Text
    solution: Text
    cause: Literal["PEOPLE", "PROCESS", "SYSTEM", "PARTNER", "CUSTOMER", "FORCE_MAJEURE"]
    cause_stage: Literal[
        "PICKUP", "ORIGIN_HUB", "LINEHAUL", "DESTINATION_HUB", "DELIVERY", "STATION", "SERVICE", "NONE"
    ]
    cause_station: Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")] = ""


class CallbackIn(Schema):
    result: Literal["SATISFIED", "UNSATISFIED", "UNREACHED"]
    note: Line = ""


class AssessmentIn(Schema):
    feasibility: Annotated[int, Field(ge=1, le=5)]
    value: Annotated[int, Field(ge=1, le=5)]
    note: Text


class DecisionIn(Schema):
    adopted: bool
    reason: Text


class MilestoneIn(Schema):
    title: Line
    due_on: date


class PlanIn(Schema):
    owner: Line
    milestones: list[MilestoneIn] = Field(max_length=20)
    message: Text


class HandoffOut(Answer):
    id: int
    case: str
    department: str
    state: str
    request: str
    due_at: Moment | None


class CustomerOut(Answer):
    id: int
    name: str
    phones: list[str]
    addresses: list[str]


class AttachmentOut(Answer):
    token: str
    name: str
    content_type: str
    size: int
    sha256: str


class ExportIn(Narrowing):
    """What is exported: the columns by their codes, all when none is named."""

    format: Literal["CSV", "XLSX"] = "XLSX"
    columns: list[Line] = Field(default_factory=list, max_length=40)


class ExportOut(Answer):
    id: int
    format: str
    state: str
    columns: list[str]
    done: int
    total: int | None
    percent: int
    rows_per_second: float
    remaining_seconds: int | None
    is_ready: bool
    asked_at: Moment
    finished_at: Moment | None
    expires_at: Moment | None
