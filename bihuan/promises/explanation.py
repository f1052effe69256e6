"""The answer to "why this time?": rule, steps and total of one promise, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.calendar.worktime import Reason, Shift, Step, WorkCalendar
from bihuan.promises.clock import Clock, whole_minute
from bihuan.promises.models import PauseReason, Promise, PromiseExtension, PromiseKind

_LABELS = {
    Reason.WORKED: gettext_lazy("计时"),
    Reason.MAKEUP: gettext_lazy("调休上班"),
    Reason.SPECIAL: gettext_lazy("特殊班次"),
    Reason.PAUSED: gettext_lazy("暂停"),
    Reason.NIGHT: gettext_lazy("夜间"),
    Reason.MIDDAY: gettext_lazy("午间"),
    Reason.BREAK: gettext_lazy("班次之间"),
    Reason.REST_DAY: gettext_lazy("休息日"),
    Reason.HOLIDAY: gettext_lazy("放假"),
}


@dataclass(frozen=True, slots=True)
class RuleLine:
    """The published row behind a promise: what it says, on which calendar, and where it comes from."""

    text: str
    minutes: int
    calendar_name: str
    hours: str
    source: str
    number: int
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """More time that was asked for in time."""

    minutes: int
    reason: str
    notice_text: str
    extended_at: datetime
    due_before: datetime
    due_after: datetime
    reaction: str


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """A stretch of the way to the due time. ``name`` is the holiday, make-up day or reason of the pause."""

    start: datetime
    end: datetime
    reason: str
    label: str
    name: str
    counted_minutes: int
    skipped_minutes: int

    @property
    def is_counted(self) -> bool:
        return self.counted_minutes > 0

    @property
    def is_pause(self) -> bool:
        return self.reason == Reason.PAUSED


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a promise is due when it is. The counted minutes of the steps add up to ``total_minutes``.

    While paused, ``due_at`` is what it would be if the clock went on at ``at``, and ``is_provisional`` says so.
    """

    promise_id: int
    kind: str
    kind_label: str
    title: str
    started_at: datetime
    due_at: datetime
    is_provisional: bool
    rule: RuleLine
    extensions: tuple[ExtensionLine, ...]
    steps: tuple[ExplainedStep, ...]
    total_minutes: int
    counted_minutes: int

    @property
    def waiting_minutes(self) -> int:
        """Working minutes still to come until the due time."""
        return self.total_minutes - self.counted_minutes


def build_explanation(
    promise: Promise, clock: Clock, extensions: Sequence[PromiseExtension], *, at: datetime
) -> Explanation:
    """Explain a promise from its clock, which ends an open pause at ``at``. Raises CalendarNotCovered."""
    steps = clock.explain()
    due_at = clock.due_at
    return Explanation(
        promise_id=promise.pk,
        kind=promise.kind,
        kind_label=str(PromiseKind(promise.kind).label),
        title=_("为什么是 {time}？").format(time=_day_and_time(due_at, at)),
        started_at=promise.started_at,
        due_at=due_at,
        is_provisional=promise.paused_at is not None,
        rule=_rule(promise, clock.calendar),
        extensions=tuple(_extension(extension) for extension in extensions),
        steps=tuple(_explained(step) for step in steps),
        total_minutes=sum(step.counted_seconds for step in steps) // 60,
        counted_minutes=sum(_counted_until(step, whole_minute(at)) for step in steps) // 60,
    )


def _counted_until(step: Step, at: datetime) -> int:
    if not step.is_counted or at <= step.start:
        return 0
    return min(step.counted_seconds, int((at - step.start).total_seconds()))


def _rule(promise: Promise, calendar: WorkCalendar) -> RuleLine:
    policy = promise.policy
    return RuleLine(
        text=policy.label,
        minutes=promise.minutes,
        calendar_name=policy.calendar.label,
        hours=hours_of(calendar),
        source=policy.source,
        number=policy.number,
        published_at=policy.published_at,
        published_by=policy.published_by,
    )


def _extension(extension: PromiseExtension) -> ExtensionLine:
    return ExtensionLine(
        minutes=extension.minutes,
        reason=extension.reason,
        notice_text=extension.notice_text,
        extended_at=extension.extended_at,
        due_before=extension.due_before,
        due_after=extension.due_after,
        reaction=extension.get_reaction_display() if extension.reaction else "",
    )


def _explained(step: Step) -> ExplainedStep:
    name = step.name
    if step.reason is Reason.PAUSED:
        name = str(PauseReason(name).label)
    elif name:
        name = _(name)
    return ExplainedStep(
        start=step.start,
        end=step.end,
        reason=step.reason.value,
        label=str(_LABELS[step.reason]),
        name=name,
        counted_minutes=step.counted_seconds // 60,
        skipped_minutes=step.skipped_seconds // 60,
    )


def hours_of(calendar: WorkCalendar) -> str:
    """The hours of a usual day, as 每天 08:00–12:00、13:30–21:00."""
    usual = next((shifts for shifts in calendar.weekly if shifts), ())
    days = _("每天") if all(calendar.weekly) else _("工作日")
    return f"{days} {_('、').join(_shift(shift) for shift in usual)}"


def _shift(shift: Shift) -> str:
    return "–".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (shift.start_minute, shift.end_minute))


def _day_and_time(due_at: datetime, at: datetime) -> str:
    local = timezone.localtime(due_at)
    is_today = timezone.localtime(at).date() == local.date()
    return local.strftime("%H:%M" if is_today else "%m-%d %H:%M")
