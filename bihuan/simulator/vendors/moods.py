"""How a platform can be told to behave: badly in every way the outside world has thought of."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from bihuan.carriers.scans import Scan, ScanCode
from bihuan.simulator.vendors.wording import NEVER

DEEP = "[" * 100_000
PAGE = "<!doctype html><title>502</title><h1>Bad Gateway</h1>"
FILLING = b" " * 65_536


class Mood(StrEnum):
    HONEST = "HONEST"
    # no answer
    DOWN = "DOWN"  # hangs up
    STALLED = "STALLED"  # listens and says nothing
    SLOW = "SLOW"  # a byte now and then
    CRAWLING = "CRAWLING"  # the same, before the head of the answer is through
    # no sense
    ERROR = "ERROR"
    BUSY = "BUSY"
    MOVED = "MOVED"
    HTML = "HTML"
    BROKEN = "BROKEN"
    EMPTY = "EMPTY"
    DEEP = "DEEP"
    ENDLESS = "ENDLESS"
    LOCKED = "LOCKED"  # refuses every signature
    SHY = "SHY"  # wants another phone than it is told
    # no truth
    STRANGER = "STRANGER"  # another parcel's scans
    FUTURE = "FUTURE"
    TIMELESS = "TIMELESS"
    ANCIENT = "ANCIENT"
    TWICE = "TWICE"
    NOVEL = "NOVEL"  # codes nobody knows
    CROWDED = "CROWDED"  # more scans than any parcel has
    DIRTY = "DIRTY"  # characters no table takes


def bent(scans: tuple[Scan, ...], mood: Mood, at: datetime) -> tuple[Scan, ...]:
    """The scans as a platform in this mood tells them."""
    return tuple(_bent(scans, mood, at))


def _bent(scans: tuple[Scan, ...], mood: Mood, at: datetime) -> Iterator[Scan]:
    for scan in scans:
        match mood:
            case Mood.TWICE:
                yield from (scan, scan)
            case Mood.NOVEL:
                yield replace(scan, code=ScanCode.UNKNOWN, raw_code=f"X{scan.code}"[:20])
            case Mood.CROWDED:
                yield from (replace(scan, at=scan.at + timedelta(seconds=n)) for n in range(400))
            case Mood.DIRTY:
                yield replace(scan, text=f"{scan.text}\x00\ud800\u202e\n{'长' * 2_400}")  # data, not a message
            case _:
                yield scan
    last = scans[-1] if scans else None
    if last is None:
        return
    if mood is Mood.FUTURE:
        yield replace(last, at=at + timedelta(days=3), code=ScanCode.SIGNED_SELF)
    elif mood is Mood.TIMELESS:
        yield replace(last, at=NEVER, code=ScanCode.SIGNED_SELF)
    elif mood is Mood.ANCIENT:
        yield replace(last, at=at - timedelta(days=900), code=ScanCode.SIGNED_SELF)
