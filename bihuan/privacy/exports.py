"""The record of processing as a file, for whoever audits it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.exports.models import ExportJob
from bihuan.exports.registry import Column, Exporter, register
from bihuan.foundation.actor import Actor, Via
from bihuan.journal.actions import write
from bihuan.organization.models import Staff
from bihuan.organization.queries import actor_for
from bihuan.privacy.access import RECORD_READERS, require_record_reader
from bihuan.privacy.events import ProcessingRecordsExported, ProcessingRecordsFetched
from bihuan.privacy.queries import RECORD_EXPORT, latest_records


def units_of(actor: Actor) -> frozenset[int]:
    """Where the actor may read the record. Raises NotAllowed."""
    require_record_reader(actor)
    return actor.units(RECORD_READERS)


def rows_of(actor: Actor, filters: Mapping[str, Any]) -> "QuerySet[Any]":
    """The latest version of each activity. Raises NotAllowed."""
    require_record_reader(actor)
    return latest_records()


def actor_of(staff_id: int, at: datetime) -> Actor:
    """Whoever asked, with the rights of this moment."""
    return actor_for(Staff.objects.get(pk=staff_id), at=at, via=Via.JOB)


@transaction.atomic
def record(actor: Actor, job: ExportJob, at: datetime) -> None:
    """Journal how far the file is."""
    write(actor, ProcessingRecordsExported(export_id=job.pk, state=job.state, rows=job.done), at=at)


@transaction.atomic
def record_fetch(actor: Actor, job: ExportJob, at: datetime) -> None:
    """Journal that the file was handed out."""
    write(actor, ProcessingRecordsFetched(export_id=job.pk), at=at)


COLUMNS = (
    Column("name", _("处理活动"), lambda row: row.name),
    Column("version", _("版本"), lambda row: row.version),
    Column("purpose", _("目的"), lambda row: row.purpose),
    Column("basis", _("合法性基础"), lambda row: row.get_basis_display()),
    Column("subjects", _("涉及的人"), lambda row: row.subjects),
    Column("data_kinds", _("数据种类"), lambda row: row.data_kinds),
    Column("sensitive", _("敏感个人信息"), lambda row: str(_("是") if row.is_sensitive else _("否"))),
    Column("recipients", _("接收方"), lambda row: row.recipients),
    Column("retention", _("保存期限"), lambda row: row.retention),
    Column("safeguards", _("保护措施"), lambda row: row.safeguards),
    Column("assessed_on", _("影响评估日期"), lambda row: row.assessed_on),
    Column("assessment", _("影响评估"), lambda row: row.assessment),
    Column("written_at", _("记录时间"), lambda row: row.written_at),
)

register(
    Exporter(
        name=RECORD_EXPORT,
        label=_("个人信息处理活动记录"),
        columns=COLUMNS,
        rows=rows_of,
        units=units_of,
        actor_of=actor_of,
        record=record,
        record_fetch=record_fetch,
    )
)
