"""The CSV table of days that differ (date,kind,name,shifts or 日期,类型,名称,班次); bad rows come with reasons."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from bihuan.calendar.days import DayKind, Shift, require_order

_HEADERS = {"日期": "date", "类型": "kind", "名称": "name", "班次": "shifts"}  # data, not a message
_REQUIRED = ("date", "kind", "name")
_KINDS = {
    "放假": "HOLIDAY",  # data, not a message
    "休": "HOLIDAY",  # data, not a message
    "调休上班": "WORKDAY",  # data, not a message
    "上班": "WORKDAY",  # data, not a message
    "班": "WORKDAY",  # data, not a message
    "特殊班次": "SPECIAL",  # data, not a message
}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_SHIFT = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of the table. A make-up workday without shifts takes the calendar's usual hours."""

    on: date
    kind: DayKind
    name: str
    shifts: tuple[Shift, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that cannot be taken, and why."""

    line: int
    row: str
    reason: str


def read_table(content: bytes) -> tuple[list[DayRow], list[RowError]]:
    """The good rows and the bad ones of a CSV file in UTF-8 (with or without BOM) or GB 18030."""
    days: dict[date, DayRow] = {}
    errors: list[RowError] = []
    for line, row in _records(content):
        try:
            day = parse_row(row, line)
            if day.on in days:
                raise ValueError(_("这一天在第 {line} 行已经写过。").format(line=days[day.on].line))
            days[day.on] = day
        except ValueError as problem:
            errors.append(RowError(line, ",".join(value for value in row.values() if value), str(problem)))
    return list(days.values()), errors


def parse_row(row: dict[str, str], line: int = 0) -> DayRow:
    """One row. Raises ValueError with a sentence for the person who made the table."""
    kind = _kind(row.get("kind", ""))
    name = row.get("name", "").strip()
    if not name:
        raise ValueError(_("缺少名称，例如「春节」。"))
    if len(name) > 40:
        raise ValueError(_("名称超过 40 个字。"))
    shifts = parse_shifts(row.get("shifts", ""))
    if kind is DayKind.HOLIDAY and shifts:
        raise ValueError(_("放假的日子不能有班次。"))
    if kind is DayKind.SPECIAL and not shifts:
        raise ValueError(_("特殊班次要写明时间，例如 09:00-12:00。"))
    return DayRow(_date(row.get("date", "")), kind, name, shifts, line)


def parse_shifts(text: str) -> tuple[Shift, ...]:
    """``08:00-12:00 13:30-21:00`` as shifts. Raises ValueError with a sentence."""
    shifts = []
    for part in filter(None, re.split(r"[\s,，、;；]+", text.strip())):
        match = _SHIFT.fullmatch(part)
        if not match:
            raise ValueError(_("看不懂班次「{part}」，请写成 09:00-18:00。").format(part=part))
        hour, minute, end_hour, end_minute = map(int, match.groups())
        if minute > 59 or end_minute > 59:
            raise ValueError(_("班次「{part}」不是一天内的时间。").format(part=part))
        try:
            shifts.append(Shift(hour * 60 + minute, end_hour * 60 + end_minute))
        except ValueError:
            raise ValueError(_("班次「{part}」不是一天内的时间。").format(part=part)) from None
    try:
        require_order(shifts)
    except ValueError:
        raise ValueError(_("班次重叠或次序颠倒。")) from None
    return tuple(shifts)


def _records(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by column name with their line number; empty rows are skipped. Raises ValueError without a usable header."""
    text = _decode(content).replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(io.StringIO(text))
    header = [_HEADERS.get(cell.strip(), cell.strip().lower()) for cell in next(reader, [])]
    missing = [column for column in _REQUIRED if column not in header]
    if missing:
        raise ValueError(_("表头缺少 {columns}。").format(columns=_("、").join(missing)))
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, dict(zip(header, cells, strict=False))


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(_("文件不是 UTF-8 或 GB 18030 编码。"))


def _date(text: str) -> date:
    match = _DATE.fullmatch(text.strip())
    if not match:
        raise ValueError(_("看不懂日期「{text}」，请写成 2027-01-01。").format(text=text.strip()))
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        raise ValueError(_("没有「{text}」这一天。").format(text=text.strip())) from None


def _kind(text: str) -> DayKind:
    word = text.strip()
    try:
        return DayKind(_KINDS.get(word, word.upper()))
    except ValueError:
        raise ValueError(_("类型「{text}」不认识，请写放假、上班或特殊班次。").format(text=word)) from None
