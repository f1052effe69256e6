"""Where a parcel is on its way, derived from its scans. Pure."""

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.carriers.scans import Scan, ScanCode


class ParcelState(models.TextChoices):
    UNKNOWN = "UNKNOWN", _("没有动态")
    ORDERED = "ORDERED", _("已下单")
    MOVING = "MOVING", _("运输中")
    DELIVERING = "DELIVERING", _("派件中")
    AT_STATION = "AT_STATION", _("待自取")
    STOPPED = "STOPPED", _("有异常")
    SIGNED = "SIGNED", _("已签收")
    RETURNING = "RETURNING", _("退回中")
    RETURNED = "RETURNED", _("已退回")
    CANCELLED = "CANCELLED", _("已销单")

    @classmethod
    def ended(cls) -> tuple["ParcelState", ...]:
        return cls.SIGNED, cls.RETURNED, cls.CANCELLED


# A code that is not here tells something beside the journey and leaves the state as it was.
STATES = {
    ScanCode.ORDERED: ParcelState.ORDERED,
    ScanCode.COLLECTED: ParcelState.MOVING,
    ScanCode.ARRIVED: ParcelState.MOVING,
    ScanCode.DEPARTED: ParcelState.MOVING,
    ScanCode.IN_TRANSIT: ParcelState.MOVING,
    ScanCode.CUSTOMS: ParcelState.MOVING,
    ScanCode.DELIVERING: ParcelState.DELIVERING,
    ScanCode.AT_STATION: ParcelState.AT_STATION,
    ScanCode.SIGNED: ParcelState.SIGNED,
    ScanCode.SIGNED_SELF: ParcelState.SIGNED,
    ScanCode.SIGNED_PROXY: ParcelState.SIGNED,
    ScanCode.SIGNED_STATION: ParcelState.SIGNED,
    ScanCode.FAILED: ParcelState.STOPPED,
    ScanCode.REFUSED: ParcelState.STOPPED,
    ScanCode.HELD: ParcelState.STOPPED,
    ScanCode.DAMAGED: ParcelState.STOPPED,
    ScanCode.LOST: ParcelState.STOPPED,
    ScanCode.RETURNING: ParcelState.RETURNING,
    ScanCode.RETURNED: ParcelState.RETURNED,
    ScanCode.CANCELLED: ParcelState.CANCELLED,
}


def state_of(journey: Sequence[Scan]) -> ParcelState:
    """The state after an ordered journey."""
    codes = (scan.code for scan in reversed(journey))
    return next((STATES[code] for code in codes if code in STATES), ParcelState.UNKNOWN)


def hub_of(journey: Sequence[Scan]) -> str:
    """Where the parcel was seen last."""
    return next((scan.place for scan in reversed(journey) if scan.place), "")
