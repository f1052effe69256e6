"""Keyset paging: a page is found by the key of the row before it, so page 10,000 costs what page 1 costs."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import DateTimeField, Model, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import Invalid

Row = TypeVar("Row", bound=Model)
LARGEST_ID = 2**63 - 1
# beyond these a time zone may carry a moment out of the calendar
YEARS = range(1900, 3000)


class PageKeyInvalid(Invalid):
    code = "page_key_invalid"
    sentence = _("翻页位置无效，请从第一页开始。")


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[Row]):
    """Rows of one page; ``next`` is the key to ask the following page with, None on the last."""

    items: list[Row]
    next: str | None


def page_by_key(rows: "QuerySet[Row]", *, order: tuple[str, ...], after: str | None, limit: int) -> KeysetPage[Row]:
    """The page of ``rows`` behind the key ``after``. ``order`` names fields of one direction, the last one unique.

    One query, one row more than the page. Raises PageKeyInvalid for a key that was not made here.
    """
    names = [field.lstrip("-") for field in order]
    if after:
        kinds = [rows.model._meta.get_field(name) for name in names]
        values = [_value(value, kind) for value, kind in zip(_decode(after, len(names)), kinds, strict=True)]
        rows = rows.filter(_behind(names, values, descending=order[0].startswith("-")))
    found = list(rows.order_by(*order)[: limit + 1])
    items = found[:limit]
    has_more = len(found) > limit
    return KeysetPage(items=items, next=_encode([getattr(items[-1], name) for name in names]) if has_more else None)


def _behind(names: list[str], values: list[Any], *, descending: bool) -> Q:
    """``(a, b) > (x, y)`` spelled so that the planner walks the index: ``a >= x and (a > x or b > y)``."""
    beyond = "lt" if descending else "gt"
    strict, equal = Q(), Q()
    for name, value in zip(names, values, strict=True):
        strict |= equal & Q(**{f"{name}__{beyond}": value})
        equal &= Q(**{name: value})
    return Q(**{f"{names[0]}__{beyond}e": values[0]}) & strict


def _encode(values: list[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _decode(key: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise PageKeyInvalid(field="after") from error
    if not isinstance(values, list) or len(values) != length:
        raise PageKeyInvalid(field="after")
    return values


def _value(value: Any, kind: Any) -> datetime | int:
    """A value of the kind its column has: a key may be made up, and must not reach the database as something else."""
    if isinstance(kind, DateTimeField):
        return _moment(value)
    if type(value) is not int or abs(value) > LARGEST_ID:
        raise PageKeyInvalid(field="after")
    return value


def _moment(value: Any) -> datetime:
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError as error:  # it looks like a moment, but there is no 31st of June
        raise PageKeyInvalid(field="after") from error
    if moment is None or moment.tzinfo is None or moment.year not in YEARS:
        raise PageKeyInvalid(field="after")
    return moment
