"""A tariff as a workbook: four sheets, every wrong cell named with sheet, row and reason; all of it or nothing.

Sheets: 规则 (name, value), 价格 (service, zone, first weight, …), 分区 (from, to, zone, hours), 服务区域 (city, …).
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bihuan.tariffs.pricing import Rate, Terms

# fmt: off
RULES, RATES, ZONES, AREAS = "规则", "价格", "分区", "服务区域"  # data, not a message
SERVICES = {"标准": "STANDARD", "特快": "EXPRESS"}  # data, not a message
COVERAGES = {"收派": "FULL", "只派不收": "DELIVERY_ONLY", "不服务": "NONE"}  # data, not a message
COLUMNS = {
    RULES: ("名称", "值"),  # data, not a message
    RATES: ("服务", "区", "首重公斤", "首重元", "续重公斤", "续重元"),  # data, not a message
    ZONES: ("始发省", "目的省", "区", "标准小时", "特快小时"),  # data, not a message
    AREAS: ("省", "市", "服务", "附加费元"),  # data, not a message
}
TERMS = {
    "抛比": "divisor",  # data, not a message
    "保价万分比": "insurance_basis_points",  # data, not a message
    "保价最低元": "insurance_least_fen",  # data, not a message
    "最高保价元": "insured_most_fen",  # data, not a message
    "最重公斤": "heaviest_grams",  # data, not a message
}
# fmt: on
MOST_ROWS = 20_000
MOST_BYTES = 60 * 1024 * 1024
CODE = re.compile(r"[0-9A-Z]{1,8}")


@dataclass(frozen=True, slots=True)
class RateRow:
    service: str
    zone: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class ZoneRow:
    origin: str
    destination: str
    zone: str
    standard_hours: int
    express_hours: int


@dataclass(frozen=True, slots=True)
class AreaRow:
    province: str
    city: str
    coverage: str
    surcharge_fen: int


@dataclass(frozen=True, slots=True)
class CellError:
    """A row that cannot be taken, and why."""

    sheet: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class TariffTable:
    """A whole tariff; with errors it is not to be used."""

    terms: Terms
    rates: tuple[RateRow, ...] = ()
    zones: tuple[ZoneRow, ...] = ()
    areas: tuple[AreaRow, ...] = ()
    errors: tuple[CellError, ...] = field(default=())


def read_workbook(content: bytes) -> TariffTable:
    """The tariff in a workbook with everything that is wrong in it. Raises ValueError when it is no workbook."""
    book = _opened(content)
    errors: list[CellError] = []
    try:
        terms = _terms(list(_rows(book, RULES, errors)), errors)
        rates = _parsed(book, RATES, _rate, lambda row: (row.service, row.zone), errors)
        zones = _parsed(book, ZONES, _zone, lambda row: (row.origin, row.destination), errors)
        areas = _parsed(book, AREAS, _area, lambda row: row.city, errors)
    finally:
        book.close()
    errors += _missing_rates(rates, zones)
    return TariffTable(terms, tuple(rates), tuple(zones), tuple(areas), tuple(errors))


def _opened(content: bytes) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_BYTES:
                raise ValueError(_("文件展开后太大。"))
        return load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError) as problem:
        raise ValueError(_("这不是 XLSX 工作簿。")) from problem


Cells = dict[str, Any]


def _rows(book: Any, sheet: str, errors: list[CellError]) -> Iterator[tuple[int, Cells]]:
    """The rows of a sheet by column name, with their number as people see it; empty rows are skipped."""
    if sheet not in book.sheetnames:
        errors.append(CellError(sheet, 0, _("缺少这张工作表。")))
        return
    lines = book[sheet].iter_rows(values_only=True)
    header = [str(cell or "").strip() for cell in next(lines, ())]
    missing = [column for column in COLUMNS[sheet] if column not in header]
    if missing:
        errors.append(CellError(sheet, 1, _("表头缺少 {columns}。").format(columns=_("、").join(missing))))
        return
    for number, cells in enumerate(lines, start=2):
        if number > MOST_ROWS:
            errors.append(CellError(sheet, number, _("行数超过 {limit}。").format(limit=MOST_ROWS)))
            return
        if any(cell not in (None, "") for cell in cells):
            yield number, dict(zip(header, cells, strict=False))


def _parsed(
    book: Any, sheet: str, parse: Callable[[Cells], Any], key: Callable[[Any], Any], errors: list[CellError]
) -> list[Any]:
    """The good rows of a sheet; a row that says again what another one said is an error."""
    good: list[Any] = []
    seen: dict[Any, int] = {}
    for number, cells in _rows(book, sheet, errors):
        try:
            row = parse(cells)
            if key(row) in seen:
                raise ValueError(_("与第 {row} 行重复。").format(row=seen[key(row)]))
        except ValueError as problem:
            errors.append(CellError(sheet, number, str(problem)))
            continue
        seen[key(row)] = number
        good.append(row)
    return good


def _terms(rows: list[tuple[int, Cells]], errors: list[CellError]) -> Terms:
    values: dict[str, int] = {}
    name_column, value_column = COLUMNS[RULES]
    for number, cells in rows:
        try:
            name = _word(cells, name_column)
            if name not in TERMS:
                raise ValueError(_("没有叫「{name}」的规则。").format(name=name))
            target = TERMS[name]
            scale = 100 if target.endswith("_fen") else 1000 if target.endswith("_grams") else 1
            values[target] = _scaled(cells, value_column, scale, least=1)
        except ValueError as problem:
            errors.append(CellError(RULES, number, str(problem)))
    usual = Terms()
    return Terms(**{item.name: values.get(item.name, getattr(usual, item.name)) for item in fields(Terms)})


def _rate(cells: Cells) -> RateRow:
    service, zone, first, first_price, step, step_price = COLUMNS[RATES]
    rate = Rate(
        first_grams=_scaled(cells, first, 1000, least=1),
        first_fen=_scaled(cells, first_price, 100),
        step_grams=_scaled(cells, step, 1000, least=1),
        step_fen=_scaled(cells, step_price, 100),
    )
    return RateRow(_choice(cells, service, SERVICES), _code(cells, zone), rate)


def _zone(cells: Cells) -> ZoneRow:
    origin, destination, zone, standard, express = COLUMNS[ZONES]
    return ZoneRow(
        _word(cells, origin),
        _word(cells, destination),
        _code(cells, zone),
        _scaled(cells, standard, 1, least=1),
        _scaled(cells, express, 1, least=1),
    )


def _area(cells: Cells) -> AreaRow:
    province, city, coverage, surcharge = COLUMNS[AREAS]
    fen = 0 if cells.get(surcharge) in (None, "") else _scaled(cells, surcharge, 100)
    return AreaRow(_word(cells, province), _word(cells, city), _choice(cells, coverage, COVERAGES), fen)


def _missing_rates(rates: list[RateRow], zones: list[ZoneRow]) -> list[CellError]:
    priced = {(row.service, row.zone) for row in rates}
    wanted = {(service, row.zone) for row in zones for service in SERVICES.values()}
    words = _("{zone} 区没有「{service}」的价格。")
    names = {code: name for name, code in SERVICES.items()}
    return [CellError(RATES, 0, words.format(zone=zone, service=names[code])) for code, zone in sorted(wanted - priced)]


def _word(cells: Cells, column: str) -> str:
    word = str(cells.get(column) or "").strip()
    if not word:
        raise ValueError(_("「{column}」没有填。").format(column=column))
    if len(word) > 20:
        raise ValueError(_("「{column}」超过 20 个字。").format(column=column))
    return word


def _code(cells: Cells, column: str) -> str:
    word = _word(cells, column).removesuffix(".0").upper()
    if not CODE.fullmatch(word):
        raise ValueError(_("「{column}」应是数字或字母：{word}").format(column=column, word=word))
    return word


def _choice(cells: Cells, column: str, choices: dict[str, str]) -> str:
    word = _word(cells, column)
    if word not in choices:
        known = _("、").join(choices)
        raise ValueError(
            _("「{column}」写的是「{word}」，只能是 {known}。").format(column=column, word=word, known=known)
        )
    return choices[word]


def _scaled(cells: Cells, column: str, scale: int, least: int = 0) -> int:
    """A number of a cell in the small unit; a fraction of the small unit is refused, never rounded away."""
    word = str(cells.get(column) if cells.get(column) is not None else "").strip()
    try:
        number = Decimal(word) * scale
    except InvalidOperation:
        raise ValueError(_("「{column}」不是数字：{word}").format(column=column, word=word or "—")) from None
    if not number.is_finite() or number != number.to_integral_value() or not least <= number < 10**9:
        raise ValueError(_("「{column}」的数不能用：{word}").format(column=column, word=word))
    return int(number)
