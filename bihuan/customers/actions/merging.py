"""Two entries of the vault turn out to be one customer; or it turns out they are not."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from bihuan.customers.access import CustomerPermission, may, require
from bihuan.customers.actions.lifting import lift_personal_data
from bihuan.customers.events import CustomerMerged, CustomerUnmerged
from bihuan.customers.kinds import MatchLevel
from bihuan.customers.matching import is_doubtful
from bihuan.customers.models import Customer, CustomerMerge
from bihuan.customers.traits import level_between
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotVisible, Refusal
from bihuan.journal import actions as journal

SUBTREE = """
    WITH RECURSIVE below AS (
        SELECT id FROM customers_customer WHERE merged_into_id = %s
        UNION ALL
        SELECT c.id FROM customers_customer c JOIN below ON c.merged_into_id = below.id
    ) SELECT id FROM below
"""
NOTE_LENGTH = 400


class SameCustomer(Refusal):
    code = "same_customer"
    sentence = _("这两份档案已经是同一位客户。")


class KindsDiffer(Refusal):
    code = "customer_kinds_differ"
    sentence = _("个人和企业不能合并成一位客户。")
    rule = _("企业的联系人是另一位客户")
    next_step = _("请在企业档案里把这个人登记为联系人。")


class MergeReasonMissing(Invalid):
    code = "merge_reason_missing"
    sentence = _("证据不足，请写明为什么认定是同一位客户。")


class LeaderNeeded(Refusal):
    code = "merge_needs_leader"
    status = 403
    sentence = _("两份档案没有相同的号码、账号或地址，要由班组长认定。")
    rule = _("证据等级：{level}")
    next_step = _("请班组长核对后合并。")


class MergeUndone(Refusal):
    code = "merge_undone"
    sentence = _("这次合并已经撤销过了。")


@transaction.atomic
def merge_customers(*, actor: Actor, kept_id: int, merged_id: int, note: str = "", at: datetime) -> CustomerMerge:
    """Show ``merged_id`` as ``kept_id`` from now on. Whole families are joined; no row of theirs moves.

    On weak evidence a leader decides and says why.
    Raises SameCustomer, KindsDiffer, LeaderNeeded, MergeReasonMissing, NotVisible, NotAllowed.
    """
    require(actor, CustomerPermission.MERGE)
    _one_at_a_time()
    kept, merged = _heads(kept_id, merged_id)
    if kept.kind != merged.kind:
        raise KindsDiffer()
    level = level_between(kept.pk, merged.pk)
    words = _require_reason(actor, level, note)
    merged.merged_into = merged.head = kept
    merged.save(update_fields=["merged_into", "head"])
    Customer.objects.filter(head=merged).update(head=kept)
    text = lift_personal_data(actor=actor, customer_id=kept.pk, text=words, at=at)[:NOTE_LENGTH]
    merge = CustomerMerge.objects.create(
        kept=kept, merged=merged, level=level, note=text, merged_by_id=actor.id or 0, merged_at=at
    )
    for about, other in ((kept.pk, merged.pk), (merged.pk, kept.pk)):
        entry = CustomerMerged(customer_id=about, merged_id=other, merge_id=merge.pk, level=level)
        journal.write(actor, entry, at=at)
    return merge


@transaction.atomic
def undo_merge(*, actor: Actor, merge_id: int, at: datetime) -> CustomerMerge:
    """Take a merge back: what was merged stands alone again, with all that came to it before and since.

    Raises MergeUndone, NotVisible, NotAllowed.
    """
    require(actor, CustomerPermission.MERGE)
    _one_at_a_time()
    merge = CustomerMerge.objects.select_related("merged").filter(pk=merge_id).first()
    if merge is None:
        raise NotVisible()
    if merge.undone_at is not None:
        raise MergeUndone()
    merged = merge.merged
    below = [row.pk for row in Customer.objects.raw(SUBTREE, [merged.pk])]
    merged.merged_into = merged.head = None
    merged.save(update_fields=["merged_into", "head"])
    Customer.objects.filter(pk__in=below).update(head=merged)
    merge.undone_by_id, merge.undone_at = actor.id, at
    merge.save(update_fields=["undone_by_id", "undone_at"])
    for about, other in ((merge.kept_id, merged.pk), (merged.pk, merge.kept_id)):
        journal.write(actor, CustomerUnmerged(customer_id=about, merged_id=other, merge_id=merge.pk), at=at)
    return merge


def _require_reason(actor: Actor, level: MatchLevel, note: str) -> str:
    """The reason in the person's words; on doubt a leader must give it. Raises LeaderNeeded, MergeReasonMissing."""
    words = " ".join(note.split())
    if is_doubtful(level):
        if not may(actor, CustomerPermission.MERGE_ON_DOUBT):
            raise LeaderNeeded(level=level.label)
        if not words:
            raise MergeReasonMissing(field="note")
    return words


def _heads(kept_id: int, merged_id: int) -> tuple[Customer, Customer]:
    """Who stands for both families. Raises NotVisible, SameCustomer."""
    by_id = Customer.objects.select_related("head").in_bulk([kept_id, merged_id])
    if kept_id not in by_id or merged_id not in by_id:
        raise NotVisible()
    kept, merged = (by_id[one].head or by_id[one] for one in (kept_id, merged_id))
    if kept == merged:
        raise SameCustomer()
    return kept, merged


def _one_at_a_time() -> None:
    """Merges are rare and touch whole families: they queue for one lock rather than for many rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('customers.merge'))")
