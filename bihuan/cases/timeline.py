"""Everything that happened to a case on one line: journal entries with the words, files and people behind them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.cases.models import Callback, Case, Evidence, Handoff
from bihuan.customers.queries import render_masked_many
from bihuan.foundation.files.models import StoredFile
from bihuan.intake.models import Attachment, Message
from bihuan.journal.models import StoredEntry
from bihuan.journal.queries import entries_of
from bihuan.organization.queries import staff_names, unit_names


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
    messages: dict[int, Message]
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
    people = staff_names(entry.actor_id for entry in entries if entry.actor_kind == "STAFF")
    units = unit_names(handoff.department_id for handoff in rows.handoffs.values())
    return [_event(entry, rows, masked, people, units) for entry in entries]


def _ids(entries: Iterable[StoredEntry], name: str) -> list[int]:
    return [entry.payload[name] for entry in entries if entry.payload.get(name)]


def _fetch(case: Case, entries: Sequence[StoredEntry]) -> _Rows:
    messages = Message.objects.in_bulk(_ids(entries, "message_id"))
    files: dict[int, list[StoredFile]] = {}
    for attachment in Attachment.objects.filter(message_id__in=messages).select_related("file"):
        if attachment.file is not None:
            files.setdefault(attachment.message_id, []).append(attachment.file)
    return _Rows(
        messages=messages,
        files=files,
        handoffs={row.pk: row for row in case.handoffs.all()},
        evidence={row.pk: row for row in case.evidence.select_related("file")},
        callbacks={row.pk: row for row in case.callbacks.all()},
    )


def _words(entries: Sequence[StoredEntry], rows: _Rows) -> dict[int, str]:
    """The text of each entry that has one, by entry id."""
    found: dict[int, str] = {}
    for entry in entries:
        payload = entry.payload
        if message := rows.messages.get(payload.get("message_id")):  # type: ignore[arg-type]
            found[entry.id] = message.body
        elif entry.code == "case.handed_over" and (handoff := rows.handoffs.get(payload["handoff_id"])):
            found[entry.id] = handoff.request
        elif entry.code == "case.handoff_returned" and (handoff := rows.handoffs.get(payload["handoff_id"])):
            found[entry.id] = handoff.return_note
        elif entry.code == "case.evidence_added" and (evidence := rows.evidence.get(payload["evidence_id"])):
            found[entry.id] = evidence.statement
        elif entry.code == "case.called_back" and (callback := rows.callbacks.get(payload["callback_id"])):
            found[entry.id] = callback.note
    return found


def _event(
    entry: StoredEntry, rows: _Rows, words: dict[int, str], people: dict[int, str], units: dict[int, str]
) -> Event:
    payload = dict(entry.payload)
    if "department_id" in payload:
        payload["department"] = units.get(payload["department_id"], "")
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
