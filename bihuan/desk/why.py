"""The explanation of a due time as the page takes it."""

from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.promises.queries import ExplainedStep, Explanation
from bihuan.web.components import Span, SpanKind, Why, WhyStep
from bihuan.web.wording import moment_words, span_words


def why_of(explanation: Explanation, at: datetime) -> Why:
    """Rule first, then each stretch of time, adding up to the due time to the minute."""
    rule = explanation.rule
    head = WhyStep(
        text=_("规则：{rule}").format(rule=rule.text),
        detail=" · ".join(part for part in (rule.source, rule.calendar_name, rule.hours) if part),
    )
    total = span_words(explanation.total_minutes * 60)
    due = moment_words(explanation.due_at, at)
    return Why(
        title=_("为什么是 {due}？").format(due=due),
        subtitle=_("{total}，从 {start} 起算").format(total=total, start=moment_words(explanation.started_at, at)),
        steps=[head, *(_step(step, at) for step in explanation.steps)],
        total=_("到期 {due}").format(due=due),
        total_amount=total,
        spans=[span for step in explanation.steps for span in _spans(step, at)],
        at=at,
    )


def _step(step: ExplainedStep, at: datetime) -> WhyStep:
    stretch = f"{moment_words(step.start, at)} – {moment_words(step.end, at)}"
    if step.counted_minutes:
        return WhyStep(text=stretch, amount=f"+ {span_words(step.counted_minutes * 60)}", detail=step.name)
    # a night has no working minutes to skip: say how long it is
    seconds = step.skipped_minutes * 60 or (step.end - step.start).total_seconds()
    skipped = _("不计 {span}").format(span=span_words(seconds))
    return WhyStep(text=stretch, amount=skipped, detail=step.name or step.label, paused=step.is_pause)


def _spans(step: ExplainedStep, at: datetime) -> list[Span]:
    """The pieces of the line: what is counted is cut at the present moment."""
    if step.is_pause:
        return [Span(SpanKind.PAUSED, step.start, step.end)]
    if not step.counted_minutes:
        return [Span(SpanKind.OFF, step.start, step.end, step.label)]
    if step.start < at < step.end:
        return [Span(SpanKind.COUNTED, step.start, at), Span(SpanKind.WAITING, at, step.end)]
    return [Span(SpanKind.COUNTED if step.end <= at else SpanKind.WAITING, step.start, step.end)]
