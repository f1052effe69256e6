"""Draws the line between the start of a promise and its due time: counted, still to count, paused, not working time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from bihuan.web.components import Span, SpanKind, Text
from bihuan.web.wording import clock_words, moment_words

WIDTH, TOP, HEIGHT = 808.0, 30.0, 20.0
GAP = 4.0
# Time off is drawn at a fixed width: what counts is to be read, not the length of the night.
OFF_WIDTH = 48.0
LEAST_WIDTH, LABEL_WIDTH = 26.0, 42.0
LETTER = 12.0
LATIN = 0x2E80
TIME_WIDTH, MOMENT_WIDTH = 36.0, 84.0


@dataclass(frozen=True, slots=True)
class Box:
    kind: SpanKind
    x: float
    width: float
    label: Text

    @property
    def end(self) -> float:
        return round(self.x + self.width, 1)

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def fits(self) -> bool:
        """True when the label has room inside the box."""
        return sum(LETTER if ord(sign) > LATIN else LETTER * 0.55 for sign in str(self.label)) + 4 <= self.width


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    text: str
    anchor: str
    bold: bool = False


@dataclass(slots=True)
class Line:
    boxes: list[Box] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    now_x: float | None = None
    now_text: str = ""


def draw_line(spans: Sequence[Span], at: datetime | None) -> Line:
    """Boxes in proportion to working time, a time at every edge that has room, and a mark at the present moment."""
    widths = _widths(spans)
    line, x = Line(), 0.0
    for span, width in zip(spans, widths, strict=True):
        line.boxes.append(Box(span.kind, round(x, 1), round(width, 1), span.label))
        if at and span.start_at <= at < span.end_at:
            share = (at - span.start_at) / (span.end_at - span.start_at)
            line.now_x, line.now_text = round(x + width * share, 1), clock_words(at)
        x += width + GAP
    line.marks = _marks(spans, line.boxes, at or spans[0].start_at)
    return line


def _widths(spans: Sequence[Span]) -> list[float]:
    """Fixed for time off, in proportion for the rest; boxes too narrow to read take their room from the wide ones."""
    room = WIDTH - GAP * (len(spans) - 1) - OFF_WIDTH * sum(span.kind is SpanKind.OFF for span in spans)
    seconds = [0.0 if span.kind is SpanKind.OFF else _seconds(span) for span in spans]
    total = sum(seconds) or 1.0
    least = [_least_width(span) for span in spans]
    widths = [max(low, room * length / total) for low, length in zip(least, seconds, strict=True)]
    spare = sum(widths) + GAP * (len(spans) - 1) - WIDTH
    give = [max(0.0, width - low) for width, low in zip(widths, least, strict=True)]
    share = min(1.0, spare / (sum(give) or 1.0))
    widths = [width - amount * share for width, amount in zip(widths, give, strict=True)]
    # a promise over weeks: everything shrinks alike, and the labels that no longer fit are left out
    squeeze = min(1.0, (WIDTH - GAP * (len(spans) - 1)) / sum(widths))
    return [width * squeeze for width in widths]


def _seconds(span: Span) -> float:
    return (span.end_at - span.start_at).total_seconds()


def _least_width(span: Span) -> float:
    if span.kind is SpanKind.OFF:
        return OFF_WIDTH
    return LABEL_WIDTH if span.label else LEAST_WIDTH


def _marks(spans: Sequence[Span], boxes: Sequence[Box], at: datetime) -> list[Mark]:
    """Times above the line: the first, the last, and both sides of every stretch of time off that has room."""
    marks = [Mark(0.0, moment_words(spans[0].start_at, at), "start")]
    taken = MOMENT_WIDTH
    for before, span, left, right in zip(spans, spans[1:], boxes, boxes[1:], strict=False):
        if span.kind is SpanKind.OFF and left.end - taken >= TIME_WIDTH:
            marks.append(Mark(left.end, clock_words(before.end_at), "end"))
        if before.kind is SpanKind.OFF and taken <= right.x <= WIDTH - 2 * TIME_WIDTH:
            same_day = timezone.localdate(before.start_at) == timezone.localdate(span.start_at)
            text = clock_words(span.start_at) if same_day else moment_words(span.start_at, at)
            marks.append(Mark(right.x, text, "start"))
            taken = right.x + (TIME_WIDTH if same_day else MOMENT_WIDTH)
    marks.append(Mark(WIDTH, clock_words(spans[-1].end_at), "end", bold=True))
    return marks
