"""Entries and actors for the tests of the journal, which knows no business noun."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from bihuan.foundation.actor import Actor, ActorKind, Grant, Via
from bihuan.journal.actions import write
from bihuan.journal.models import StoredEntry
from bihuan.journal.registry import entry

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LIN = Actor(kind=ActorKind.STAFF, id=7, name="林晓", via=Via.WEB, grants=(Grant("AGENT", frozenset({31})),))


@entry("parcel.lost", subject="parcel")
@dataclass(frozen=True, kw_only=True)
class ParcelLost:
    parcel_id: int
    before: str | None = None
    after: str = "LOST"


@entry("parcel.found", subject="parcel", audience=frozenset({"INSPECTOR"}))
@dataclass(frozen=True, kw_only=True)
class ParcelFound:
    parcel_id: int


@transaction.atomic
def lose_parcels(*ids: int, at: datetime = NOON, units: Collection[int] = ()) -> None:
    """Write one entry for each parcel, in one transaction."""
    for parcel_id in ids:
        write(LIN, ParcelLost(parcel_id=parcel_id), at=at, units=units)


def stored() -> list[StoredEntry]:
    """The whole journal in reading order."""
    return list(StoredEntry.objects.order_by("xid", "id"))
