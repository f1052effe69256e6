"""What happens to waybills. Ids and scalars only; nothing here names a person."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("waybill.registered", subject="waybill")
@dataclass(frozen=True, kw_only=True)
class WaybillRegistered:
    waybill_id: int
    carrier: str


@entry("waybill.scanned", subject="waybill")
@dataclass(frozen=True, kw_only=True)
class WaybillScanned:
    """New scans were stored; ``troubles`` are those that came to light with them."""

    waybill_id: int
    added: int
    source: str
    before: str
    after: str
    troubles: tuple[str, ...]


@entry("inquiry.ended", subject="inquiry")
@dataclass(frozen=True, kw_only=True)
class InquiryEnded:
    """The carriers were asked about a parcel; ``problem`` when nobody gave a usable answer."""

    inquiry_id: int
    provider: str
    problem: str
