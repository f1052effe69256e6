"""A purge: previewed by one person, approved by another, carried out by a job that looks at every row again.

Each batch is one transaction: rows, their outcomes and the journal entry with the counts go together, so a job that is
killed goes on where the last batch ended.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.customers.actions import remove_addresses, remove_texts
from bihuan.customers.models import Customer
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotVisible, Refusal
from bihuan.foundation.jobs import app as jobs
from bihuan.intake.actions import remove_originals
from bihuan.journal import actions as journal
from bihuan.retention.access import RetentionPermission, require
from bihuan.retention.actions.erasing import ErasureForbidden, erase_customer
from bihuan.retention.classes import TERMS, DataClass, months_before
from bihuan.retention.due import DUE, held_customers, held_mails
from bihuan.retention.events import (
    PurgeApproved,
    PurgeBatchRemoved,
    PurgeCancelled,
    PurgeEnded,
    PurgePreviewed,
)
from bihuan.retention.locking import lock_holds
from bihuan.retention.models import Outcome, Purge, PurgeRow, PurgeState
from bihuan.retention.queries import months_of

JOB = "bihuan.retention.tasks.carry_out"
PURGER = Actor.system("purge")
BATCH = 200
# a batch holds the lock on holds, and every ordered reader of the journal, for about a second
BATCHES = {DataClass.CUSTOMER: 25}
ROWS_AT_MOST = 20_000  # of one class; what is left over is due in the next purge
FRESH_FOR = timedelta(days=7)
Remove = Callable[[Collection[int], datetime], frozenset[int]]


class NothingChosen(Invalid):
    code = "purge_nothing_chosen"
    sentence = _("请选择要清除哪类数据。")


class NothingDue(Refusal):
    code = "purge_nothing_due"
    sentence = _("没有到期的数据。")


class PurgeOver(Refusal):
    code = "purge_over"
    sentence = _("这次清除已经结束或取消。")


class SecondPersonNeeded(Refusal):
    code = "purge_second_person"
    status = 403
    sentence = _("谁发起的清除，不能自己批准。")
    rule = _("删除数据由一人发起、另一人批准")
    next_step = _("请另一位有权限的同事看过预览再批准。")


class PreviewStale(Refusal):
    code = "purge_preview_stale"
    sentence = _("预览已超过七天，请重新预览。")


@transaction.atomic
def propose_purge(*, actor: Actor, classes: Collection[str], at: datetime) -> Purge:
    """Write down which rows are due and in which version; nothing is removed. Held ones are counted only.

    Raises NothingChosen, NothingDue, NotAllowed.
    """
    staff_id = require(actor, RetentionPermission.PURGE)
    chosen = [code for code in DataClass.values if code in classes]
    if not chosen or set(classes) - set(TERMS):
        raise NothingChosen(field="classes")
    months = {code: months_of(code) for code in chosen}
    purge = Purge.objects.create(classes=chosen, months=months, asked_by_id=staff_id, asked_at=at)
    held = held_customers(at)
    for code in chosen:
        purge.held += _plan(purge, code, held, at)
    rows = purge.rows.count()
    if not rows:
        raise NothingDue()
    purge.save(update_fields=["held", "is_partial"])
    previewed = PurgePreviewed(purge_id=purge.pk, classes=tuple(chosen), rows=rows, held=purge.held)
    journal.write(actor, previewed, at=at)
    return purge


def _plan(purge: Purge, code: str, held: frozenset[int], at: datetime) -> int:
    """Keep the due rows of a class; returns how many a hold keeps out."""
    due = DUE[code](months_before(at, purge.months[code]))
    found = list(due.order_by("pk").values_list("pk", "owner", "stamp")[: ROWS_AT_MOST + 1])
    purge.is_partial |= len(found) > ROWS_AT_MOST
    free = [row for row in found[:ROWS_AT_MOST] if row[1] not in held]
    rows = [
        PurgeRow(purge=purge, data_class=code, row_id=pk, customer_id=owner, stamp=stamp) for pk, owner, stamp in free
    ]
    PurgeRow.objects.bulk_create(rows, batch_size=1_000)
    return len(found[:ROWS_AT_MOST]) - len(free)


@transaction.atomic
def approve_purge(*, actor: Actor, purge_id: int, at: datetime) -> Purge:
    """A second person has looked at the preview: the job may begin.

    Raises SecondPersonNeeded, PreviewStale, PurgeOver, NotVisible, NotAllowed.
    """
    staff_id, purge = _access(actor, purge_id)
    if purge.state != PurgeState.PREVIEWED:
        raise PurgeOver()
    if purge.asked_by_id == staff_id:
        raise SecondPersonNeeded()
    if at - purge.asked_at > FRESH_FOR:
        raise PreviewStale()
    purge.state, purge.approved_by_id, purge.approved_at = PurgeState.APPROVED, staff_id, at
    purge.save(update_fields=["state", "approved_by", "approved_at"])
    journal.write(actor, PurgeApproved(purge_id=purge.pk), at=at)
    jobs.configure_task(JOB, lock=f"purge-{purge.pk}").defer(purge_id=purge.pk)
    return purge


@transaction.atomic
def cancel_purge(*, actor: Actor, purge_id: int, at: datetime) -> Purge:
    """Stop before the next batch; what is gone stays gone. Raises PurgeOver, NotVisible, NotAllowed."""
    _staff_id, purge = _access(actor, purge_id)
    if purge.state not in {PurgeState.PREVIEWED, PurgeState.APPROVED}:
        raise PurgeOver()
    purge.state, purge.ended_at = PurgeState.CANCELLED, at
    purge.save(update_fields=["state", "ended_at"])
    journal.write(actor, PurgeCancelled(purge_id=purge.pk), at=at)
    return purge


def _access(actor: Actor, purge_id: int) -> tuple[int, Purge]:
    staff_id = require(actor, RetentionPermission.PURGE)
    purge = Purge.objects.select_for_update().filter(pk=purge_id).first()
    if purge is None:
        raise NotVisible()
    return staff_id, purge


@transaction.atomic
def remove_batch(*, purge_id: int, at: datetime) -> bool:
    """Carry out the next rows of an approved purge; True while there may be more.

    A row goes when no hold keeps it, it is still due, and nobody has written to it since the preview.
    """
    lock_holds()
    purge = Purge.objects.select_for_update().get(pk=purge_id)
    if purge.state != PurgeState.APPROVED:
        return False
    rows = _next_rows(purge)
    if not rows:
        _end(purge, at)
        return False
    code = rows[0].data_class
    outcomes = _judge(purge, code, rows, at)
    removed = REMOVERS[code]([row.row_id for row in rows if outcomes[row.row_id] == Outcome.REMOVED], at)
    for row in rows:
        outcome = outcomes[row.row_id]
        row.outcome = Outcome.HELD if outcome == Outcome.REMOVED and row.row_id not in removed else outcome
    PurgeRow.objects.bulk_update(rows, ["outcome"])
    counted = Counter(row.outcome for row in rows)
    batch = PurgeBatchRemoved(
        purge_id=purge.pk,
        data_class=code,
        removed=counted[Outcome.REMOVED],
        held=counted[Outcome.HELD],
        touched=counted[Outcome.TOUCHED],
        not_due=counted[Outcome.NOT_DUE],
    )
    journal.write(PURGER, batch, at=at)
    return True


def _next_rows(purge: Purge) -> list[PurgeRow]:
    planned = purge.rows.filter(outcome=Outcome.PLANNED)
    for code in DataClass.values:
        if rows := list(planned.filter(data_class=code).order_by("id")[: BATCHES.get(DataClass(code), BATCH)]):
            return rows
    return []


def _judge(purge: Purge, code: str, rows: Sequence[PurgeRow], at: datetime) -> Mapping[int, Outcome]:
    """Look at each row again. The customers are locked first: what a case needs of them can no longer change."""
    owners = {row.customer_id for row in rows if row.customer_id}
    list(Customer.objects.select_for_update().filter(pk__in=owners).order_by("pk").values_list("pk"))
    ids = [row.row_id for row in rows]
    held, held_rows = held_customers(at), held_mails(ids, at) if code == DataClass.MAIL else frozenset()
    due = DUE[code](months_before(at, purge.months[code])).filter(pk__in=ids)
    now_due = {pk: (owner, stamp) for pk, owner, stamp in due.values_list("pk", "owner", "stamp")}
    return {
        row.row_id: judge(
            is_held=bool({row.customer_id, now_due.get(row.row_id, (None, ""))[0]} & held) or row.row_id in held_rows,
            stamp_then=row.stamp,
            stamp_now=now_due[row.row_id][1] if row.row_id in now_due else None,
        )
        for row in rows
    }


def judge(*, is_held: bool, stamp_then: str, stamp_now: str | None) -> Outcome:
    """What becomes of a row: a hold wins, then whether it is still due, then whether it was touched."""
    if is_held:
        return Outcome.HELD
    if stamp_now is None:
        return Outcome.NOT_DUE
    return Outcome.REMOVED if stamp_now == stamp_then else Outcome.TOUCHED


def _end(purge: Purge, at: datetime) -> None:
    purge.state, purge.ended_at = PurgeState.DONE, at
    purge.save(update_fields=["state", "ended_at"])
    removed, all_rows = purge.rows.filter(outcome=Outcome.REMOVED).count(), purge.rows.count()
    journal.write(PURGER, PurgeEnded(purge_id=purge.pk, removed=removed, left=all_rows - removed), at=at)


def _erase(customer_ids: Collection[int], at: datetime) -> frozenset[int]:
    """Whoever something still forbids to erase stays."""
    gone = set()
    for customer_id in customer_ids:
        try:
            with transaction.atomic():
                erase_customer(actor=PURGER, customer_id=customer_id, at=at)
        except ErasureForbidden:
            continue
        gone.add(customer_id)
    return frozenset(gone)


def _remove_addresses(ids: Collection[int], at: datetime) -> frozenset[int]:
    remove_addresses(actor=PURGER, address_ids=ids, at=at)
    return frozenset(ids)


def _remove_texts(ids: Collection[int], at: datetime) -> frozenset[int]:
    remove_texts(actor=PURGER, datum_ids=ids, at=at)
    return frozenset(ids)


def _remove_mails(ids: Collection[int], at: datetime) -> frozenset[int]:
    remove_originals(actor=PURGER, mail_ids=ids, at=at)
    return frozenset(ids)


REMOVERS: dict[str, Remove] = {
    DataClass.CUSTOMER: _erase,
    DataClass.ADDRESS: _remove_addresses,
    DataClass.TEXT: _remove_texts,
    DataClass.MAIL: _remove_mails,
}
