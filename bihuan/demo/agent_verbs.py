"""The verbs of the desk on a chronicle, each the mirror of the action of the same name in ``cases``."""

from datetime import datetime

from bihuan.cases.events import CaseAssigned, CaseFound, CaseNoted, CaseReplied
from bihuan.cases.models import Kind, Verb
from bihuan.demo.chronicle import Chronicle
from bihuan.demo.ledger import Owner
from bihuan.foundation.actor import Actor
from bihuan.promises.models import PromiseKind


def claim(story: Chronicle, actor: Actor, at: datetime) -> None:
    """Take an unowned case."""
    story.reach(at)
    story.own(actor, at)
    story.case.updated_at = at


def assign(story: Chronicle, leader: Actor, agent: Actor, reason: str, at: datetime) -> None:
    """A leader gives the case to somebody else."""
    story.reach(at)
    case = story.case
    before, case.owner_id = case.owner_id, agent.id
    story.ledger.move(leader, Owner(case.team_id, agent.id), at)
    case.attention, case.updated_at = None, at
    assigned = CaseAssigned(case_id=case.id, before=before, after=agent.id or 0, reason=reason)
    story.note(leader, assigned, at)


def confirm(story: Chronicle, actor: Actor, message: str, at: datetime) -> None:
    """Confirm a complaint and promise a result."""
    _promise(story, actor, Verb.CONFIRM, message, at)


def promise_reply(story: Chronicle, actor: Actor, message: str, at: datetime) -> None:
    """Tell when a question will be answered."""
    _promise(story, actor, Verb.PROMISE, message, at)


def _promise(story: Chronicle, actor: Actor, verb: Verb, message: str, at: datetime) -> None:
    story.reach(at)
    story.handle(actor)
    story.own(actor, at)
    story.ledger.keep(actor, PromiseKind.FIRST_REPLY, at)
    promise = story.start_clock(actor, PromiseKind.RESOLUTION, at)
    sent = story.post.send(actor, story.conversation, message, at)
    story.ledger.tell(actor, promise, story.case.channel, at)
    story.advance(actor, verb, at, sent)


def answer(story: Chronicle, actor: Actor, message: str, at: datetime) -> None:
    """Give the answer; a complaint is called back next."""
    story.reach(at)
    story.handle(actor)
    story.own(actor, at)
    story.ledger.keep(actor, PromiseKind.FIRST_REPLY, at)
    story.ledger.keep(actor, PromiseKind.RESOLUTION, at)
    if story.case.kind == Kind.COMPLAINT:
        story.ledger.keep(actor, PromiseKind.STATUTORY, at)
        story.start_clock(actor, PromiseKind.CALLBACK, at)
    sent = story.post.send(actor, story.conversation, message, at)
    story.case.solution = sent.body
    story.case.attention = None
    story.advance(actor, Verb.ANSWER, at, sent)


def reply(story: Chronicle, actor: Actor, message: str, at: datetime) -> None:
    """Tell the customer how far it is."""
    story.reach(at)
    story.handle(actor)
    story.own(actor, at)
    sent = story.post.send(actor, story.conversation, message, at)
    story.case.updated_at = at
    story.note(actor, CaseReplied(case_id=story.case.id, message_id=sent.id), at)


def add_note(story: Chronicle, actor: Actor, text: str, at: datetime) -> None:
    """Write something only colleagues read."""
    story.reach(at)
    note = story.post.note(actor, story.conversation, text, at)
    story.note(actor, CaseNoted(case_id=story.case.id, message_id=note.id), at)


def extend(story: Chronicle, actor: Actor, minutes: int, words: tuple[str, str], at: datetime) -> None:
    """Ask for more time before the result is due; ``words`` are the reason and the notice to the customer."""
    story.reach(at)
    story.handle(actor)
    promise = story.ledger.find(PromiseKind.RESOLUTION)
    if promise is not None:
        story.ledger.extend(actor, promise, minutes, words, at)
    sent = story.post.send(actor, story.conversation, words[1], at)
    story.case.next_due_at = story.ledger.nearest_due()
    story.case.updated_at = at
    story.note(actor, CaseReplied(case_id=story.case.id, message_id=sent.id), at)


def submit_findings(story: Chronicle, actor: Actor, findings: tuple[str, str, str, str], at: datetime) -> None:
    """Find out without a department; ``findings`` are cause, stage, what was found, what is done."""
    story.reach(at)
    story.handle(actor)
    write_findings(story, findings)
    story.advance(actor, Verb.FIND, at)
    story.note(actor, CaseFound(case_id=story.case.id, handoff_id=None, cause=findings[0], cause_stage=findings[1]), at)


def write_findings(story: Chronicle, findings: tuple[str, str, str, str]) -> None:
    """Keep what was found on the case."""
    case = story.case
    case.cause, case.cause_stage, case.findings, case.solution = findings


def tell_and_advance(story: Chronicle, actor: Actor, verb: Verb, message: str, at: datetime) -> None:
    """Write to the customer and go on: the steps of a suggestion."""
    sent = story.post.send(actor, story.conversation, message, at)
    story.advance(actor, verb, at, sent)


def assess(story: Chronicle, actor: Actor, plan: dict[str, object], note: str, at: datetime) -> None:
    """Judge a suggestion."""
    story.reach(at)
    story.handle(actor)
    story.own(actor, at)
    story.case.plan, story.case.findings = plan, note
    story.ledger.keep(actor, PromiseKind.FIRST_REPLY, at)
    story.start_clock(actor, PromiseKind.RESOLUTION, at)
    story.advance(actor, Verb.ASSESS, at)


def step(
    story: Chronicle, actor: Actor, verb: Verb, message: str, at: datetime, plan: dict[str, object] | None = None
) -> None:
    """Decline, plan, report progress on or finish a suggestion, and tell the customer."""
    story.reach(at)
    story.handle(actor)
    story.case.plan = {**story.case.plan, **(plan or {})}
    if verb == Verb.FINISH:
        story.ledger.keep(actor, PromiseKind.RESOLUTION, at)
    tell_and_advance(story, actor, verb, message, at)
