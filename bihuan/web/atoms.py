"""The smallest marks of the pages as safe HTML. Plain functions: also usable in row fragments of large tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from bihuan.web.components import TONE_WORDS, FileChip, PromiseLook, Tag, Tone

TONE_ICONS = {
    Tone.KEPT: "check",
    Tone.RISK: "alert-triangle",
    Tone.LATE: "alert-circle",
    Tone.NOTE: "lock",
    Tone.PAUSED: "player-pause",
}
# A ring that is not only a colour: ! when broken, bars when paused, a check when kept.
RING_MARKS: Mapping[str, SafeString] = {
    Tone.LATE: mark_safe('<path d="M10 5.8v5M10 13.9v.1"/>'),
    Tone.PAUSED: mark_safe('<path d="M8.2 7.4v5.2M11.8 7.4v5.2"/>'),
    Tone.KEPT: mark_safe('<path d="M6.2 10.3l2.5 2.5 5-5.3"/>'),
}
PRIORITY_WORDS = {1: _("紧急"), 2: _("高"), 3: _("中"), 4: _("低")}
FILE_ICONS = (
    ("image/", "photo"),
    ("video/", "video"),
    ("audio/", "microphone"),
    ("application/pdf", "file-type-pdf"),
    ("text/csv", "file-spreadsheet"),
    ("application/vnd.ms-excel", "file-spreadsheet"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml", "file-spreadsheet"),
    ("message/", "mail"),
    ("application/zip", "file-zip"),
)


def icon(name: str, label: str = "") -> SafeString:
    """A Tabler icon; without ``label`` it is decoration and hidden from screen readers."""
    if label:
        return format_html('<i class="ti ti-{}" role="img" aria-label="{}"></i>', name, label)
    return format_html('<i class="ti ti-{}" aria-hidden="true"></i>', name)


def promise_look(value: Any) -> PromiseLook:
    """Accept a ``PromiseLook`` or a mapping with the same keys."""
    return PromiseLook(**value) if isinstance(value, Mapping) else value


def ring(look: Any, share: int | None = None, size: str = "") -> SafeString:
    """The promise ring: ``look`` is a PromiseLook, or a tone with ``share``; ``size`` is empty, l or xl."""
    if isinstance(look, str):
        tone, used = Tone(look), share or 0
    else:
        look = promise_look(look)
        tone, used = look.tone, look.share if share is None else share
    return format_html(
        '<span class="is-{}"><svg class="bh-ring {}" viewBox="0 0 20 20" aria-hidden="true">'
        '<circle class="t" cx="10" cy="10" r="8"/><circle class="a" cx="10" cy="10" r="8" pathLength="100" '
        'stroke-dasharray="{}" transform="rotate(-90 10 10)"/>{}</svg></span>',
        tone,
        size,
        "none" if tone in (Tone.LATE, Tone.KEPT) or used >= 100 else f"{max(0, used)} 100",
        RING_MARKS.get(tone, ""),
    )


def promise(value: Any, text: str | None = None) -> SafeString:
    """A promise as a chip: ring, word, and what is left."""
    look = promise_look(value)
    words = look.text if text is None else text
    # 剩 13 分 stands beside 临期, but 已超时 22 分 already says 已超时.
    lead, rest = str(look.label), str(words).removeprefix(str(TONE_WORDS[Tone.LATE])).strip()
    return format_html(
        '<span class="bh-promise is-{}">{}<b>{}</b>{}</span>',
        look.tone,
        ring(look),
        lead,
        format_html('<span class="num">{}</span>', rest) if rest else "",
    )


def priority(level: int, short: bool = False) -> SafeString:
    """P1 紧急 to P4 低: weight of ink, never hue."""
    name = str(PRIORITY_WORDS[int(level)])
    if short:
        return format_html('<span class="bh-prio p{}" title="{}">P{}</span>', level, name, level)
    return format_html('<span class="bh-prio p{}">P{} {}</span>', level, level, name)


def tag(text: Any, tone: str = "", icon_name: str = "", line: bool = False) -> SafeString:
    """A small label; a coloured one always carries an icon."""
    name = icon_name or (TONE_ICONS.get(Tone(tone), "") if tone else "")
    return format_html(
        '<span class="bh-tag{}{}">{}{}</span>',
        f" is-{tone}" if tone else "",
        " is-line" if line else "",
        icon(name) if name else "",
        text,
    )


def tags(items: Sequence[Any]) -> SafeString:
    """Several labels, each a ``Tag`` or a mapping with the same keys."""
    shown = [Tag(**item) if isinstance(item, Mapping) else item for item in items]
    return format_html_join(" ", "{}", ((tag(item.text, item.tone or "", item.icon),) for item in shown))


def face(name: Any, me: bool = False, small: bool = False) -> SafeString:
    """A person's first character in a circle; the name stands beside it in words."""
    look = (" is-me" if me else "") + (" s" if small else "")
    return format_html('<span class="bh-face{}" aria-hidden="true">{}</span>', look, str(name)[:1])


def file_icon(content_type: str) -> str:
    return next((name for start, name in FILE_ICONS if content_type.startswith(start)), "file-text")


def file_chip(chip: FileChip) -> SafeString:
    """An attached file; with a link when it may be opened."""
    inside = format_html("{}<span class='cut'>{}</span>", icon(file_icon(chip.content_type)), chip.name)
    if chip.url:
        return format_html('<a class="bh-file" href="{}">{}</a>', chip.url, inside)
    return format_html('<span class="bh-file">{}</span>', inside)


def logo(href: str = "", name: str = "", large: bool = False) -> SafeString:
    """The ring whose gap closes, with the product's name; ``name`` replaces Bihuan beside it."""
    mark = mark_safe(
        '<svg viewBox="0 0 32 32" aria-hidden="true"><path class="bh-logo-ring" '
        'd="M19.9 4.66A12 12 0 1 0 27.34 12.1"/><circle class="bh-logo-dot" cx="24.49" cy="7.51" r="2.5"/></svg>'
    )
    inside = format_html("{}<b>闭环</b><span>{}</span>", mark, name or "Bihuan")  # data, not a message
    look = "bh-logo bh-logo-l" if large else "bh-logo"
    if href:
        return format_html('<a class="{}" href="{}">{}</a>', look, href, inside)
    return format_html('<span class="{}">{}</span>', look, inside)


def options(items: Sequence[tuple[Any, Any]], value: str = "") -> SafeString:
    """The options of a select, the one with ``value`` chosen."""
    marked = ((key, " selected" if str(key) == value else "", label) for key, label in items)
    return format_html_join("", '<option value="{}"{}>{}</option>', marked)


def kbd(keys: str) -> SafeString:
    """Ctrl+Enter or g w as key caps."""
    signs = {"enter": "↵", "esc": "Esc", "ctrl": "Ctrl", "up": "↑", "down": "↓"}
    parts = keys.replace("+", " ").split() if keys != "+" else ["+"]
    return format_html_join(
        " ", "<kbd>{}</kbd>", ((signs.get(part.lower(), conditional_escape(part)),) for part in parts)
    )
