"""Reading feedback from CSV files of any origin. Pure: a file and a mapping in, rows or named problems out.

Rows are numbered as a spreadsheet shows them minus the heading: the first row of data is row 1.
"""

import codecs
import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from bihuan.language.personal_data import normal_phone

KINDS = ("CONSULTATION", "COMPLAINT", "SUGGESTION")
FIELDS = ("text", "id", "name", "phone", "email", "at", "waybill", "label")
ENCODINGS = ("utf-8", "gb18030")
DELIMITERS = (",", ";", "\t", "|")
TEXT_CHARS = 20_000
CELL_CHARS = 1_000_000
BLOCK_BYTES = 1 << 20
PHONE = re.compile(r"\d{5,15}")
DATE_MARKS = re.compile("[/年月]")  # data, not a message
EMAIL = re.compile(r"[^@\s,;<>()\"]{1,64}@[^@\s,;<>()\"]{1,190}\.[^@\s,;<>()\"]{2,}")


class RowProblem(models.TextChoices):
    """Why a row is not taken in."""

    UNREADABLE = "UNREADABLE", _("这一行不是有效的 CSV，可能缺少引号")
    WRONG_COLUMNS = "WRONG_COLUMNS", _("列数与标题行不符")
    EMPTY_TEXT = "EMPTY_TEXT", _("没有正文")
    TEXT_TOO_LONG = "TEXT_TOO_LONG", _("正文超过 20000 字")
    UNKNOWN_KIND = "UNKNOWN_KIND", _("类型列的值没有对应的诉求类型")
    BAD_TIME = "BAD_TIME", _("时间格式无法识别")
    BAD_PHONE = "BAD_PHONE", _("电话号码不完整")
    BAD_EMAIL = "BAD_EMAIL", _("邮箱地址格式不对")


class FileUnreadable(Exception):
    """The file as a whole cannot be read: its encoding or its heading."""


@dataclass(frozen=True, kw_only=True)
class FeedbackMapping:
    """Which column means what. ``kinds`` maps values of ``kind_column`` to kinds; ``kind`` is for all the others."""

    columns: Mapping[str, str]
    kind: str = ""
    kind_column: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = set(self.columns) - set(FIELDS)
        wrong = {kind for kind in (self.kind, *self.kinds.values()) if kind and kind not in KINDS}
        if unknown or wrong or "text" not in self.columns:
            raise ValueError(f"fields: text and any of {FIELDS}; kinds: {KINDS}; wrong: {sorted(unknown | wrong)}")


@dataclass(frozen=True, kw_only=True)
class FeedbackRow:
    """One row that can be stored. ``identity`` is the same whenever the same row is read again."""

    number: int
    identity: str
    text: str
    kind: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    waybill: str = ""
    label: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RefusedRow:
    """One row that cannot, with its cells as they stand."""

    number: int
    problem: RowProblem
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class FeedbackFile:
    """A CSV file with its encoding and delimiter found out."""

    path: Path
    encoding: str
    delimiter: str
    heading: tuple[str, ...]

    @classmethod
    def open(cls, path: Path) -> "FeedbackFile":
        """Look at a file. Raises FileUnreadable, OSError."""
        encoding = find_encoding(path)
        with path.open(encoding=encoding, newline="") as text:
            first = text.readline(CELL_CHARS)
        delimiter = max(DELIMITERS, key=first.count)
        heading = tuple(cell.strip() for cell in next(csv.reader([first], delimiter=delimiter), []))
        if not any(heading):
            raise FileUnreadable("the file has no heading")
        return cls(path, encoding, delimiter, heading)

    def cells(self) -> Iterator[list[str] | None]:
        """The rows of data as lists of cells; None for one the CSV parser gives up on. Empty lines are no rows."""
        csv.field_size_limit(CELL_CHARS)
        with self.path.open(encoding=self.encoding, newline="") as text:
            rows = csv.reader(text, delimiter=self.delimiter)
            next(rows, None)
            while True:
                try:
                    cells = next(rows, _END)
                except csv.Error:
                    yield None
                    continue
                if cells is _END:
                    return
                if cells:
                    yield cells

    def count(self) -> int:
        """How many rows of data there are."""
        return sum(1 for _row in self.cells())

    def rows(self, mapping: FeedbackMapping, zone: tzinfo) -> Iterator[FeedbackRow | RefusedRow]:
        """Every row of data, in order. Raises FileUnreadable when a mapped column is missing."""
        missing = {*mapping.columns.values(), mapping.kind_column or self.heading[0]} - set(self.heading)
        if missing:
            raise FileUnreadable(f"no such columns: {', '.join(sorted(missing))}; there are: {', '.join(self.heading)}")
        seen: Counter[bytes] = Counter()
        for number, cells in enumerate(self.cells(), 1):
            if cells is None:
                yield RefusedRow(number=number, problem=RowProblem.UNREADABLE)
            elif len(cells) != len(self.heading):
                yield RefusedRow(number=number, problem=RowProblem.WRONG_COLUMNS, cells=tuple(cells))
            else:
                content = hashlib.sha256("\x1f".join(cells).encode("utf-8", "surrogatepass")).digest()
                yield _read_row(number, dict(zip(self.heading, cells, strict=True)), mapping, zone, content, seen)
                seen[content] += 1


_END: list[str] = []


def _read_row(
    number: int, cells: dict[str, str], mapping: FeedbackMapping, zone: tzinfo, content: bytes, seen: Counter[bytes]
) -> FeedbackRow | RefusedRow:
    values = {name: cells[column].replace("\x00", "").strip() for name, column in mapping.columns.items()}
    kind = mapping.kinds.get(cells[mapping.kind_column].strip(), mapping.kind) if mapping.kind_column else mapping.kind
    at = _read_time(values.get("at", ""), zone)
    problem = _problem_of(values, at, is_kind_missing=bool(mapping.kind_column) and not kind)
    if problem is not None:
        return RefusedRow(number=number, problem=problem, cells=tuple(cells.values()))
    own_id = values.pop("id", "")
    values.pop("at", None)
    identity = f"id:{own_id}" if own_id else f"{content.hex()}:{seen[content]}"
    return FeedbackRow(number=number, identity=identity, kind=kind, at=at, **values)


def _problem_of(values: dict[str, str], at: datetime | None, *, is_kind_missing: bool) -> RowProblem | None:
    checks = (
        (not values["text"], RowProblem.EMPTY_TEXT),
        (len(values["text"]) > TEXT_CHARS, RowProblem.TEXT_TOO_LONG),
        (is_kind_missing, RowProblem.UNKNOWN_KIND),
        (bool(values.get("at")) and at is None, RowProblem.BAD_TIME),
        (bool(values.get("phone")) and not PHONE.fullmatch(normal_phone(values["phone"])), RowProblem.BAD_PHONE),
        (bool(values.get("email")) and not EMAIL.fullmatch(values["email"]), RowProblem.BAD_EMAIL),
    )
    return next((problem for applies, problem in checks if applies), None)


def _read_time(written: str, zone: tzinfo) -> datetime | None:
    """A moment as tables write it; without a zone it is local time."""
    text = " ".join(DATE_MARKS.sub("-", written.replace("日", " ")).split())  # data, not a message
    text = re.sub(r"(?<!\d)(\d)(?!\d)", r"0\1", text)
    try:
        moment = parse_datetime(text)
        day = parse_date(text) if moment is None else None
    except ValueError:
        return None
    if moment is None and day is not None:
        moment = datetime(day.year, day.month, day.day)
    if moment is None:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def find_encoding(path: Path) -> str:
    """The encoding of a text file: by its mark, else the first that fits to the end. Raises FileUnreadable."""
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    unmarked = _unmarked_utf16(start)
    for encoding in (*unmarked, *ENCODINGS):
        if _fits(path, encoding):
            return encoding
    raise FileUnreadable("neither UTF-8, UTF-16, GBK nor GB18030")


def _unmarked_utf16(start: bytes) -> list[str]:
    """UTF-16 without a mark shows by the zero bytes of its commas and line ends."""
    if b"\x00" not in start:
        return []
    return ["utf-16-le"] if start[1::2].count(0) >= start[0::2].count(0) else ["utf-16-be"]


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
