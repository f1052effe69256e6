"""The customer's copy: written by a job, handed out by private links for some days, then removed."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.clearance.actions import count_look
from bihuan.clearance.models import LookKind
from bihuan.clearance.queries import require_open_vault
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Refusal
from bihuan.foundation.files import StoredFile, remove_file, store_file
from bihuan.journal import actions as journal
from bihuan.rights.access import RightsPermission, access_request
from bihuan.rights.copy import as_json, as_text
from bihuan.rights.events import RightCopyFetched, RightCopyRemoved, RightCopyWritten
from bihuan.rights.models import WITH_FILE, RightsRequest, RightState
from bihuan.rights.notices import SPEAKER, copy_words, tell
from bihuan.rights.reading import read_copy

KEPT_FOR = timedelta(days=7)


class CopyGone(Refusal):
    code = "copy_gone"
    status = 410
    sentence = _("副本还没有备好，或已过期删除。")
    next_step = _("过期的可以再提一次请求。")


@transaction.atomic
def write_copy(*, request_id: int, at: datetime) -> RightsRequest:
    """Write the copy of a fulfilled request and tell the customer; doing it again changes nothing."""
    request = RightsRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if request.json_file_id or request.state != RightState.FULFILLED or request.kind not in WITH_FILE:
        return request
    content = read_copy(SPEAKER, request, at)
    name = f"my-data-{at:%Y%m%d}"
    request.json_file = store_file(name=f"{name}.json", content=as_json(content), at=at)
    request.text_file = store_file(name=f"{name}.txt", content=as_text(content), at=at)
    request.files_until = at + KEPT_FOR
    request.save(update_fields=["json_file", "text_file", "files_until"])
    written = RightCopyWritten(customer_id=request.customer_id, request_id=request.pk, sha256=request.json_file.sha256)
    journal.write(SPEAKER, written, at=at)
    tell(request, "RIGHT_COPY", copy_words(request, request.files_until), at=at)
    return request


@transaction.atomic
def hand_out_copy(*, actor: Actor, request_id: int, form: str, at: datetime) -> StoredFile:
    """The file, for the customer or for a leader who passes it on; either is journalled.

    The portal has asked a customer for the code of this request. A colleague's fetch counts as an export.
    Raises CopyGone, UndertakingNeeded, VaultIsPaused, NotVisible, NotAllowed.
    """
    if actor.is_staff:
        request = access_request(actor, request_id, to=RightsPermission.DECIDE)
        require_open_vault(actor, at)
        count_look(actor=actor, kind=LookKind.EXPORT, customer_id=request.customer_id, at=at)
    else:
        request = RightsRequest.objects.get(pk=request_id)
    file = request.json_file if form == "json" else request.text_file
    if file is None or not request.has_files(at):
        raise CopyGone()
    fetched = RightCopyFetched(customer_id=request.customer_id, request_id=request.pk, form=form)
    journal.write(actor, fetched, at=at)
    return file


def remove_old_copies(*, at: datetime) -> int:
    """Remove copies whose days are over; returns how many."""
    old = RightsRequest.objects.filter(files_until__lte=at, json_file__isnull=False)
    return sum(_remove_copy(request_id, at) for request_id in old.values_list("pk", flat=True))


@transaction.atomic
def _remove_copy(request_id: int, at: datetime) -> bool:
    request = RightsRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    files = [file_id for file_id in (request.json_file_id, request.text_file_id) if file_id]
    request.json_file = request.text_file = None
    request.save(update_fields=["json_file", "text_file"])
    removed = [remove_file(file_id) for file_id in files]
    journal.write(SPEAKER, RightCopyRemoved(customer_id=request.customer_id, request_id=request.pk), at=at)
    return any(removed)
