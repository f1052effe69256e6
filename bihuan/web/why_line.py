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
LEAST_WIDTH = 26.0
LETTER = 12.0
LATIN = 0x2E80
TIME_WIDTH = 36.0


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
    off = [span.kind is SpanKind.OFF for span in spans]
    free = WIDTH - OFF_WIDTH * sum(off) - GAP * (len(spans) - 1)
    seconds = [(span.end_at - span.start_at).total_seconds() for span in spans]
    total = sum(length for length, is_off in zip(seconds, off, strict=True) if not is_off) or 1.0
    raw = [
        OFF_WIDTH if is_off else max(LEAST_WIDTH, free * length / total)
        for length, is_off in zip(seconds, off, strict=True)
    ]
    # boxes that were too narrow took their room from the wide ones
    spare = sum(raw) + GAP * (len(spans) - 1) - WIDTH
    wide = sum(width for width, is_off in zip(raw, off, strict=True) if not is_off and width > 2 * LEAST_WIDTH) or 1.0
    return [
        width - spare * width / wide if not is_off and width > 2 * LEAST_WIDTH else width
        for width, is_off in zip(raw, off, strict=True)
    ]


def _marks(spans: Sequence[Span], boxes: Sequence[Box], at: datetime) -> list[Mark]:
    """Times above the line: the first, the last, and both sides of every stretch of time off that has room."""
    marks = [Mark(0.0, moment_words(spans[0].start_at, at), "start")]
    taken = 84.0
    for before, span, left, right in zip(spans, spans[1:], boxes, boxes[1:], strict=False):
        if span.kind is SpanKind.OFF and left.end - taken >= TIME_WIDTH:
            marks.append(Mark(left.end, clock_words(before.end_at), "end"))
        if before.kind is SpanKind.OFF and WIDTH - right.x >= 2 * TIME_WIDTH:
            same_day = timezone.localdate(before.start_at) == timezone.localdate(span.start_at)
            text = clock_words(span.start_at) if same_day else moment_words(span.start_at, at)
            marks.append(Mark(right.x, text, "start"))
            taken = right.x + (TIME_WIDTH if same_day else 84.0)
    marks.append(Mark(WIDTH, clock_words(spans[-1].end_at), "end", bold=True))
    return marks
