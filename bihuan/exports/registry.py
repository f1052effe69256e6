"""What can be exported. A module declares its exporters in ``<module>/exports.py``; they are found by themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.functional import Promise

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

    ``units(actor)`` names the units whose rows this actor may export, and raises NotAllowed without that right: asked
    for every batch and again when the file is fetched. ``rows(actor, filters)`` gives the
    rows of those units; it is asked for every batch with ``actor_of(owner_id, at)``, the owner as of that moment. Rows
    are read by primary key, so the order of the query does not matter. ``prepare(rows)`` looks up once what the columns
    of a batch need. ``record(actor, job, at)`` writes the journal; it is called in the transaction that changes the
    job's state; ``record_fetch`` writes that the file was handed out.
    """

    name: str
    label: str | Promise
    columns: tuple[Column, ...]
    rows: Callable[[Actor, Mapping[str, Any]], "QuerySet[Any]"]
    actor_of: Callable[[int, datetime], Actor]
    record: Callable[[Actor, "ExportJob", datetime], None]
    record_fetch: Callable[[Actor, "ExportJob", datetime], None]
    units: Callable[[Actor], frozenset[int]]
    prepare: Callable[[list[Any]], list[Any]] = list
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
    try:
        return _exporters[name]
    except KeyError:
        raise Invalid(field="exporter") from None
