"""The list of cases as a file: what the page shows, for those who may take it out of the house."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.cases.events import CasesExported, CasesExportFetched
from bihuan.cases.models import Case, CaseQuerySet
from bihuan.cases.permissions import ROLES, CasePermission
from bihuan.cases.queries import CASE_EXPORT, CaseFilter, narrow
from bihuan.customers.queries import render_masked_many
from bihuan.exports.models import ExportJob
from bihuan.exports.registry import Column, Exporter, register
from bihuan.foundation.actor import Actor, Via
from bihuan.foundation.errors import NotAllowed
from bihuan.journal.actions import write
from bihuan.organization.models import Staff
from bihuan.organization.queries import actor_for


def units_of(actor: Actor) -> frozenset[int]:
    """The teams whose cases the actor may take out. Raises NotAllowed."""
    units = actor.units(ROLES[CasePermission.EXPORT])
    if not units or (actor.scopes is not None and CasePermission.EXPORT not in actor.scopes):
        raise NotAllowed()
    return units


def rows_of(actor: Actor, filters: Mapping[str, Any]) -> CaseQuerySet:
    """The cases behind a list's filters that the actor sees and may take out. Raises NotAllowed."""
    allowed = Case.objects.visible_to(actor).filter(team_id__in=units_of(actor))
    return narrow(allowed, CaseFilter(**filters)).select_related("category", "team", "owner")


def mask_titles(cases: list[Case]) -> list[Case]:
    """Give each case its title with personal data masked, in one look-up for all."""
    for case, title in zip(cases, render_masked_many([case.title for case in cases]), strict=True):
        case.title = title
    return cases


def actor_of(staff_id: int, at: datetime) -> Actor:
    """Whoever asked, with the rights of this moment."""
    return actor_for(Staff.objects.get(pk=staff_id), at=at, via=Via.JOB)


@transaction.atomic
def record(actor: Actor, job: ExportJob, at: datetime) -> None:
    """Journal that an export was asked for, or how it ended."""
    exported = CasesExported(
        export_id=job.pk,
        state=job.state,
        rows=job.done,
        format=job.format,
        columns=tuple(job.columns),
        narrowed_by=tuple(sorted(job.filters)),
    )
    write(actor, exported, at=at, units=())


@transaction.atomic
def record_fetch(actor: Actor, job: ExportJob, at: datetime) -> None:
    """Journal that the file left the house."""
    write(actor, CasesExportFetched(export_id=job.pk, rows=job.done, format=job.format), at=at, units=())


COLUMNS = (
    Column("number", _("案件号"), lambda case: case.number),
    Column("kind", _("类型"), lambda case: case.get_kind_display()),
    Column("category", _("问题分类"), lambda case: case.category.label),
    Column("title", _("事由"), lambda case: case.title),
    Column("customer", _("客户"), lambda case: case.customer_label),
    Column("waybill", _("运单号"), lambda case: case.waybill),
    Column("priority", _("优先级"), lambda case: case.get_priority_display()),
    Column("state", _("阶段"), lambda case: case.get_state_display()),
    Column("team", _("班组"), lambda case: case.team.label),
    Column("owner", _("承办"), lambda case: case.owner.label if case.owner else ""),
    Column("round", _("第几轮"), lambda case: case.round),
    Column("cause", _("根本原因"), lambda case: case.get_cause_display()),
    Column("rating", _("客户评分"), lambda case: case.rating),
    Column("opened_at", _("收到"), lambda case: case.opened_at),
    Column("due_at", _("承诺"), lambda case: case.next_due_at),
    Column("closed_at", _("办结"), lambda case: case.closed_at),
)

register(
    Exporter(
        name=CASE_EXPORT,
        label=_("案件清单"),
        columns=COLUMNS,
        rows=rows_of,
        units=units_of,
        prepare=mask_titles,
        actor_of=actor_of,
        record=record,
        record_fetch=record_fetch,
    )
)
