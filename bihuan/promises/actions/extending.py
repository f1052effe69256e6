"""Asking for more time: only before expiry, with the words that went to the customer (feature 4.7)."""

from datetime import datetime, timedelta

from django.db import transaction

from bihuan.foundation.actor import Actor
from bihuan.journal.actions import write_many
from bihuan.promises.access import access_open_promise
from bihuan.promises.actions.pausing import require_running
from bihuan.promises.errors import ExtensionIncomplete, PromiseNotFound, StatutoryNeverExtends
from bihuan.promises.events import PromiseExtended, PromiseExtensionAnswered
from bihuan.promises.models import Promise, PromiseExtension, Reaction
from bihuan.promises.scheduling import SCHEDULED_FIELDS, line, schedule, text

_ONE_MINUTE = timedelta(minutes=1)


@transaction.atomic
def extend_promise(
    *, actor: Actor, promise_id: int, by: timedelta, reason: str, notice_text: str, at: datetime
) -> PromiseExtension:
    """Add working time to a running promise and keep the notice; the new due time counts as told.

    ``reason`` and ``notice_text`` must be free of personal data in clear. Raises PromiseNotFound, PromiseEnded,
    StatutoryNeverExtends, PromisePaused, PromiseExpired, ExtensionIncomplete, CalendarNotCovered.
    """
    promise = access_open_promise(promise_id)
    if promise.is_statutory:
        raise StatutoryNeverExtends()
    require_running(promise, at)
    minutes = by // _ONE_MINUTE
    for field, given in {"reason": reason.strip(), "notice_text": notice_text.strip(), "by": minutes > 0}.items():
        if not given:
            raise ExtensionIncomplete(field=field)
    due_before = promise.due_at
    promise.extended_minutes += minutes
    schedule(promise)
    promise.told_at, promise.told_due_at = at, promise.due_at
    promise.save(update_fields=["extended_minutes", "told_at", "told_due_at", *SCHEDULED_FIELDS])
    extension = PromiseExtension.objects.create(
        promise=promise,
        minutes=minutes,
        due_before=due_before,
        due_after=promise.due_at,
        reason=reason.strip()[:200],
        notice_text=notice_text.strip(),
        extended_at=at,
        extended_by_id=actor.id if actor.is_staff else None,
    )
    changed = {"due_before": text(due_before), "minutes": minutes, "extension_id": extension.pk}
    write_many([line(actor, promise, PromiseExtended, at, **changed)])
    return extension


@transaction.atomic
def record_reaction(*, actor: Actor, extension_id: int, reaction: Reaction, at: datetime) -> PromiseExtension:
    """Keep what the customer said to an extension; a later answer replaces an earlier one. Raises PromiseNotFound."""
    extension = PromiseExtension.objects.select_for_update().filter(pk=extension_id).first()
    if extension is None:
        raise PromiseNotFound()
    extension.reaction, extension.reacted_at = Reaction(reaction), at
    extension.save(update_fields=["reaction", "reacted_at"])
    promise = Promise.objects.get(pk=extension.promise_id)
    said = {"extension_id": extension.pk, "reaction": extension.reaction.value}
    write_many([line(actor, promise, PromiseExtensionAnswered, at, **said)])
    return extension
