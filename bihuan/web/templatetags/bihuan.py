"""``{% load bihuan %}``: every component of the pages. Reference with examples: ``bihuan/web/README.md``."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField
from django.template.context import RequestContext
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bihuan.foundation.moment import now
from bihuan.web import atoms, wording
from bihuan.web.components import EventKind
from bihuan.web.fields import widget_kind, widget_with_marks
from bihuan.web.why_line import draw_line

register = template.Library()

for small in (
    atoms.icon,
    atoms.ring,
    atoms.promise,
    atoms.priority,
    atoms.tag,
    atoms.tags,
    atoms.face,
    atoms.file_chip,
    atoms.logo,
    atoms.kbd,
    atoms.options,
):
    register.simple_tag(small)

# --- text filters; each takes the present moment as an optional argument, so that a page can be shown for any time


@register.filter
def when(moment: datetime | None, at: datetime | None = None) -> str:
    """今天 14:30, 周日 19:48, 11-19 13:26."""
    return wording.moment_words(moment, at or now()) if moment else ""


@register.filter
def left(due: datetime | None, at: datetime | None = None) -> str:
    """剩 3 小时 48 分, or 已超时 22 分."""
    return wording.remaining_words(due, at or now()) if due else ""


@register.filter
def ago(moment: datetime | None, at: datetime | None = None) -> str:
    """How long something has been waiting: 2 小时 10 分."""
    return wording.span_words(((at or now()) - moment).total_seconds()) if moment else ""


def _register_wording() -> None:
    for name, words in {
        "clock": wording.clock_words,
        "exact": wording.exact_words,
        "calendar_day": wording.calendar_day_words,
        "span": wording.span_words,
        "span_digits": wording.span_digits,
        "money": wording.money_words,
        "waybill": wording.waybill_words,
        "size": wording.size_words,
        "count": wording.count_words,
    }.items():
        register.filter(name, lambda value, words=words: "" if value in (None, "") else words(value))


_register_wording()


@register.simple_tag
def time_of(moment: datetime, at: datetime | None = None) -> SafeString:
    """A ``<time>`` with short words, the machine form and the exact moment on hover."""
    return format_html(
        '<time class="num" datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        wording.exact_words(moment),
        wording.moment_words(moment, at or now()),
    )


# --- components with a template of their own


def _part(name: str):
    """Register a component whose template gets one object under the name ``c``."""

    def component(c: Any) -> dict[str, Any]:
        return {"c": c}

    register.inclusion_tag(f"web/parts/{name}.html", name=name)(component)


for part in ("stages", "clock_of", "kv", "seg", "track", "portal_steps", "portal_line", "data_looks", "phone_card"):
    _part(part)


@register.inclusion_tag("web/parts/why.html", takes_context=True)
def why(context: RequestContext, c: Any, closable: bool = True) -> dict[str, Any]:
    """Why is it this time: the line, the sum, and what may be done."""
    return {"c": c, "line": draw_line(c.spans, c.at) if c.spans else None, "closable": closable, **_csrf(context)}


EVENT_ICONS = {
    EventKind.NOTE: "lock",
    EventKind.SYSTEM: "cpu",
    EventKind.HANDOFF: "arrows-exchange",
    EventKind.EVIDENCE: "paperclip",
    EventKind.CALLBACK: "phone-outgoing",
    EventKind.REMINDER: "bell-ringing",
    EventKind.PROMISE: "clock-check",
}


@register.inclusion_tag("web/parts/event.html")
def event(c: Any, at: datetime | None = None) -> dict[str, Any]:
    """One entry of a case's timeline."""
    kind = EventKind(c.kind if hasattr(c, "kind") else c["kind"])
    looks = {EventKind.REPLY: "is-us", EventKind.NOTE: "is-note"}
    return {
        "c": c,
        "icon": EVENT_ICONS.get(kind, ""),
        "look": looks.get(kind, ""),
        "is_note": kind is EventKind.NOTE,
        "at": at,
    }


@register.inclusion_tag("web/parts/evidence.html", takes_context=True)
def evidence(context: RequestContext, items: Any) -> dict[str, Any]:
    """The evidence checklist."""
    return {"items": items, **_csrf(context)}


@register.inclusion_tag("web/parts/action.html", takes_context=True)
def action(context: RequestContext, c: Any, small: bool = False) -> dict[str, Any]:
    """A link that looks like a button, or a form of one button."""
    return {"c": c, "small": small, **_csrf(context)}


@register.inclusion_tag("web/parts/refusal.html", takes_context=True)
def refusal(context: RequestContext, c: Any) -> dict[str, Any]:
    """The full explanation of a refusal."""
    return {"c": c, **_csrf(context)}


@register.inclusion_tag("web/parts/refusal_inline.html")
def refusal_inline(title: str, text: str, url: str = "", label: str = "") -> dict[str, Any]:
    """A refusal known beforehand, beside the control that is locked."""
    return {"title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("web/parts/empty.html", takes_context=True)
def empty(
    context: RequestContext, title: str, text: str = "", action: Any = None, tone: str = "kept"
) -> dict[str, Any]:
    """An empty list says what would fill it; tone kept when empty is good, track when nothing was found."""
    ring_tone = "kept" if tone == "kept" else "track"
    return {"title": title, "text": text, "action": action, "tone": ring_tone, **_csrf(context)}


@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField, hint: str = "", icons: Mapping[str, str] | None = None, count: int = 0) -> dict[str, Any]:
    """A form field with label, help and errors beside it; the look follows the widget.

    ``icons`` maps the values of a radio select to icon names, ``count`` shows a character counter up to that length.
    """
    return {
        "field": bound,
        "hint": hint or bound.help_text,
        "kind": widget_kind(bound),
        "control": widget_with_marks(bound, count),
        "icons": icons or {},
        "count": count,
    }


@register.inclusion_tag("web/parts/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """Errors that belong to the whole form."""
    return {"errors": form.non_field_errors()}


@register.inclusion_tag("web/parts/table_head.html")
def table_head(columns: Any, selectable: bool = False) -> dict[str, Any]:
    """The head row of a ``bh-table``; ``selectable`` adds the box that selects all rows."""
    return {"columns": columns, "selectable": selectable}


@register.inclusion_tag("web/parts/pager.html", takes_context=True)
def pager(context: RequestContext, page: Any, name: str = "after", target: str = "") -> dict[str, Any]:
    """The next page of a keyset list, and back to its start; keeps the other filters of the address."""
    filters = context["request"].GET.copy()
    moved = filters.pop(name, None)
    following = filters.copy()
    if page.next:
        following[name] = page.next
    return {
        "first": f"?{filters.urlencode()}" if moved else "",
        "next": f"?{following.urlencode()}" if page.next else "",
        "target": target,
    }


@register.inclusion_tag("web/parts/filters.html", takes_context=True)
def filters(context: RequestContext, items: Any) -> dict[str, Any]:
    """The filters of a list, kept in the address bar; a change applies at once, the button does without scripts."""
    own = {item.name for item in items} | {"after"}
    kept = [(name, value) for name, value in context["request"].GET.items() if name not in own]
    return {"c": items, "kept": kept, "is_set": any(i.value for i in items), "clear": f"?{urlencode(kept)}"}


@register.inclusion_tag("web/parts/skeleton.html")
def skeleton(kind: str = "lines", count: int = 3) -> dict[str, Any]:
    """Grey shapes of what is being loaded: lines, rows, cards or case."""
    return {"kind": kind, "rows": range(count)}


@register.filter
def at_key(mapping: Mapping[str, Any], key: Any) -> Any:
    """The value of a mapping at a key, or an empty text."""
    return mapping.get(str(key), "")


# --- components around content


@register.simple_block_tag
def bulk_bar(content: str, label: str = "") -> SafeString:
    """The bar of verbs for selected rows; appears with the first selected row of the enclosing ``data-bulk`` form."""
    return format_html(
        '<div class="bh-bulk" data-bulk-bar hidden role="region" aria-label="{}">{}</div>', label, content
    )


@register.simple_block_tag(takes_context=True)
def dialog(context: RequestContext, content: str, id: str, title: str, sheet: bool = False) -> SafeString:
    """A native ``<dialog>``; ``sheet`` makes it slide up from the edge of a phone. Opened by ``data-open="id"``."""
    inside = get_template("web/parts/dialog.html")
    return SafeString(inside.render({"id": id, "title": title, "sheet": sheet, "content": content}))


def _csrf(context: RequestContext) -> dict[str, Any]:
    return {"csrf_token": context.get("csrf_token"), "request": context.get("request")}
