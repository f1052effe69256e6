"""What can be exported. A module declares its exporters in ``<module>/exports.py``; they are found by themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid

if TYPE_CHECKING:
    from bihuan.exports.models import ExportJob


@dataclass(frozen=True)
class Column:
    """One column: its stable code, its heading, and its value of a row. Personal data comes masked."""

    code: str
    heading: str | Promise
    value: Callable[[Any], object]


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """One kind of rows.

    ``rows(actor, filters)`` gives what this actor may see and export, and raises NotAllowed without that right; it is
    asked again for every batch with ``actor_of(owner_id, at)``, the owner as of that moment. Rows are read by primary
    key, so the order of the query does not matter. ``record(actor, job, at)`` writes the journal; it is called in the
    transaction that changes the job's state.
    """

    name: str
    label: str | Promise
    columns: tuple[Column, ...]
    rows: Callable[[Actor, Mapping[str, Any]], "QuerySet[Any]"]
    actor_of: Callable[[int, datetime], Actor]
    record: Callable[[Actor, "ExportJob", datetime], None]
    batch: int = 1_000

    @cached_property
    def columns_by_code(self) -> dict[str, Column]:
        """The columns by their code, in their usual order."""
        return {column.code: column for column in self.columns}


_exporters: dict[str, Exporter] = {}


def register(exporter: Exporter) -> Exporter:
    """Make an exporter known under its name, once."""
    if exporter.name in _exporters:
        raise ValueError(f"two exporters are called {exporter.name}")
    _exporters[exporter.name] = exporter
    return exporter


def exporter_called(name: str) -> Exporter:
    """The exporter of this name; raises Invalid."""
    autodiscover_modules("exports")
    try:
        return _exporters[name]
    except KeyError:
        raise Invalid(field="exporter") from None
