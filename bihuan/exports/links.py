"""Private links to finished exports: signed, for their owner only, good for some minutes."""

from datetime import datetime, timedelta

from django.core import signing
from django.urls import reverse

from bihuan.exports.models import ExportJob, ExportState
from bihuan.exports.refusals import ExportBeyondRights, ExportGone, ExportNotReady
from bihuan.exports.registry import exporter_called
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
    """The export behind a link. Raises NotVisible, ExportNotReady, ExportGone, NotAllowed."""
    try:
        token, owner_id = signing.loads(ticket, salt=PURPOSE, max_age=LIFETIME)
    except signing.BadSignature:
        raise NotVisible from None
    if actor is None or not actor.is_staff or actor.id != owner_id:
        raise NotVisible
    job = ExportJob.objects.filter(token=token).first()
    if job is None:
        raise ExportGone
    return hand_out(job, actor, at)


def hand_out(job: ExportJob, actor: Actor, at: datetime) -> ExportJob:
    """One's own export, when it is ready and within today's rights; the journal keeps that it left.

    Raises ExportNotReady, ExportGone, ExportBeyondRights, NotAllowed.
    """
    if job.state == ExportState.EXPIRED:
        raise ExportGone
    if not job.is_ready(at):
        raise ExportGone if job.state == ExportState.DONE else ExportNotReady
    exporter = exporter_called(job.exporter)
    if not exporter.units(actor).issuperset(job.units):
        raise ExportBeyondRights
    exporter.record_fetch(actor, job, at)
    return job
