"""Feedback by the thousand: batches of rows, each batch one transaction that also moves the run forward."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bihuan.customers import actions as customers
from bihuan.customers.actions import CustomerDraft
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Refusal
from bihuan.intake.access import IMPORTERS, require_role
from bihuan.intake.actions.receiving import lift, shorten
from bihuan.intake.copying import copy_rows, draw_ids
from bihuan.intake.events import FeedbackImported, MessageReceived
from bihuan.intake.feedback_rows import FeedbackRow
from bihuan.intake.identity import external_key
from bihuan.intake.models import (
    Channel,
    Conversation,
    Direction,
    ExternalKey,
    ImportRun,
    Message,
    MessageKind,
    new_token,
)
from bihuan.journal import actions as journal

SUBJECT_CHARS = 60
AUTHOR = ("author_kind", "author_id", "author_name")


class ImportMoved(Refusal):
    code = "import_moved"
    sentence = _("另一个进程正在导入同一个文件。")
    next_step = _("等它结束后再运行一次：已导入的行不会重复。")


@dataclass(frozen=True, kw_only=True)
class FeedbackBatch:
    """Rows of one transaction: from just behind ``after`` up to row ``position``, with how many were refused."""

    after: int
    position: int
    rows: Sequence[FeedbackRow]
    refused: int


@transaction.atomic
def open_import(*, actor: Actor, source: str, file_name: str, file_sha256: str, at: datetime) -> ImportRun:
    """The unfinished run over this file, else a new one. Raises NotAllowed."""
    require_role(actor, IMPORTERS)
    run, _is_new = ImportRun.objects.get_or_create(
        source=source,
        file_sha256=file_sha256,
        finished_at=None,
        defaults={"file_name": file_name[:200], "started_at": at},
    )
    return run


@transaction.atomic
def import_batch(*, actor: Actor, run_id: int, batch: FeedbackBatch, at: datetime) -> ImportRun:
    """Store the rows that are not known yet, and move the run. Raises ImportMoved, NotAllowed."""
    require_role(actor, IMPORTERS)
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.position != batch.after:
        raise ImportMoved()
    keys = {external_key(Channel.IMPORT, f"{run.source}:{row.identity}"): row for row in batch.rows}
    known = ExternalKey.objects.filter(key__in=list(keys)).values_list("key", flat=True)
    fresh = {key: keys[key] for key in keys.keys() - {bytes(key) for key in known}}
    _store(actor, run.source, dict(sorted(fresh.items(), key=lambda item: item[1].number)), at)
    run.position, run.stored = batch.position, run.stored + len(fresh)
    run.duplicates, run.refused = run.duplicates + len(batch.rows) - len(fresh), run.refused + batch.refused
    run.save(update_fields=["position", "stored", "duplicates", "refused"])
    imported = FeedbackImported(
        import_id=run.pk,
        source=run.source,
        position=run.position,
        stored=len(fresh),
        duplicates=len(batch.rows) - len(fresh),
        refused=batch.refused,
    )
    journal.write(actor, imported, at=at)
    return run


@transaction.atomic
def finish_import(*, actor: Actor, run_id: int, at: datetime) -> ImportRun:
    """Close a run; importing the same file again starts a new one. Raises NotAllowed."""
    require_role(actor, IMPORTERS)
    ImportRun.objects.filter(pk=run_id, finished_at=None).update(finished_at=at, position=F("position"))
    return ImportRun.objects.get(pk=run_id)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A row on its way into the tables."""

    key: bytes
    row: FeedbackRow
    customer_id: int | None
    text: str
    conversation_id: int
    message_id: int
    at: datetime


def _store(actor: Actor, source: str, fresh: dict[bytes, FeedbackRow], at: datetime) -> None:
    """Rows become conversations of one message each: one COPY for each table."""
    if not fresh:
        return
    rows = list(fresh.values())
    customer_ids = _customer_ids(actor, rows, at)
    texts = _lift_texts(actor, rows, customer_ids, at)
    ids = zip(draw_ids(Conversation, len(rows)), draw_ids(Message, len(rows)), strict=True)
    stored = [
        _Stored(key, row, customer_id, text, conversation_id, message_id, row.at or at)
        for key, row, customer_id, text, (conversation_id, message_id) in zip(
            fresh, rows, customer_ids, texts, ids, strict=True
        )
    ]
    _copy(actor, stored, at)
    journal.write_many(journal.Line(actor=actor, entry=_entry_for(one, source), at=at) for one in stored)


def _copy(actor: Actor, stored: Sequence[_Stored], at: datetime) -> None:
    channel, direction, kind = Channel.IMPORT.value, Direction.IN.value, MessageKind.REPLY.value
    author = (actor.kind.value, actor.id, actor.name[:60])
    copy_rows(
        Conversation,
        ("id", "channel", "customer_id", "subject", "token", "opened_at"),
        ((it.conversation_id, channel, it.customer_id, _subject_of(it.text), new_token(), it.at) for it in stored),
    )
    copy_rows(
        Message,
        ("id", "conversation_id", "direction", "kind", "body", "quoted", "is_automatic", *AUTHOR, "at"),
        ((it.message_id, it.conversation_id, direction, kind, it.text, "", False, *author, it.at) for it in stored),
    )
    copy_rows(
        ExternalKey,
        ("key", "conversation_id", "message_id", "at"),
        ((it.key, it.conversation_id, it.message_id, at) for it in stored),
    )


def _entry_for(stored: _Stored, source: str) -> MessageReceived:
    row = stored.row
    hints = {"source": source, "kind": row.kind, "waybill": row.waybill, "label": row.label}
    return MessageReceived(
        conversation_id=stored.conversation_id,
        message_id=stored.message_id,
        channel=Channel.IMPORT.value,
        opens=True,
        hints={name: value for name, value in hints.items() if value},
    )


def _customer_ids(actor: Actor, rows: Sequence[FeedbackRow], at: datetime) -> list[int | None]:
    """Who wrote each row; None where the file does not tell."""
    if not any(row.name or row.phone or row.email for row in rows):
        return [None] * len(rows)
    drafts = [CustomerDraft(name=row.name, phones=[row.phone], emails=[row.email]) for row in rows]
    found = customers.find_or_register_customers(actor=actor, drafts=drafts, at=at)
    return [customer.pk if customer else None for customer in found]


def _lift_texts(
    actor: Actor, rows: Sequence[FeedbackRow], customer_ids: Sequence[int | None], at: datetime
) -> list[str]:
    """The texts without personal data: one call for all rows of nobody known, one for each customer."""
    texts = [row.text for row in rows]
    for customer_id in dict.fromkeys(customer_ids):
        places = [place for place, found in enumerate(customer_ids) if found == customer_id]
        lifted = lift(actor, customer_id, [texts[place] for place in places], at)
        for place, text in zip(places, lifted, strict=True):
            texts[place] = text
    return texts


def _subject_of(text: str) -> str:
    line = " ".join(text.split())
    return shorten(line, SUBJECT_CHARS)
