"""The codes each platform writes, and its times."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bihuan.carriers.scans import Scan, ScanCode

CHINA = ZoneInfo("Asia/Shanghai")
NEVER = datetime.min.replace(tzinfo=UTC)  # the time of a scan that is told without one

SF = {
    ScanCode.COLLECTED: "50",
    ScanCode.DEPARTED: "36",
    ScanCode.ARRIVED: "31",
    ScanCode.DELIVERING: "44",
    ScanCode.SIGNED_SELF: "80",
    ScanCode.SIGNED_PROXY: "80",
}
YTO = {
    ScanCode.COLLECTED: "GOT",
    ScanCode.DEPARTED: "DEPARTURE",
    ScanCode.ARRIVED: "ARRIVAL",
    ScanCode.DELIVERING: "SENT_SCAN",
    ScanCode.SIGNED_SELF: "SIGNED",
    ScanCode.SIGNED_PROXY: "SIGNED",
    ScanCode.DAMAGED: "FAILED",
    ScanCode.LOST: "FAILED",
}
# fmt: off
ZTO = {
    ScanCode.COLLECTED: "收件",  # data, not a message
    ScanCode.DEPARTED: "发件",  # data, not a message
    ScanCode.ARRIVED: "到件",  # data, not a message
    ScanCode.DELIVERING: "派件",  # data, not a message
    ScanCode.SIGNED_SELF: "签收",  # data, not a message
    ScanCode.SIGNED_PROXY: "第三方签收",  # data, not a message
    ScanCode.DAMAGED: "问题件",  # data, not a message
    ScanCode.LOST: "问题件",  # data, not a message
}
# fmt: on
KUAIDI100 = {
    ScanCode.COLLECTED: "103",
    ScanCode.DEPARTED: "1002",
    ScanCode.ARRIVED: "1001",
    ScanCode.DELIVERING: "5",
    ScanCode.SIGNED_SELF: "301",
    ScanCode.SIGNED_PROXY: "303",
    ScanCode.DAMAGED: "209",
    ScanCode.LOST: "2",
}
KDNIAO = {
    ScanCode.COLLECTED: "1",
    ScanCode.DEPARTED: "206",
    ScanCode.ARRIVED: "204",
    ScanCode.DELIVERING: "202",
    ScanCode.SIGNED_SELF: "301",
    ScanCode.SIGNED_PROXY: "304",
    ScanCode.DAMAGED: "414",
    ScanCode.LOST: "4",
}


def local(scan: Scan) -> str | None:
    """The time of a scan as the platforms write it."""
    return None if scan.at == NEVER else scan.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
