"""Loaded cases as lines for COPY, one list of lines for each table."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.bench.copying import NULL, copy_lines, line
from bihuan.bench.rules import NUMBER_PREFIX, format_number, place_terms
from bihuan.bench.shapes import Shape
from bihuan.cases.models import Category, Kind
from bihuan.demo.seasons import SHANGHAI
from bihuan.promises.models import PromisePolicy

LABEL = "王**"
CASE = (
    "id, number, public_token, kind, state, category_id, title, impact, urgency, priority, happened_when,"
    " happened_where, involved, expected, waybill, customer_id, customer_label, conversation_id, channel, division_id,"
    " team_id, owner_id, handler_ids, level, round, findings, solution, cause, cause_stage, cause_station, plan,"
    " rating_comment, opened_at, closed_at, updated_at, next_due_at"
)
CONVERSATION = "id, channel, customer_id, subject, token, opened_at"
MESSAGE = "id, conversation_id, direction, kind, body, quoted, is_automatic, author_kind, author_name, at"
SEARCH = "case_id, division_id, opened_at, vector"
PROMISE = (
    "subject, subject_id, kind, case_kind, priority, division_id, owner_unit_id, owner_id, audience, policy_id,"
    " calendar_edition_id, minutes, extended_minutes, state, started_at, risk_at, due_at, told_how, ended_at,"
    " steps_taken, next_step_at"
)
HANDOFF = "case_id, department_id, state, request, asked_at, ended_at, return_reason, return_note, due_at, round"
ENTRY = "at, division_id, units, actor_kind, actor_name, via, code, subject, subject_id, payload"
TABLES = (
    "intake_conversation", "intake_message", "cases_case", "cases_casesearch", "promises_promise", "cases_handoff",
)  # fmt: skip


@dataclass(frozen=True)
class Writer:
    """Writes shapes into their tables; ``policies`` is the published row by kind of case.

    Lines are put together by hand: a million cases go through here, and ``copying.line`` would take most of the time.
    """

    categories: dict[str, Category]
    policies: dict[str, PromisePolicy]
    edition_id: int
    until: datetime

    @property
    def next_step(self) -> str:
        """Nothing escalates while the benchmark runs."""
        return (self.until + timedelta(days=30)).isoformat()

    def write(self, shapes: Sequence[Shape]) -> None:
        """One COPY per table, parents first."""
        told = [self.tell(shape) for shape in shapes]
        tables: tuple[tuple[str, str, Callable[[Told], str]], ...] = (
            ("intake_conversation", CONVERSATION, conversation),
            ("intake_message", MESSAGE, message),
            ("cases_case", CASE, self.case),
            ("cases_casesearch", SEARCH, search),
            ("promises_promise", PROMISE, self.promise),
            ("journal_entry", ENTRY, opened),
        )
        for table, columns, write in tables:
            copy_lines(table, columns, map(write, told))
        copy_lines("cases_handoff", HANDOFF, (self.handoff(one) for one in told if one.shape.is_handed_over))

    def tell(self, shape: Shape) -> "Told":
        """The shape with what several tables need as text."""
        day = shape.opened_at.astimezone(SHANGHAI).date()
        is_open = shape.closed_at is None
        due_at = shape.opened_at + timedelta(hours=30)
        if is_open:  # most open cases have time left, some are late
            due_at = max(due_at, self.until + timedelta(minutes=shape.id % 4000 - 400))
        return Told(
            shape=shape,
            number=format_number(NUMBER_PREFIX[Kind(shape.voice.kind)], day, shape.id),
            opened=shape.opened_at.isoformat(),
            closed=NULL if shape.closed_at is None else shape.closed_at.isoformat(),
            due=due_at.isoformat(),
            risk=(shape.opened_at + (due_at - shape.opened_at) * 0.75).isoformat(),
            owner=NULL if shape.owner_id is None else str(shape.owner_id),
        )

    def case(self, told: "Told") -> str:
        shape, voice = told.shape, told.shape.voice
        team, is_open = shape.team, shape.closed_at is None
        category_id, closed = self.categories[voice.category].pk, told.closed
        what = f"{shape.id}\t{told.number}\tbench{shape.id:017d}\t{voice.kind}\t{shape.state}\t{category_id}"
        words = f"{voice.title}\tMEDIUM\tMEDIUM\t{shape.priority}\t\t{voice.where}\t\t{voice.expected}\t{shape.waybill}"
        who = f"{shape.customer_id}\t{LABEL}\t{shape.id}\tPORTAL\t{team.division_id}\t{team.pk}\t{told.owner}"
        handled = "[]" if shape.owner_id is None else f"[{shape.owner_id}]"
        found = f"{handled}\t0\t1\t\t\t{shape.cause}\t{'DELIVERY' if shape.cause else ''}\t\t{{}}\t"
        times = f"{told.opened}\t{closed}\t{told.opened if is_open else closed}\t{told.due if is_open else NULL}"
        return f"{what}\t{words}\t{who}\t{found}\t{times}\n"

    def promise(self, told: "Told") -> str:
        shape, kind = told.shape, told.shape.voice.kind
        policy, is_open = self.policies[kind], shape.closed_at is None
        what = f"case\t{shape.id}\t{policy.kind}\t{kind}\t{shape.priority}\t{shape.team.division_id}"
        who = f"{shape.team.pk}\t{told.owner}\t{{}}\t{policy.pk}\t{self.edition_id}\t{policy.minutes}\t0"
        step = self.next_step if is_open else NULL
        times = f"{'RUNNING' if is_open else 'KEPT'}\t{told.opened}\t{told.risk}\t{told.due}\t\t{told.closed}"
        return f"{what}\t{who}\t{times}\t0\t{step}\n"

    def handoff(self, told: "Told") -> str:
        shape = told.shape
        state = "ACCEPTED" if shape.closed_at is None else "ANSWERED"
        what = f"{shape.id}\t{shape.department.pk}\t{state}\t请核实派送经过，附签收底单和监控截图。"
        return f"{what}\t{told.opened}\t{told.closed}\t\t\t{told.due}\t1\n"


@dataclass(frozen=True, slots=True)
class Told:
    """A shape with its texts for COPY."""

    shape: Shape
    number: str
    opened: str
    closed: str
    due: str
    risk: str
    owner: str


def conversation(told: Told) -> str:
    shape = told.shape
    return f"{shape.id}\tPORTAL\t{shape.customer_id}\t{shape.voice.title}\tbench{shape.id:017d}\t{told.opened}\n"


def message(told: Told) -> str:
    shape = told.shape
    return f"{shape.id}\t{shape.id}\tIN\tREPLY\t{shape.voice.matter}\t\tf\tCUSTOMER\t\t{told.opened}\n"


def search(told: Told) -> str:
    shape = told.shape
    own = "' '".join(place_terms(shape.id, shape.team.pk))
    waybill = f" '{shape.waybill.lower()}'" if shape.waybill else ""
    vector = f"{shape.voice.terms} '{told.number.lower()}' '{own}'{waybill}"
    return f"{shape.id}\t{shape.team.division_id}\t{told.opened}\t{vector}\n"


def opened(told: Told) -> str:
    shape = told.shape
    facts = f'{{"case_id": {shape.id}, "number": "{told.number}", "kind": "{shape.voice.kind}", "category":'
    facts += f' "{shape.voice.category}", "priority": {shape.priority}, "channel": "PORTAL", "message_id": {shape.id}}}'
    place = f"{told.opened}\t{shape.team.division_id}\t{{{shape.team.pk}}}"
    return f"{place}\tCUSTOMER\tcustomer\tPORTAL\tcase.opened\tcase\t{shape.id}\t{facts}\n"


def entry_line(
    shape: Shape, code: str, at: datetime, payload: dict[str, object], *, actor: tuple[str, str, str]
) -> str:
    """One line of the journal about a case."""
    units = f"{{{shape.team.pk}}}"
    words = json.dumps(payload, ensure_ascii=False)
    return line((at, shape.team.division_id, units, *actor, code, "case", shape.id, words))
