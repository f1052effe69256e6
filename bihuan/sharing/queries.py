"""Reads of agreements and shares."""

from dataclasses import dataclass

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible
from bihuan.foundation.paging import KeysetPage, page_by_key
from bihuan.sharing.access import SharingPermission, may, require
from bihuan.sharing.models import Share, SharedField, SharePurpose, SharingAgreement

__all__ = ["ShareLine", "get_agreement", "list_agreements", "list_shares", "may_approve", "may_draft", "may_share"]


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One share as people read it."""

    share: Share
    purpose: str
    fields: str


def list_agreements(actor: Actor, *, after: str | None = None, limit: int = 50) -> KeysetPage[SharingAgreement]:
    """Every agreement, the newest first. Raises NotAllowed."""
    require(actor, SharingPermission.SEE)
    rows = SharingAgreement.objects.select_related("department", "drafted_by", "approved_by")
    return page_by_key(rows, order=("-id",), after=after, limit=limit)


def get_agreement(actor: Actor, agreement_id: int) -> SharingAgreement:
    """One agreement. Raises NotVisible, NotAllowed."""
    require(actor, SharingPermission.SEE)
    rows = SharingAgreement.objects.select_related("department", "drafted_by", "approved_by")
    agreement = rows.filter(pk=agreement_id).first()
    if agreement is None:
        raise NotVisible()
    return agreement


def list_shares(actor: Actor, agreement_id: int, limit: int = 50) -> list[ShareLine]:
    """What was shared under an agreement, and what was refused; the newest first. Raises NotAllowed."""
    require(actor, SharingPermission.SEE)
    rows = Share.objects.filter(agreement_id=agreement_id).select_related("shared_by").order_by("-id")[:limit]
    return [_line(row) for row in rows]


def _line(share: Share) -> ShareLine:
    known = share.purpose in SharePurpose.values
    purpose = str(SharePurpose(share.purpose).label) if known else share.purpose
    return ShareLine(share, purpose, "、".join(str(SharedField(code).label) for code in share.fields))


def may_draft(actor: Actor) -> bool:
    """True when pages show the form for an agreement."""
    return may(actor, SharingPermission.DRAFT)


def may_approve(actor: Actor) -> bool:
    """True when pages show approval and ending."""
    return may(actor, SharingPermission.APPROVE)


def may_share(actor: Actor) -> bool:
    """True when pages show the form for a share."""
    return may(actor, SharingPermission.SHARE)
