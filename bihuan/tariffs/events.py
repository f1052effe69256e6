"""What happens to tariffs."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("tariff.imported", subject="tariff")
@dataclass(frozen=True, kw_only=True)
class TariffImported:
    tariff_id: int
    from_on: str
    source: str
    rates: int
    routes: int
    areas: int
