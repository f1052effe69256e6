"""Everything that happened to a case on one line: journal entries with the words, files and people behind them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import get_language

from bihuan.cases.models import Callback, Case, Evidence, Handoff
from bihuan.customers.queries import render_masked_many
from bihuan.foundation.files.models import StoredFile
from bihuan.intake.models import Message
from bihuan.journal.models import StoredEntry
from bihuan.journal.queries import entries_of
from bihuan.organization.queries import staff_names


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline. ``words`` has personal data masked; ``object`` is the row the entry speaks of."""

    entry_id: int
    at: datetime
    code: str
    by: str
    by_customer: bool
    by_system: bool
    words: str
    files: Sequence[StoredFile]
    facts: dict[str, Any]
    object: Handoff | Evidence | Callback | None = None


@dataclass(frozen=True, slots=True)
class _Rows:
    words: dict[int, str]
    files: dict[int, list[StoredFile]]
    handoffs: dict[int, Handoff]
    evidence: dict[int, Evidence]
    callbacks: dict[int, Callback]


TEXT_LIMIT = 500


def timeline(case: Case, *, limit: int = TEXT_LIMIT) -> list[Event]:
    """The newest ``limit`` events of a case, oldest first. A fixed number of queries whatever the length."""
    entries = entries_of("case", case.pk, limit=limit)
    rows = _fetch(case, entries)
    words = _words(entries, rows)
    masked = dict(zip(words, render_masked_many(list(words.values())), strict=True))
    people = _names(entries)
    return [_event(entry, rows, masked, people) for entry in entries]


def _names(entries: Sequence[StoredEntry]) -> dict[int, str]:
    """Other names than those the journal keeps: it keeps the Chinese ones."""
    if not (get_language() or "").startswith("en"):
        return {}
    return staff_names(entry.actor_id for entry in entries if entry.actor_kind == "STAFF")


def _ids(entries: Iterable[StoredEntry], name: str) -> list[int]:
    return [entry.payload[name] for entry in entries if entry.payload.get(name)]


def _fetch(case: Case, entries: Sequence[StoredEntry]) -> _Rows:
    """The rows behind the entries; a kind of row no entry speaks of is not asked for.

    Evidence stays on the case, for whoever shows it beside the timeline.
    """
    words, files = _messages(_ids(entries, "message_id"))
    with_people = Evidence.objects.select_related("file", "given_by")
    prefetch_related_objects([case], Prefetch("evidence", with_people))
    handoffs = case.handoffs.select_related("department") if _ids(entries, "handoff_id") else ()
    return _Rows(
        words=words,
        files=files,
        handoffs={row.pk: row for row in handoffs},
        evidence={row.pk: row for row in case.evidence.all()},
        callbacks={row.pk: row for row in case.callbacks.all()} if _ids(entries, "callback_id") else {},
    )


def _messages(ids: Collection[int]) -> tuple[dict[int, str], dict[int, list[StoredFile]]]:
    """What messages say and the files that came with them, by message id; the files in a second query if any."""
    found = Message.objects.filter(pk__in=ids).order_by("pk", "attachments__pk")
    rows = list(found.values_list("pk", "body", "attachments__file_id")) if ids else []
    kept = StoredFile.objects.in_bulk({file_id for _, _, file_id in rows if file_id})
    files: dict[int, list[StoredFile]] = {}
    for message_id, _, file_id in rows:
        if file_id:
            files.setdefault(message_id, []).append(kept[file_id])
    return {message_id: body for message_id, body, _ in rows}, files


def _words(entries: Sequence[StoredEntry], rows: _Rows) -> dict[int, str]:
    """The text of each entry that has one, by entry id."""
    found: dict[int, str] = {}
    for entry in entries:
        payload = entry.payload
        if said := rows.words.get(payload.get("message_id")):  # type: ignore[arg-type]
            found[entry.id] = said
        elif entry.code == "case.handed_over" and (handoff := rows.handoffs.get(payload["handoff_id"])):
            found[entry.id] = handoff.request
        elif entry.code == "case.handoff_returned" and (handoff := rows.handoffs.get(payload["handoff_id"])):
            found[entry.id] = handoff.return_note
        elif entry.code == "case.evidence_added" and (evidence := rows.evidence.get(payload["evidence_id"])):
            found[entry.id] = evidence.statement
        elif entry.code == "case.called_back" and (callback := rows.callbacks.get(payload["callback_id"])):
            found[entry.id] = callback.note
    return found


def _event(entry: StoredEntry, rows: _Rows, words: dict[int, str], people: dict[int, str]) -> Event:
    payload = dict(entry.payload)
    if "department_id" in payload:
        handoff = rows.handoffs.get(payload.get("handoff_id"))  # type: ignore[arg-type]
        payload["department"] = handoff.department.label if handoff else ""
    evidence = rows.evidence.get(payload.get("evidence_id"))  # type: ignore[arg-type]
    files = list(rows.files.get(payload.get("message_id"), ()))  # type: ignore[arg-type]
    if evidence is not None and evidence.file is not None:
        files.append(evidence.file)
    subject = (
        rows.handoffs.get(payload.get("handoff_id"))  # type: ignore[arg-type]
        or evidence
        or rows.callbacks.get(payload.get("callback_id"))  # type: ignore[arg-type]
    )
    return Event(
        entry_id=entry.id,
        at=entry.at,
        code=entry.code,
        by=people.get(entry.actor_id, entry.actor_name) if entry.actor_id else entry.actor_name,
        by_customer=entry.actor_kind == "CUSTOMER",
        by_system=entry.actor_kind == "SYSTEM",
        words=words.get(entry.id, ""),
        files=files,
        facts=payload,
        object=subject,
    )
