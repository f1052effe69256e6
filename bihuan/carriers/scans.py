"""What happens to a parcel, in words of our own: every carrier's codes are mapped to these."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScanCode(models.TextChoices):
    ORDERED = "ORDERED", _("已下单")
    COLLECTED = "COLLECTED", _("已揽收")
    ARRIVED = "ARRIVED", _("到达")
    DEPARTED = "DEPARTED", _("发出")
    IN_TRANSIT = "IN_TRANSIT", _("运输中")
    CUSTOMS = "CUSTOMS", _("清关")
    DELIVERING = "DELIVERING", _("派件中")
    CONSENTED = "CONSENTED", _("收件人同意代收")
    AT_STATION = "AT_STATION", _("放入柜或驿站")
    SIGNED = "SIGNED", _("已签收")
    SIGNED_SELF = "SIGNED_SELF", _("本人签收")
    SIGNED_PROXY = "SIGNED_PROXY", _("他人代签")
    SIGNED_STATION = "SIGNED_STATION", _("柜或驿站签收")
    FAILED = "FAILED", _("派件异常")
    REFUSED = "REFUSED", _("拒收")
    HELD = "HELD", _("滞留")
    SILENT = "SILENT", _("承运人报超时未更新")
    DAMAGED = "DAMAGED", _("破损")
    LOST = "LOST", _("遗失")
    RETURNING = "RETURNING", _("退回中")
    RETURNED = "RETURNED", _("已退回")
    CANCELLED = "CANCELLED", _("已销单")
    UNKNOWN = "UNKNOWN", _("其他动态")


SIGN_OFFS = frozenset({ScanCode.SIGNED, ScanCode.SIGNED_SELF, ScanCode.SIGNED_PROXY, ScanCode.SIGNED_STATION})
ENDS = SIGN_OFFS | {ScanCode.RETURNED, ScanCode.CANCELLED}


@dataclass(frozen=True, slots=True)
class Scan:
    """One thing that happened to a parcel. ``raw_code`` is the carrier's own code.

    What makes two scans the same is when, what and where; a code nobody knows counts with its own letters.
    """

    at: datetime
    code: ScanCode
    place: str
    text: str = ""
    raw_code: str = ""

    @property
    def identity(self) -> tuple[datetime, str, str]:
        return self.at, self.raw_code if self.code is ScanCode.UNKNOWN else self.code.value, self.place
