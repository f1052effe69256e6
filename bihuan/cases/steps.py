"""What every verb shares: advance along the table, remember who handled, save, and write the journal."""

from collections.abc import Sequence
from datetime import datetime

from bihuan.cases.events import CaseAdvanced
from bihuan.cases.models import Case
from bihuan.cases.workflow import Verb, next_state
from bihuan.foundation.actor import Actor
from bihuan.journal.actions import Line, write, write_many


def journal(actor: Actor, case: Case, event: object, *, at: datetime, also: tuple[int, ...] = ()) -> None:
    """Write an entry about the case for everybody who may see it; ``also`` names further units, as a department."""
    write(actor, event, at=at, units=(*case.audience, *also), division_id=case.division_id)


def journal_many(actor: Actor, events: Sequence[tuple[Case, object]], *, at: datetime) -> None:
    """As ``journal``, of many cases in one statement."""
    write_many(
        Line(actor=actor, entry=event, at=at, units=case.audience, division_id=case.division_id)
        for case, event in events
    )


def remember_handler(case: Case, actor: Actor) -> None:
    """Keep who worked on the case: none of them may phone the customer about it afterwards (feature 4.13)."""
    if actor.is_staff and actor.id not in case.handler_ids:
        case.handler_ids = [*case.handler_ids, actor.id]


def advance(actor: Actor, case: Case, verb: Verb, *, at: datetime, message_id: int | None = None) -> None:
    """Move the case along its table, save it whole and journal the step. Raises TransitionRefused."""
    before, case.state = case.state, next_state(case.kind, case.state, verb)
    case.updated_at = at
    case.save()
    step = CaseAdvanced(
        case_id=case.pk, verb=verb.value, before=before, after=case.state, round=case.round, message_id=message_id
    )
    journal(actor, case, step, at=at)
