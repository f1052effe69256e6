"""A customer says yes or no; the record of processing gets another version."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotVisible, Refusal
from bihuan.journal import actions as journal
from bihuan.privacy.access import require_record_writer, require_voice
from bihuan.privacy.events import ConsentRecorded, ProcessingActivityEnded, ProcessingRecordWritten
from bihuan.privacy.models import NOTICE_VERSION, Consent, LegalBasis, ProcessingActivity, ProcessingRecord, Purpose

__all__ = [
    "ActivityEnded",
    "AssessmentMissing",
    "PurposeUnknown",
    "RecordDraft",
    "RecordIncomplete",
    "end_activity",
    "record_consents",
    "write_record",
]


class PurposeUnknown(Invalid):
    code = "purpose_unknown"
    sentence = _("没有这项用途。")


class RecordIncomplete(Invalid):
    code = "processing_record_incomplete"
    sentence = _("请写全：名称、目的、合法性基础、涉及的人、数据种类、保存期限、保护措施。")
    rule = _("处理情况要有记录（个人信息保护法第五十五、五十六条）")


class AssessmentMissing(Invalid):
    code = "impact_assessment_missing"
    sentence = _("处理敏感信息或给他人之前，要写影响评估和日期。")
    rule = _("事前进行个人信息保护影响评估（个人信息保护法第五十五条）")


class ActivityEnded(Refusal):
    code = "processing_activity_ended"
    sentence = _("这项处理活动已经停止。")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDraft:
    """A version of a record as somebody wrote it."""

    name: str
    purpose: str
    basis: str
    subjects: str
    data_kinds: str
    is_sensitive: bool
    recipients: str
    retention: str
    safeguards: str
    assessed_on: date | None
    assessment: str


@transaction.atomic
def record_consents(
    *, actor: Actor, customer_id: int, answers: Mapping[str, bool], channel: str, at: datetime
) -> list[Consent]:
    """Keep a yes or no to each purpose; the one that was said before holds no longer.

    Raises PurposeUnknown, NotVisible, NotAllowed.
    """
    require_voice(actor, customer_id)
    if not set(answers) <= set(Purpose.values):
        raise PurposeUnknown(field="purpose")
    said = []
    for purpose, is_given in answers.items():
        said.append(
            Consent.objects.create(
                customer_id=customer_id,
                purpose=purpose,
                is_given=is_given,
                notice_version=NOTICE_VERSION,
                channel=channel,
                said_at=at,
            )
        )
        entry = ConsentRecorded(
            customer_id=customer_id,
            purpose=purpose,
            is_given=is_given,
            notice_version=NOTICE_VERSION,
            channel=channel,
        )
        journal.write(actor, entry, at=at)
    return said


@transaction.atomic
def write_record(*, actor: Actor, draft: RecordDraft, activity_id: int | None = None, at: datetime) -> ProcessingRecord:
    """Record an activity, or the next version of one; earlier versions stay.

    Raises RecordIncomplete, AssessmentMissing, ActivityEnded, NotVisible, NotAllowed.
    """
    staff_id = require_record_writer(actor)
    _require_complete(draft)
    if activity_id is None:
        activity, latest = ProcessingActivity.objects.create(opened_at=at), None
    else:
        activity = _open_activity(activity_id)
        latest = activity.records.order_by("-version").first()
    record = ProcessingRecord.objects.create(
        activity=activity,
        version=latest.version + 1 if latest else 1,
        written_by_id=staff_id,
        written_at=at,
        **asdict(draft),
    )
    names = [field.name for field in fields(draft)]
    changed = tuple(name for name in names if latest is None or getattr(latest, name) != getattr(record, name))
    written = ProcessingRecordWritten(activity_id=activity.pk, version=record.version, changed=changed)
    journal.write(actor, written, at=at)
    return record


def _require_complete(draft: RecordDraft) -> None:
    needed = (draft.name, draft.purpose, draft.subjects, draft.data_kinds, draft.retention, draft.safeguards)
    if draft.basis not in LegalBasis.values or not all(word.strip() for word in needed):
        raise RecordIncomplete()
    is_assessed = draft.assessed_on is not None and bool(draft.assessment.strip())
    if (draft.is_sensitive or draft.recipients.strip()) and not is_assessed:
        raise AssessmentMissing(field="assessment")


def _open_activity(activity_id: int) -> ProcessingActivity:
    activity = ProcessingActivity.objects.select_for_update().filter(pk=activity_id).first()
    if activity is None:
        raise NotVisible()
    if activity.ended_at is not None:
        raise ActivityEnded()
    return activity


@transaction.atomic
def end_activity(*, actor: Actor, activity_id: int, at: datetime) -> ProcessingActivity:
    """We do this no longer; the record stays. Raises ActivityEnded, NotVisible, NotAllowed."""
    require_record_writer(actor)
    activity = _open_activity(activity_id)
    activity.ended_at = at
    activity.save(update_fields=["ended_at"])
    journal.write(actor, ProcessingActivityEnded(activity_id=activity.pk), at=at)
    return activity
