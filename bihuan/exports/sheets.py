"""The two formats of an export, written piece by piece: CSV for every program, XLSX for spreadsheets."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Protocol, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils import timezone

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the local code page
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# what one sheet of a workbook can hold, its headings among them
SHEET_ROWS = 1_048_576
CELL_LENGTH = 32_767
EPOCH = datetime(1899, 12, 30)
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Sheet(Protocol):
    """Takes headings, then rows, and gives the bytes that are ready each time."""

    def head(self, headings: Sequence[str]) -> bytes:
        """The beginning of the file with the headings."""
        ...

    def rows(self, rows: Sequence[Sequence[object]]) -> bytes:
        """More rows."""
        ...

    def end(self) -> bytes:
        """What a complete file needs after its last row."""
        ...


class CsvSheet:
    """Comma separated, UTF-8. What a spreadsheet would run as a formula is made text with an apostrophe."""

    def head(self, headings: Sequence[str]) -> bytes:
        return (BYTE_ORDER_MARK + _lines([headings])).encode()

    def rows(self, rows: Sequence[Sequence[object]]) -> bytes:
        return _lines([[_text(value) for value in row] for row in rows]).encode()

    def end(self) -> bytes:
        return b""


class Workbook:
    """Office Open XML (ECMA-376). Text is typed as text, so nothing in a cell is ever run."""

    def __init__(self, sheet_rows: int = SHEET_ROWS) -> None:
        self._ready = _Ready()
        self._zip = ZipFile(cast(IO[bytes], self._ready), "w", ZIP_DEFLATED)
        self._sheet_rows, self._sheets, self._written = sheet_rows, 0, 0
        self._headings: Sequence[str] = ()
        self._part: IO[bytes] | None = None

    def head(self, headings: Sequence[str]) -> bytes:
        self._headings = headings
        self._begin_sheet()
        return self._ready.take()

    def rows(self, rows: Sequence[Sequence[object]]) -> bytes:
        for row in rows:
            if self._written >= self._sheet_rows:
                self._end_sheet()
                self._begin_sheet()
            self._write(row)
        return self._ready.take()

    def end(self) -> bytes:
        self._end_sheet()
        for name, content in _frame(self._sheets).items():
            self._zip.writestr(name, content)
        self._zip.close()
        return self._ready.take()

    def _begin_sheet(self) -> None:
        self._sheets, self._written = self._sheets + 1, 0
        self._part = self._zip.open(f"xl/worksheets/sheet{self._sheets}.xml", "w", force_zip64=True)
        self._part.write(f'{XML}<worksheet xmlns="{MAIN}"><sheetData>'.encode())
        self._write(self._headings, style=HEADING)

    def _end_sheet(self) -> None:
        assert self._part is not None
        self._part.write(b"</sheetData></worksheet>")
        self._part.close()

    def _write(self, row: Sequence[object], style: int = 0) -> None:
        assert self._part is not None
        self._part.write(f"<row>{''.join(_cell(value, style) for value in row)}</row>".encode())
        self._written += 1


class _Ready:
    """Where the ZIP writer leaves bytes until they are taken; it cannot seek."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def write(self, data: bytes) -> int:
        self._bytes += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        ready, self._bytes = bytes(self._bytes), bytearray()
        return ready


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_STARTS) else text


def _lines(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEADING, MOMENT = 1, 2
STYLES = f"""{XML}<styleSheet xmlns="{MAIN}">
<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>
<fonts count="2"><font/><font><b/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""


def _cell(value: object, style: int) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, datetime):
        days = (timezone.localtime(value).replace(tzinfo=None) - EPOCH).total_seconds() / 86_400
        return f'<c s="{MOMENT}"><v>{days!r}</v></c>'
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    text = escape(NO_XML.sub("", str(value))[:CELL_LENGTH])
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>'


def _frame(sheets: int) -> dict[str, str]:
    """The parts of a workbook around its sheets."""
    numbers = range(1, sheets + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPES}.worksheet+xml"/>' for n in numbers
    )
    listed = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="sheet{n}"/>' for n in numbers)
    linked = "".join(_link(f"sheet{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    return {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>{types}</Types>',
        "_rels/.rels": _links(_link("book", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _links(_link("styles", "styles", "styles.xml") + linked),
        "xl/styles.xml": STYLES,
    }


def _links(inside: str) -> str:
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def _link(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'
