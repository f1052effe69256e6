"""What an agreement allows, and why a share is outside of it. Pure."""

from collections.abc import Collection
from datetime import date
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import Refusal

RULE = _("没有约定，不得向他人提供个人信息（个人信息保护法第二十一条、第二十三条）")


class ShareRefused(Refusal):
    """Outside the agreement; kept with its code, so that attempts can be counted."""

    code = "share_refused"
    rule = RULE
    next_step = _("请按约定的范围共享，或另签一份约定。")


class AgreementNotApproved(ShareRefused):
    code = "share_not_approved"
    sentence = _("这份约定还没有批准，或已经终止。")


class AgreementNotCurrent(ShareRefused):
    code = "share_not_current"
    sentence = _("今天不在约定的期限内。")


class PurposeOutside(ShareRefused):
    code = "share_other_purpose"
    sentence = _("这个用途不在约定之内。")


class FieldsOutside(ShareRefused):
    code = "share_field_outside"
    sentence = _("约定之外的内容：{fields}。")


class Terms(Protocol):
    """The part of an agreement that decides."""

    purpose: str
    fields: list[str]
    from_on: date
    to_on: date

    @property
    def is_approved(self) -> bool:
        """Approved and not ended."""
        ...


def refusal_of(agreement: Terms, *, purpose: str, fields: Collection[str], on: date) -> ShareRefused | None:
    """Why these fields may not be shared for this purpose on this day; None when they may. The last day counts."""
    if not agreement.is_approved:
        return AgreementNotApproved()
    if not agreement.from_on <= on <= agreement.to_on:
        return AgreementNotCurrent()
    if purpose != agreement.purpose:
        return PurposeOutside(field="purpose")
    if outside := sorted(set(fields) - set(agreement.fields)):
        return FieldsOutside(field="fields", fields="、".join(outside))
    return None
