"""What changes on a case without moving it: notes, evidence, drafts, the customer's reminder, an erased name."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.cases.access import access_case, access_handoff
from bihuan.cases.actions.handling import drop_draft, require_open, require_text
from bihuan.cases.events import CaseMessageReceived, CaseNoted, CaseUrged, CustomerLabelRemoved, EvidenceAdded
from bihuan.cases.indexing import add_words
from bihuan.cases.models import Case, Draft, Evidence
from bihuan.cases.permissions import CasePermission
from bihuan.cases.steps import journal
from bihuan.customers import actions as customers
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, Refusal
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.files.store import rename_file
from bihuan.intake import actions as intake
from bihuan.journal.actions import write
from bihuan.journal.queries import entries_of

URGES_PER_DAY = 2


class UrgedEnough(Refusal):
    code = "urged_enough"
    sentence = _("今天已经催过 {limit} 次，我们正在办。")
    next_step = _("到承诺时间没有结果，请拨客服电话。")


@transaction.atomic
def add_note(*, actor: Actor, case_id: int, text: str, at: datetime) -> Case:
    """Write a note only colleagues read."""
    case = access_case(actor, case_id, to=CasePermission.WRITE, lock=True)
    note = intake.add_note(actor=actor, conversation_id=case.conversation_id, body=require_text(text, "note"), at=at)
    drop_draft(actor, case, "note")
    journal(actor, case, CaseNoted(case_id=case.pk, message_id=note.pk), at=at)
    return case


@transaction.atomic
def add_evidence(
    *, actor: Actor, case_id: int, item: str, file: StoredFile | None, statement: str, at: datetime
) -> Evidence:
    """Add a file or statement as the handler of the case."""
    case = access_case(actor, case_id, to=CasePermission.WRITE, lock=True)
    return _store_evidence(actor, case, item, file, statement, at)


@transaction.atomic
def add_handoff_evidence(
    *, actor: Actor, handoff_id: int, item: str, file: StoredFile | None, statement: str, at: datetime
) -> Evidence:
    """Add a file or statement as the department that was asked (R78)."""
    handoff = access_handoff(actor, handoff_id, lock=True)
    return _store_evidence(actor, handoff.case, item, file, statement, at)


@transaction.atomic
def add_customer_evidence(*, actor: Actor, case_id: int, text: str, files: list[StoredFile], at: datetime) -> Case:
    """The customer adds a word or files from the portal; they land in the conversation and in the locker."""
    case = access_case(actor, case_id, to=CasePermission.FOLLOW, lock=True)
    require_open(case)
    body = customers.lift_personal_data(actor=actor, customer_id=case.customer_id, text=text.strip(), at=at)
    message = intake.append_message(
        actor=actor, conversation_id=case.conversation_id, body=body or str(_("补充材料")), files=files, at=at
    )
    for file in files:
        Evidence.objects.create(case=case, item=str(_("客户材料")), file=file, given_by_customer=True, given_at=at)
    add_words(case.pk, body)
    received = CaseMessageReceived(case_id=case.pk, message_id=message.pk, channel=case.channel)
    journal(actor, case, received, at=at)
    return case


def _store_evidence(
    actor: Actor, case: Case, item: str, file: StoredFile | None, statement: str, at: datetime
) -> Evidence:
    require_open(case)
    if file is None:
        require_text(statement, "statement")
    # the item is compared with the checklist of the category, so it holds no references
    names = [require_text(item, "item"), *([file.name] if file else [])]
    named, *file_names = customers.mask_personal_data(customer_id=case.customer_id, texts=names)
    if file is not None:
        rename_file(file, file_names[0])
    text = customers.lift_personal_data(actor=actor, customer_id=case.customer_id, text=statement.strip(), at=at)
    evidence = Evidence.objects.create(
        case=case, item=named, file=file, statement=text, given_by_id=actor.id, given_at=at
    )
    added = EvidenceAdded(case_id=case.pk, evidence_id=evidence.pk, sha256=file.sha256 if file else "")
    handoff = case.handoffs.filter(ended_at=None).first()
    journal(actor, case, added, at=at, also=(handoff.department_id,) if handoff else ())
    return evidence


@transaction.atomic
def urge_case(*, actor: Actor, case_id: int, at: datetime) -> Case:
    """The customer asks to hurry, at most twice in 24 hours. Raises UrgedEnough."""
    case = access_case(actor, case_id, to=CasePermission.FOLLOW, lock=True)
    require_open(case)
    recent = [
        entry for entry in entries_of("case", case.pk, codes=("case.urged",)) if entry.at > at - timedelta(days=1)
    ]
    if len(recent) >= URGES_PER_DAY:
        raise UrgedEnough(limit=URGES_PER_DAY)
    journal(actor, case, CaseUrged(case_id=case.pk), at=at)
    return case


def save_draft(*, actor: Actor, case_id: int, box: str, body: str, at: datetime) -> Draft | None:
    """Keep what somebody is typing; an empty text removes the draft. Not journalled: nothing has happened yet."""
    case = access_case(actor, case_id, to=CasePermission.WRITE)
    if not body.strip():
        Draft.objects.filter(case=case, staff_id=actor.id or 0, box=box).delete()
        return None
    text = customers.lift_personal_data(actor=actor, customer_id=case.customer_id, text=body, at=at)
    draft, _created = Draft.objects.update_or_create(
        case=case, staff_id=actor.id or 0, box=box, defaults={"body": text, "saved_at": at}
    )
    return draft


@transaction.atomic
def remove_customer_label(*, actor: Actor, customer_ids: Collection[int], at: datetime) -> int:
    """Take the masked name off the cases of an erased customer, and drop what was typed and never sent.

    For ``retention``, which has checked that nothing forbids it. Raises NotAllowed.
    """
    if not actor.is_system:
        raise NotAllowed()
    cases = list(Case.objects.select_for_update().filter(customer_id__in=customer_ids).order_by("pk"))
    Draft.objects.filter(case__in=cases).delete()
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(customer_label="")
    for customer_id in sorted({case.customer_id for case in cases if case.customer_id}):
        own = tuple(case.pk for case in cases if case.customer_id == customer_id)
        write(actor, CustomerLabelRemoved(customer_id=customer_id, case_ids=own), at=at)
    return len(cases)
