"""The verbs of departments on a chronicle, each the mirror of the action of the same name in ``cases``."""

from datetime import datetime

from bihuan.cases.events import CaseFound, CaseHandedOver, EvidenceAdded, HandoffAccepted, HandoffReturned
from bihuan.cases.models import Evidence, Handoff, HandoffState, Kind, ReturnReason, Verb
from bihuan.demo.agent_verbs import tell_and_advance, write_findings
from bihuan.demo.chronicle import Chronicle
from bihuan.demo.rows import EvidenceRow, HandoffRow, Row
from bihuan.foundation.actor import Actor
from bihuan.promises.models import PromiseKind


def hand_over(story: Chronicle, actor: Actor, department_id: int, request: str, at: datetime) -> Row:
    """Ask a department; its clock starts."""
    story.reach(at)
    story.handle(actor)
    story.own(actor, at)
    handoff = HandoffRow(
        id=story.world.keys.next(Handoff),
        case_id=story.case.id,
        department_id=department_id,
        state=HandoffState.WAITING.value,
        request=request,
        asked_by_id=actor.id,
        asked_at=at,
        round=story.case.round,
    )
    handoff.due_at = story.start_clock(actor, PromiseKind.DEPARTMENT, at, department_id).due_at
    story.handoffs.append(handoff)
    story.advance(actor, Verb.FORWARD if story.case.kind == Kind.SUGGESTION else Verb.HAND_OVER, at)
    handed = CaseHandedOver(case_id=story.case.id, handoff_id=handoff.id, department_id=department_id)
    story.note(actor, handed, at, also=(department_id,))
    return handoff


def accept(story: Chronicle, actor: Actor, handoff: Row, at: datetime) -> None:
    """The department takes it."""
    story.reach(at)
    handoff.state, handoff.taken_by_id, handoff.taken_at = HandoffState.ACCEPTED.value, actor.id, at
    story.advance(actor, Verb.ACCEPT, at)
    accepted = HandoffAccepted(case_id=story.case.id, handoff_id=handoff.id, department_id=handoff.department_id)
    story.note(actor, accepted, at, also=(handoff.department_id,))


def give_back(story: Chronicle, actor: Actor, handoff: Row, words: tuple[ReturnReason, str], at: datetime) -> None:
    """The department returns it; ``words`` are the reason and the note."""
    story.reach(at)
    handoff.state, handoff.ended_at = HandoffState.RETURNED.value, at
    handoff.return_reason, handoff.return_note = words[0].value, words[1]
    story.ledger.cancel(actor, PromiseKind.DEPARTMENT, at)
    story.advance(actor, Verb.RETURN, at)
    returned = HandoffReturned(
        case_id=story.case.id,
        handoff_id=handoff.id,
        department_id=handoff.department_id,
        reason=handoff.return_reason,
        returns=sum(one.state == HandoffState.RETURNED for one in story.handoffs),
    )
    story.note(actor, returned, at, also=(handoff.department_id,))


def add_evidence(story: Chronicle, actor: Actor, handoff: Row, words: tuple[str, str], at: datetime) -> None:
    """The department hands something in; ``words`` are the item and the statement."""
    story.reach(at)
    evidence = EvidenceRow(
        id=story.world.keys.next(Evidence),
        case_id=story.case.id,
        item=words[0],
        statement=words[1],
        given_by_id=actor.id,
        given_at=at,
    )
    story.evidence.append(evidence)
    added = EvidenceAdded(case_id=story.case.id, evidence_id=evidence.id, sha256="")
    story.note(actor, added, at, also=(handoff.department_id,))


def answer_handoff(
    story: Chronicle, actor: Actor, handoff: Row, findings: tuple[str, str, str, str], at: datetime
) -> None:
    """The department answers with cause, stage, findings and solution."""
    story.reach(at)
    write_findings(story, findings)
    handoff.state, handoff.ended_at = HandoffState.ANSWERED.value, at
    story.ledger.keep(actor, PromiseKind.DEPARTMENT, at)
    story.advance(actor, Verb.FIND, at)
    found = CaseFound(case_id=story.case.id, handoff_id=handoff.id, cause=findings[0], cause_stage=findings[1])
    story.note(actor, found, at, also=(handoff.department_id,))


def decide(story: Chronicle, actor: Actor, handoff: Row, verb: Verb, reason: str, at: datetime) -> None:
    """The department adopts or declines a suggestion."""
    story.reach(at)
    handoff.state, handoff.ended_at = HandoffState.ANSWERED.value, at
    handoff.taken_by_id, handoff.taken_at = actor.id, handoff.taken_at or at
    story.case.solution = reason
    story.ledger.keep(actor, PromiseKind.DEPARTMENT, at)
    tell_and_advance(story, actor, verb, reason, at)
