"""What a provider tells, made into scans. Pure. What has no time, or a time that cannot be, is refused and counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bihuan.carriers.problems import Problem, ProviderFailed
from bihuan.carriers.scans import Scan, ScanCode

CHINA = ZoneInfo("Asia/Shanghai")  # the platforms write local time without saying so
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S")
CLOCKS_DIFFER = timedelta(minutes=5)
# numbers are used again after a year or two: what lies before belongs to another parcel
OLDEST = timedelta(days=400)
MOST_SCANS = 500
LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Told:
    """One line of an answer. ``moment`` is local time in words, or milliseconds since 1970."""

    moment: object
    code: object
    place: object = ""
    text: object = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """The scans of an answer, and how many lines were refused."""

    scans: tuple[Scan, ...] = ()
    refused: int = 0


def hear(told: Iterable[Told], codes: Mapping[str, ScanCode], *, at: datetime) -> Heard:
    """Lines as scans; an unknown code stays unknown and keeps its words. Raises ProviderFailed for too many."""
    lines = list(told)
    if len(lines) > MOST_SCANS:
        raise ProviderFailed(Problem.TOO_LONG)
    scans = [scan for line in lines if (scan := _scan(line, codes, at)) is not None]
    return Heard(tuple(scans), len(lines) - len(scans))


def _scan(line: Told, codes: Mapping[str, ScanCode], at: datetime) -> Scan | None:
    moment = moment_of(line.moment)
    if moment is None or not at - OLDEST <= moment <= at + CLOCKS_DIFFER:
        return None
    code = plain(line.code)
    return Scan(moment, codes.get(code, ScanCode.UNKNOWN), plain(line.place), plain(line.text), code)


def moment_of(written: object) -> datetime | None:
    """The moment a provider names; None when it names none."""
    match written:
        case bool():
            return None
        case int():
            return _from_milliseconds(written)
        case str():
            return _from_words(written.strip())
        case _:
            return None


def plain(written: object) -> str:
    """Text that a table takes: no control characters, no halves of a character, not without end."""
    if not isinstance(written, str | int):
        return ""
    whole = str(written).encode("utf-8", "ignore").decode()
    return "".join(sign if sign.isprintable() else " " for sign in whole[:LONGEST_TEXT]).strip()


def _from_milliseconds(count: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(count / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _from_words(words: str) -> datetime | None:
    for form in FORMATS:
        try:
            return datetime.strptime(words, form).replace(tzinfo=CHINA)
        except ValueError:
            continue
    return None
