"""The two forms of a customer's copy: JSON for programs, text for people. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

FORMAT = "bihuan.customer-data/1"
Content = Mapping[str, Any]


def as_json(content: Content) -> bytes:
    """Indented, UTF-8, the format named first."""
    return json.dumps({"format": FORMAT, **content}, ensure_ascii=False, indent=2).encode()


def as_text(content: Content) -> bytes:
    """The same, to be read."""
    titles = {
        "values": _("存了什么"),
        "consents": _("你同意过什么"),
        "cases": _("你的案件"),
        "messages": _("往来内容"),
        "waybills": _("运单"),
        "recipients": _("可能给过谁"),
        "looks": _("谁看过我的资料"),
    }
    parts = [_("你的个人信息副本"), str(content["made_at"])]
    for key, title in titles.items():
        parts.append(f"\n{title}（{len(content[key])}）")
        parts += [_line(row) for row in content[key]]
    return "\n".join(parts).encode()


def _line(row: Mapping[str, Any]) -> str:
    return "- " + " · ".join(_word(value) for value in row.values() if value not in (None, "", ()))


def _word(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)
