"""Private links to finished exports: signed, for their owner only, good for some minutes."""

from datetime import datetime, timedelta

from django.core import signing
from django.urls import reverse

from bihuan.exports.models import ExportJob, ExportState
from bihuan.exports.refusals import ExportGone, ExportNotReady
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible

PURPOSE = "bihuan.exports"
LIFETIME = timedelta(minutes=10)


def export_link(job: ExportJob, actor: Actor) -> str:
    """The address of one's own finished export for the next minutes. Raises NotVisible."""
    if not actor.is_staff or job.owner_id != actor.id:
        raise NotVisible
    return reverse("exports:open", args=[signing.dumps([job.token, job.owner_id], salt=PURPOSE)])


def open_export(ticket: str, actor: Actor | None, at: datetime) -> ExportJob:
    """The export behind a link. Raises NotVisible, ExportNotReady, ExportGone."""
    try:
        token, owner_id = signing.loads(ticket, salt=PURPOSE, max_age=LIFETIME)
    except signing.BadSignature:
        raise NotVisible from None
    if actor is None or not actor.is_staff or actor.id != owner_id:
        raise NotVisible
    job = ExportJob.objects.filter(token=token).first()
    if job is None or job.state == ExportState.EXPIRED:
        raise ExportGone
    if not job.is_ready(at):
        raise ExportGone if job.state == ExportState.DONE else ExportNotReady
    return job
