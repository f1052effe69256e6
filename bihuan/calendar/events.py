"""What the calendars write into the journal."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("calendar.changed", subject="calendar")
@dataclass(frozen=True, kw_only=True)
class CalendarChanged:
    """A calendar got a new edition: other holidays, other hours or a longer coverage."""

    calendar_id: int
    code: str
    before: int
    after: int
    days_changed: int
    covered_until: str | None
    source: str
