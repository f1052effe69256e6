"""How moments, spans, money and numbers are written for people, in Chinese and in English.

Pure functions: the present moment is an argument, so a page can be rendered for any moment.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86_400
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")  # data, not a message
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# A weekday alone names one day only while it is at most two days back or four days ahead.
NEAR_DAYS = range(-2, 5)


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def day_words(moment: datetime, now: datetime) -> str:
    """今天, 周日, 11-19, 2025-11-19: the shortest that is not ambiguous."""
    local, today = timezone.localtime(moment), timezone.localdate(now)
    distance = (local.date() - today).days
    if distance == 0:
        return _("今天")
    if distance in NEAR_DAYS:
        return WEEKDAYS_EN[local.weekday()] if is_english() else WEEKDAYS_ZH[local.weekday()]
    if is_english():
        year = "" if local.year == today.year else f" {local.year}"
        return f"{local.day} {MONTHS_EN[local.month - 1]}{year}"
    return local.strftime("%m-%d" if local.year == today.year else "%Y-%m-%d")


def clock_words(moment: datetime) -> str:
    """14:30."""
    return timezone.localtime(moment).strftime("%H:%M")


def moment_words(moment: datetime, now: datetime) -> str:
    """今天 14:30, 周日 19:48, 11-19 13:26."""
    return f"{day_words(moment, now)} {clock_words(moment)}"


def exact_words(moment: datetime) -> str:
    """2026-11-23 14:30:08, for titles and printed records."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


def calendar_day_words(moment: datetime) -> str:
    """11 月 29 日 19:48: written out, for customers."""
    local = timezone.localtime(moment)
    if is_english():
        return f"{local.day} {MONTHS_EN[local.month - 1]}, {clock_words(moment)}"
    return f"{local.month} 月 {local.day} 日 {clock_words(moment)}"  # data, not a message


def span_words(seconds: float, *, coarse: bool = False) -> str:
    """6 天 9 小时, 3 小时 48 分, 22 分. ``coarse`` keeps the largest unit only (22 小时)."""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return _("不到 1 分")
    units = ((DAY, _("{n} 天")), (HOUR, _("{n} 小时")), (MINUTE, _("{n} 分")))
    first = next(index for index, (size, _words) in enumerate(units) if whole >= size)
    parts = []
    for size, words in units[first : first + (1 if coarse else 2)]:
        count, whole = divmod(whole, size)
        if count:
            parts.append(words.format(n=count))
    return " ".join(parts)


def span_digits(seconds: float) -> str:
    """1:18 as hours and minutes, for places without room for words."""
    hours, rest = divmod(max(0, int(seconds)), HOUR)
    return f"{hours}:{rest // MINUTE:02d}"


def remaining_words(due: datetime, now: datetime, *, coarse: bool = False) -> str:
    """剩 3 小时 48 分, or 已超时 22 分 once the moment is past."""
    seconds = (due - now).total_seconds()
    words = span_words(abs(seconds), coarse=coarse)
    return _("剩 {span}").format(span=words) if seconds >= 0 else _("已超时 {span}").format(span=words)


def money_words(fen: int) -> str:
    """300000 fen are ¥3,000.00."""
    sign = "−" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}¥{yuan:,}.{rest:02d}"


def waybill_words(number: str) -> str:
    """YH773104829156 is read YH7731 0482 9156: digits in fours from the right, letters kept with the first group."""
    compact = "".join(number.split())
    letters = compact.rstrip("0123456789")
    digits = compact[len(letters) :]
    head = len(digits) % 4 or min(4, len(digits))
    groups = [digits[:head]] + [digits[at : at + 4] for at in range(head, len(digits), 4)]
    return letters + " ".join(group for group in groups if group)


def count_words(number: float) -> str:
    """11,987."""
    return f"{number:,.0f}"


def size_words(octets: int) -> str:
    """82 MB, 640 KB, 12 B."""
    for limit, unit in ((1024**3, "GB"), (1024**2, "MB"), (1024, "KB")):
        if octets >= limit:
            value = octets / limit
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return f"{octets} B"
