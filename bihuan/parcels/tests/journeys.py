"""Journeys of a parcel from Shanghai to Chengdu, told hour by hour."""

from datetime import UTC, datetime, timedelta

from bihuan.carriers.scans import Scan, ScanCode

START = datetime(2026, 11, 20, 2, tzinfo=UTC)


def hour(count: float) -> datetime:
    return START + timedelta(hours=count)


def scan(hours: float, code: ScanCode, place: str = "", text: str = "", raw_code: str = "") -> Scan:
    return Scan(hour(hours), code, place, text, raw_code)


COLLECTED = scan(0, ScanCode.COLLECTED, "上海浦东营业部")
LEFT = scan(4, ScanCode.DEPARTED, "上海转运中心")
REACHED = scan(30, ScanCode.ARRIVED, "成都转运中心")
ONWARD = scan(34, ScanCode.DEPARTED, "成都转运中心")
OUT = scan(40, ScanCode.DELIVERING, "成都锦江营业部")
SIGNED = scan(43, ScanCode.SIGNED_SELF, "成都锦江营业部")
NORMAL = [COLLECTED, LEFT, REACHED, ONWARD, OUT, SIGNED]
