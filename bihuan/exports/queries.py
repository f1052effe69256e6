"""Reads of exports."""

from bihuan.exports.models import ExportJob
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible


def list_exports(actor: Actor, limit: int = 20) -> list[ExportJob]:
    """The actor's own exports, newest first."""
    return list(ExportJob.objects.owned_by(actor).order_by("-id")[:limit])


def get_export(actor: Actor, export_id: int) -> ExportJob:
    """One of the actor's own exports; raises NotVisible."""
    job = ExportJob.objects.owned_by(actor).filter(pk=export_id).first()
    if job is None:
        raise NotVisible
    return job
