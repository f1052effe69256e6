"""The write of tariffs: a whole edition at once."""

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid
from bihuan.journal.actions import write
from bihuan.tariffs.access import require_keeper
from bihuan.tariffs.events import TariffImported
from bihuan.tariffs.models import Area, Route, TariffEdition, ZoneRate
from bihuan.tariffs.sample import sample_table
from bihuan.tariffs.table import TariffTable, read_workbook

__all__ = ["TariffInvalid", "import_tariff", "load_sample_tariff"]


class TariffInvalid(Invalid):
    """Rows no tariff can have; ``errors`` in the facts lists them by sheet and row."""

    code = "tariff_invalid"
    sentence = _("价目表有 {count} 处不能用，整张表都没有导入。")
    next_step = _("按列出的工作表和行号改好后再导入。")


def import_tariff(*, actor: Actor, content: bytes, from_on: date, source: str, at: datetime) -> TariffEdition:
    """Import a workbook as the tariff that holds from a day on; all of it or nothing.

    Raises NotAllowed, TariffInvalid with the errors by row.
    """
    require_keeper(actor)
    try:
        table = read_workbook(content)
    except ValueError as problem:
        raise TariffInvalid(count=1, errors=(str(problem),), field="file") from problem
    if table.errors:
        raise TariffInvalid(count=len(table.errors), errors=table.errors, field="file")
    return _store(actor, table, from_on, source, at)


def load_sample_tariff(*, actor: Actor, from_on: date, at: datetime) -> TariffEdition:
    """The tariff of the demo company."""
    require_keeper(actor)
    return _store(actor, sample_table(), from_on, "demo", at)


@transaction.atomic
def _store(actor: Actor, table: TariffTable, from_on: date, source: str, at: datetime) -> TariffEdition:
    edition = TariffEdition.objects.create(
        from_on=from_on, source=source[:200], imported_at=at, imported_by=actor.name, **asdict(table.terms)
    )
    ZoneRate.objects.bulk_create(
        ZoneRate(edition=edition, service=row.service, zone=row.zone, **asdict(row.rate)) for row in table.rates
    )
    Route.objects.bulk_create(Route(edition=edition, **asdict(row)) for row in table.zones)
    Area.objects.bulk_create(Area(edition=edition, **asdict(row)) for row in table.areas)
    imported = TariffImported(
        tariff_id=edition.pk,
        from_on=from_on.isoformat(),
        source=edition.source,
        rates=len(table.rates),
        routes=len(table.zones),
        areas=len(table.areas),
    )
    write(actor, imported, at=at)
    return edition
