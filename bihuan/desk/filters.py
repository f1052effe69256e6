"""Filters of the lists of staff: what the address bar asks for, as the components and the queries take it."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bihuan.cases import queries
from bihuan.cases.models import Kind, State
from bihuan.web.components import Filter, SegItem, Text

PRIORITIES = ((1, "P1"), (2, "P2"), (3, "P3"), (4, "P4"))


def chosen(request: HttpRequest, name: str, label: Text, options: Sequence[tuple[Any, Text]]) -> Filter:
    """A filter with its value from the address bar; a value nobody offered counts as none."""
    value = request.GET.get(name, "")
    offered = {str(key) for key, _label in options}
    return Filter(name, label, options, value if value in offered else "")


def tabs(request: HttpRequest, name: str, options: Sequence[tuple[str, Text]]) -> list[SegItem]:
    """A filter as tabs; changing it keeps the others and begins at the first page."""
    value = request.GET.get(name, "")
    rest = request.GET.copy()
    rest.pop("after", None)
    items = []
    for key, label in options:
        rest[name] = key
        items.append(SegItem(label, f"?{rest.urlencode()}", value == key))
    return items


def case_filters(request: HttpRequest) -> list[Filter]:
    """State, category, priority and whether a case is still open."""
    categories = [(category.code, category.label) for category in queries.list_categories()]
    return [
        chosen(request, "state", _("阶段"), State.choices),
        chosen(request, "category", _("分类"), categories),
        chosen(request, "priority", _("优先级"), PRIORITIES),
        chosen(request, "open", _("办理"), ((1, _("在办")), (0, _("已结")))),
    ]


def risk_filters(request: HttpRequest) -> list[Filter]:
    """Kind, category and priority of what is at risk."""
    categories = [(category.code, category.label) for category in queries.list_categories()]
    return [
        chosen(request, "kind", _("类型"), Kind.choices),
        chosen(request, "category", _("分类"), categories),
        chosen(request, "priority", _("优先级"), PRIORITIES),
    ]


def wanted_cases(narrowing: Sequence[Filter], kind: str = "") -> queries.CaseFilter:
    """The filters as the query takes them."""
    values = {item.name: item.value for item in narrowing}
    return queries.CaseFilter(
        kind=values.get("kind", "") or (kind if kind in Kind.values else ""),
        state=values.get("state", ""),
        category=values.get("category", ""),
        priority=int(values["priority"]) if values.get("priority") else None,
        is_open={"1": True, "0": False}.get(values.get("open", "")),
    )
