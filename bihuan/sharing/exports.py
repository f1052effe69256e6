"""The file a recipient gets: agreed fields in clear, asked of the agreement again for every batch."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import CharField, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.customers.models import CustomerKind
from bihuan.customers.queries import clear_values
from bihuan.exports.models import ExportJob
from bihuan.exports.registry import Column, Exporter, register
from bihuan.foundation.actor import Actor, Via
from bihuan.foundation.errors import NotAllowed
from bihuan.foundation.moment import now
from bihuan.journal.actions import write
from bihuan.organization.models import Staff
from bihuan.organization.queries import actor_for
from bihuan.sharing.access import ROLES, SharingPermission, require
from bihuan.sharing.actions import EXPORTER
from bihuan.sharing.events import ShareFileFetched, ShareFileWritten
from bihuan.sharing.models import SharedField, SharingAgreement
from bihuan.sharing.scope import customers_of
from bihuan.sharing.terms import AgreementNotApproved, refusal_of

READER = Actor.system("sharing")


def units_of(actor: Actor) -> frozenset[int]:
    """Where the actor may share. Raises NotAllowed."""
    units = actor.units(ROLES[SharingPermission.SHARE])
    if not units:
        raise NotAllowed()
    return units


def rows_of(actor: Actor, filters: Mapping[str, Any]) -> "QuerySet[Any]":
    """The customers, while the agreement still allows this. Raises ShareRefused, NotAllowed."""
    require(actor, SharingPermission.SHARE)
    agreement = SharingAgreement.objects.filter(pk=filters.get("agreement", 0)).first()
    if agreement is None:
        raise AgreementNotApproved()
    fields = list(filters.get("fields", ()))
    today = timezone.localtime(now()).date()
    if refusal := refusal_of(agreement, purpose=filters.get("purpose", ""), fields=fields, on=today):
        raise refusal
    agreed = Value(fields, output_field=ArrayField(CharField()))
    return customers_of(agreement, filters.get("region", "")).annotate(agreed=agreed)


def open_values(rows: list[Any]) -> list[Any]:
    """Give each customer the values of the batch, by kind: one look-up for all."""
    found = clear_values(READER, [row.pk for row in rows])
    for row in rows:
        row.opened = found.get(row.pk, {})
    return rows


def actor_of(staff_id: int, at: datetime) -> Actor:
    """Whoever asked, with the rights of this moment."""
    return actor_for(Staff.objects.get(pk=staff_id), at=at, via=Via.JOB)


@transaction.atomic
def record(actor: Actor, job: ExportJob, at: datetime) -> None:
    """Journal how far the file is."""
    write(actor, ShareFileWritten(export_id=job.pk, state=job.state, rows=job.done), at=at)


@transaction.atomic
def record_fetch(actor: Actor, job: ExportJob, at: datetime) -> None:
    """Journal that the file left the house."""
    write(actor, ShareFileFetched(export_id=job.pk, rows=job.done), at=at)


def _column(code: SharedField, value: Callable[[Any], object]) -> Column:
    """A column that stays empty for whatever was not agreed, whoever asks for it."""
    return Column(code.value, code.label, lambda row: value(row) if code.value in row.agreed else "")


def _values(kind: str) -> Callable[[Any], object]:
    return lambda row: "；".join(row.opened.get(kind, ()))


COLUMNS = (
    Column("ID", _("编号"), lambda row: row.pk),
    _column(SharedField.KIND, lambda row: str(CustomerKind(row.kind).label)),
    _column(SharedField.NAME, _values("NAME")),
    _column(SharedField.PHONE, _values("PHONE")),
    _column(SharedField.EMAIL, _values("EMAIL")),
    _column(SharedField.ADDRESS, _values("ADDRESS")),
    _column(SharedField.REGION, _values("REGION")),
)

register(
    Exporter(
        name=EXPORTER,
        label=_("按约定共享的客户资料"),
        columns=COLUMNS,
        rows=rows_of,
        units=units_of,
        prepare=open_values,
        actor_of=actor_of,
        record=record,
        record_fetch=record_fetch,
    )
)
