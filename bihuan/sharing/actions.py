"""Agree, approve, end, share. What is outside an agreement is refused, and the attempt is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.clearance.actions import count_look
from bihuan.clearance.models import LookKind
from bihuan.clearance.queries import require_open_vault
from bihuan.exports.actions import start_export
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotVisible, Refusal
from bihuan.journal import actions as journal
from bihuan.organization.models import Unit
from bihuan.sharing.access import SharingPermission, access_agreement, require
from bihuan.sharing.events import (
    AgreementApproved,
    AgreementDrafted,
    AgreementEnded,
    CustomersShared,
    ShareOutsideRefused,
)
from bihuan.sharing.models import AgreementState, Relation, Share, SharedField, SharePurpose, SharingAgreement
from bihuan.sharing.scope import customers_of
from bihuan.sharing.terms import (
    AgreementNotApproved,
    AgreementNotCurrent,
    FieldsOutside,
    PurposeOutside,
    ShareRefused,
    refusal_of,
)

__all__ = [
    "AgreementDraft",
    "AgreementIncomplete",
    "AgreementNotApproved",
    "AgreementNotCurrent",
    "AgreementOver",
    "FieldsOutside",
    "NobodyMeant",
    "PurposeOutside",
    "SecondPersonNeeded",
    "ShareRefused",
    "Wanted",
    "approve_agreement",
    "create_agreement",
    "end_agreement",
    "share_customers",
]

EXPORTER = "customers.shared"


class AgreementIncomplete(Invalid):
    code = "agreement_incomplete"
    sentence = _("请写全：一个接收方、关系、用途、内容、保护措施、影响评估日期和起止日期。")
    rule = _("向他人提供前先做影响评估，并约定目的、方式和种类（个人信息保护法第二十一、二十三、五十五条）")


class AgreementOver(Refusal):
    code = "agreement_over"
    sentence = _("这份约定已经批准或终止。")


class SecondPersonNeeded(Refusal):
    code = "agreement_second_person"
    status = 403
    sentence = _("谁起草的约定，不能自己批准。")
    rule = _("共享约定由一人起草、另一人批准")


class NobodyMeant(Refusal):
    code = "share_nobody"
    sentence = _("没有符合条件的客户，或他们没有单独同意。")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDraft:
    """An agreement as somebody wrote it down: a department or a partner."""

    department_id: int | None = None
    partner: str = ""
    relation: str
    purpose: str
    fields: Sequence[str]
    safeguards: str
    assessed_on: date
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to share."""

    purpose: str
    fields: Sequence[str]
    region: str = ""


@transaction.atomic
def create_agreement(*, actor: Actor, draft: AgreementDraft, at: datetime) -> SharingAgreement:
    """Write an agreement down; nothing may be shared before another person approves it.

    Raises AgreementIncomplete, NotVisible, NotAllowed.
    """
    staff_id = require(actor, SharingPermission.DRAFT)
    partner, safeguards = " ".join(draft.partner.split())[:80], " ".join(draft.safeguards.split())[:400]
    _require_complete(draft, partner, safeguards)
    if draft.department_id is not None and not Unit.objects.filter(pk=draft.department_id).exists():
        raise NotVisible()
    agreement = SharingAgreement.objects.create(
        department_id=draft.department_id,
        partner=partner,
        relation=draft.relation,
        purpose=draft.purpose,
        fields=[code for code in SharedField.values if code in draft.fields],
        safeguards=safeguards,
        assessed_on=draft.assessed_on,
        from_on=draft.from_on,
        to_on=draft.to_on,
        drafted_by_id=staff_id,
        drafted_at=at,
    )
    drafted = AgreementDrafted(
        agreement_id=agreement.pk,
        purpose=agreement.purpose,
        fields=tuple(agreement.fields),
        until=agreement.to_on.isoformat(),
    )
    journal.write(actor, drafted, at=at)
    return agreement


def _require_complete(draft: AgreementDraft, partner: str, safeguards: str) -> None:
    is_known = draft.relation in Relation.values and draft.purpose in SharePurpose.values
    has_fields = bool(draft.fields) and set(draft.fields) <= set(SharedField.values)
    in_order = draft.assessed_on <= draft.from_on <= draft.to_on
    one_recipient = (draft.department_id is None) != (not partner)
    if not (is_known and has_fields and in_order and one_recipient and safeguards):
        raise AgreementIncomplete()


@transaction.atomic
def approve_agreement(*, actor: Actor, agreement_id: int, at: datetime) -> SharingAgreement:
    """A second person agrees. Raises SecondPersonNeeded, AgreementOver, NotVisible, NotAllowed."""
    agreement = access_agreement(actor, agreement_id, to=SharingPermission.APPROVE)
    if agreement.state != AgreementState.DRAFT:
        raise AgreementOver()
    if agreement.drafted_by_id == actor.id:
        raise SecondPersonNeeded()
    agreement.state, agreement.approved_by_id, agreement.approved_at = AgreementState.APPROVED, actor.id, at
    agreement.save(update_fields=["state", "approved_by", "approved_at"])
    journal.write(actor, AgreementApproved(agreement_id=agreement.pk), at=at)
    return agreement


@transaction.atomic
def end_agreement(*, actor: Actor, agreement_id: int, at: datetime) -> SharingAgreement:
    """Nothing is shared under it any more, files under way included. Raises AgreementOver, NotVisible, NotAllowed."""
    agreement = access_agreement(actor, agreement_id, to=SharingPermission.APPROVE)
    if agreement.state == AgreementState.ENDED:
        raise AgreementOver()
    agreement.state, agreement.ended_at = AgreementState.ENDED, at
    agreement.save(update_fields=["state", "ended_at"])
    journal.write(actor, AgreementEnded(agreement_id=agreement.pk), at=at)
    return agreement


def share_customers(*, actor: Actor, agreement_id: int, wanted: Wanted, at: datetime) -> Share:
    """Queue a file with the wanted fields for the recipient; the job asks the agreement again for every batch.

    A refused attempt is kept in a transaction of its own, so that the refusal does not undo it.
    Raises ShareRefused (AgreementNotApproved, AgreementNotCurrent, PurposeOutside, FieldsOutside), NobodyMeant,
    TooManyExports, UndertakingNeeded, VaultIsPaused, NotVisible, NotAllowed.
    """
    refusal: ShareRefused | None = None
    with transaction.atomic():
        agreement = access_agreement(actor, agreement_id, to=SharingPermission.SHARE)
        require_open_vault(actor, at)
        on = timezone.localtime(at).date()
        refusal = refusal_of(agreement, purpose=wanted.purpose, fields=wanted.fields, on=on)
        if refusal is None:
            return _share(actor, agreement, wanted, at)
        _keep_refused(actor, agreement, wanted, refusal.code, at)
    raise refusal


def _share(actor: Actor, agreement: SharingAgreement, wanted: Wanted, at: datetime) -> Share:
    fields = [code for code in SharedField.values if code in wanted.fields]
    customers = customers_of(agreement, wanted.region.strip())
    count, first = customers.count(), customers.order_by("pk").first()
    if not fields or first is None:
        raise NobodyMeant()
    filters = {
        "agreement": agreement.pk,
        "purpose": wanted.purpose,
        "fields": fields,
        "region": wanted.region.strip(),
    }
    job = start_export(actor=actor, exporter=EXPORTER, columns=["ID", *fields], filters=filters, at=at)
    count_look(actor=actor, kind=LookKind.EXPORT, customer_id=first.pk, at=at)
    share = Share.objects.create(
        agreement=agreement,
        purpose=wanted.purpose,
        fields=fields,
        region=wanted.region.strip()[:40],
        customers=count,
        export_id=job.pk,
        shared_by_id=actor.id or 0,
        shared_at=at,
    )
    shared = CustomersShared(
        agreement_id=agreement.pk, share_id=share.pk, export_id=job.pk, fields=tuple(fields), customers=count
    )
    journal.write(actor, shared, at=at)
    return share


def _keep_refused(actor: Actor, agreement: SharingAgreement, wanted: Wanted, reason: str, at: datetime) -> None:
    fields = [code for code in SharedField.values if code in wanted.fields]
    share = Share.objects.create(
        agreement=agreement,
        purpose=wanted.purpose[:10],
        fields=fields,
        refusal=reason,
        shared_by_id=actor.id or 0,
        shared_at=at,
    )
    refused = ShareOutsideRefused(
        agreement_id=agreement.pk, share_id=share.pk, reason=reason, purpose=share.purpose, fields=tuple(fields)
    )
    journal.write(actor, refused, at=at)
