"""An exporter of Django's content types, the only rows the ground floor finds without a business."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from bihuan.exports.models import ExportJob
from bihuan.exports.registry import Column, Exporter
from bihuan.foundation.actor import Actor, ActorKind, Grant
from bihuan.foundation.errors import NotAllowed

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
WEI = Actor(kind=ActorKind.STAFF, id=11, name="魏岚", grants=(Grant("SUPERVISOR", frozenset({4})),))
LIN = Actor(kind=ActorKind.STAFF, id=7, name="林晓", grants=(Grant("AGENT", frozenset({31})),))


class Office:
    """Who works here at the moment, and what was recorded about exports."""

    def __init__(self) -> None:
        self.people = {WEI.id: WEI, LIN.id: LIN}
        self.recorded: list[tuple[str, str, int]] = []
        self.batches = 0
        self.before_batch: dict[int, Any] = {}

    def actor_of(self, staff_id: int, at: datetime) -> Actor:
        return self.people[staff_id]

    def rows(self, actor: Actor, filters: Mapping[str, Any]) -> QuerySet[ContentType]:
        """Agents may not export; everybody else sees the rows of the wanted app."""
        self.batches += 1
        self.before_batch.get(self.batches, lambda: None)()
        if actor.grants:
            self.units(actor)
        return ContentType.objects.filter(app_label=filters["app"]).order_by("model")

    def units(self, actor: Actor) -> frozenset[int]:
        """Supervisors export for their units."""
        if not actor.units({"SUPERVISOR"}):
            raise NotAllowed
        return actor.units({"SUPERVISOR"})

    def record_fetch(self, actor: Actor, job: ExportJob, at: datetime) -> None:
        self.recorded.append((actor.name, "FETCHED", job.done))

    def record(self, actor: Actor, job: ExportJob, at: datetime) -> None:
        self.recorded.append((actor.name, job.state, job.done))

    def exporter(self) -> Exporter:
        return Exporter(
            name="models",
            label="模型",
            columns=(
                Column("app", "应用", lambda row: row.app_label),
                Column("model", "模型", lambda row: row.model),
                Column("id", "编号", lambda row: row.pk),
            ),
            rows=self.rows,
            actor_of=self.actor_of,
            record=self.record,
            record_fetch=self.record_fetch,
            units=self.units,
            batch=10,
        )


def open_shelves(count: int) -> None:
    """Rows to export."""
    ContentType.objects.bulk_create(ContentType(app_label="shelves", model=f"shelf{n:03}") for n in range(count))
