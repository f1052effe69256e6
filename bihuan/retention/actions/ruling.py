"""Saying how long a class of data stays."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid
from bihuan.journal import actions as journal
from bihuan.retention.access import RetentionPermission, require
from bihuan.retention.classes import MOST, TERMS
from bihuan.retention.events import RetentionRuleSet
from bihuan.retention.models import RetentionRule
from bihuan.retention.queries import months_of


class ClassUnknown(Invalid):
    code = "data_class_unknown"
    sentence = _("没有这类数据。")


class TermTooShort(Invalid):
    code = "retention_too_short"
    sentence = _("这类数据至少保存 {least} 个月，最多 {most} 个月。")


class BasisMissing(Invalid):
    code = "retention_basis_missing"
    sentence = _("请写明依据。")
    rule = _("保存期限为实现目的所必要的最短时间（个人信息保护法第十九条）")


@transaction.atomic
def set_rule(*, actor: Actor, data_class: str, months: int, basis: str, at: datetime) -> RetentionRule:
    """Say how many months a class stays, and on what basis. Raises ClassUnknown, TermTooShort, BasisMissing,
    NotAllowed."""
    staff_id = require(actor, RetentionPermission.RULE)
    if data_class not in TERMS:
        raise ClassUnknown(field="data_class")
    least = TERMS[data_class].least
    if not least <= months <= MOST:
        raise TermTooShort(field="months", least=least, most=MOST)
    words = " ".join(basis.split())[:200]
    if not words:
        raise BasisMissing(field="basis")
    before = months_of(data_class)
    rule = RetentionRule.objects.create(
        data_class=data_class, months=months, basis=words, set_by_id=staff_id, set_at=at
    )
    entry = RetentionRuleSet(rule_id=rule.pk, data_class=data_class, before=before, after=months)
    journal.write(actor, entry, at=at)
    return rule
