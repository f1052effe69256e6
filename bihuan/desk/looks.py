"""Cases, promises and events as the components of the pages take them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.cases.models import CallbackResult, Case, Level, ReturnReason, State, Verb
from bihuan.cases.queries import STAGES, Event, stage_index
from bihuan.foundation.files.links import request_link
from bihuan.foundation.files.models import StoredFile
from bihuan.promises.models import PromiseKind
from bihuan.promises.queries import PromiseReading
from bihuan.web.components import Clock, EventKind, FileChip, PromiseLook, Stage, Tag, TimelineEvent, Tone
from bihuan.web.wording import moment_words

Worded = tuple[EventKind, str, list[Tag]]
Words = Callable[[Event], Worded]

CLOCK_TITLES = {
    PromiseKind.FIRST_REPLY: gettext_lazy("首次回复 · {due} 前"),
    PromiseKind.RESOLUTION: gettext_lazy("承诺客户：{due} 前给结果"),
    PromiseKind.DEPARTMENT: gettext_lazy("协办 · {due} 前答复"),
    PromiseKind.CALLBACK: gettext_lazy("回访 · {due} 前"),
    PromiseKind.STATUTORY: gettext_lazy("法定 7 日 · 不暂停"),
}


def look_of(promise: PromiseReading, at: datetime) -> PromiseLook:
    """The ring and words of a promise."""
    return PromiseLook.of(promise.state, due_at=promise.due_at, at=at, share=promise.percent)


def clocks_of(case: Case, promises: Sequence[PromiseReading], at: datetime) -> list[Clock]:
    """The clocks beside each other at the head of a case."""
    return [
        Clock(
            look=look_of(promise, at),
            title=CLOCK_TITLES[PromiseKind(promise.kind)].format(due=moment_words(promise.due_at, at)),
            note=moment_words(promise.due_at, at) if promise.kind == PromiseKind.STATUTORY else "",
            why_url=reverse("case_why", args=[case.number, promise.id]),
        )
        for promise in promises
    ]


def stages_of(case: Case, events: Sequence[Event], at: datetime) -> list[Stage]:
    """The stage bar: what is done and when, where the case is now, what is to come."""
    stages, now_index = STAGES[case.kind], stage_index(case.kind, case.state)
    reached: dict[int, datetime] = {0: case.opened_at}
    for event in events:
        if event.code == "case.advanced":
            reached[stage_index(case.kind, event.facts["after"])] = event.at
    done = case.state == State.CLOSED
    return [
        Stage(
            name=stage.label,
            note=_note(reached, index, now_index, at),
            state="done" if index < now_index or done else "now" if index == now_index else "todo",
        )
        for index, stage in enumerate(stages)
    ]


def _note(reached: dict[int, datetime], index: int, now_index: int, at: datetime) -> str:
    return moment_words(reached[index], at) if index in reached and index <= now_index else ""


def file_chip(request: HttpRequest, file: StoredFile) -> FileChip:
    """A file with a private link for whoever looks at the page."""
    return FileChip(name=file.name, url=request_link(request, file), content_type=file.content_type, size=file.size)


SPOKEN = {"case.opened", "case.message_received"}
SENT = {"case.replied"}


def timeline_of(request: HttpRequest, events: Sequence[Event], case: Case) -> list[TimelineEvent]:
    """The timeline as its components take it; steps that only repeat what another line says are left out."""
    return [_event(request, event, case) for event in events if not _is_echo(event)]


def _is_echo(event: Event) -> bool:
    """An ``advanced`` entry without a message says again what its own entry (hand-off, callback …) says."""
    own_line = {Verb.HAND_OVER, Verb.FORWARD, Verb.ACCEPT, Verb.RETURN, Verb.FIND}
    own_line |= {Verb.CALL_BACK_SATISFIED, Verb.CALL_BACK_UNSATISFIED, Verb.CLOSE}
    if event.code == "case.advanced":
        return event.facts["verb"] in own_line
    return event.code in UNSAID


# shown by the clocks and the stage bar already
UNSAID = {"promise.started", "promise.told", "promise.kept", "promise.moved", "promise.cancelled", "case.claimed"}
UNSAID |= {"case.follow_code_issued"}


def _event(request: HttpRequest, event: Event, case: Case) -> TimelineEvent:
    kind, what, tags = _words_of(event)
    who = case.customer_label or _("客户") if kind is EventKind.CUSTOMER else event.by
    return TimelineEvent(
        kind=kind,
        who=_("系统") if event.by_system and kind is not EventKind.CUSTOMER else who,
        at=event.at,
        what=what,
        body=event.words,
        files=[file_chip(request, file) for file in event.files],
        tags=tags,
        anchor=f"e{event.entry_id}",
    )


def _said(kind: EventKind, what: Any = "") -> Words:
    return lambda event: (kind, str(what), [])


def _step_words(event: Event) -> Worded:
    return EventKind.REPLY, str(Verb(event.facts["verb"]).label), []


def _handed_over(event: Event) -> Worded:
    return EventKind.HANDOFF, _("转协办 {department}").format(**event.facts), []


def _accepted(event: Event) -> Worded:
    what = _("{department} 已接收").format(**event.facts)
    return EventKind.HANDOFF, what, [Tag(_("已接收"), Tone.KEPT, "check")]


def _returned(event: Event) -> Worded:
    facts = event.facts | {"reason": ReturnReason(event.facts["reason"]).label}
    count = Tag(_("第 {n} 次退回").format(n=facts["returns"]), Tone.RISK, "corner-up-left")
    return EventKind.HANDOFF, _("{department} 退回：{reason}").format(**facts), [count]


def _evidence_words(event: Event) -> Worded:
    return EventKind.EVIDENCE, getattr(event.object, "item", ""), []


def _called_back(event: Event) -> Worded:
    result = CallbackResult(event.facts["result"])
    tone = Tone.KEPT if result is CallbackResult.SATISFIED else Tone.LATE
    return EventKind.CALLBACK, _("回访"), [Tag(result.label, tone, "message-circle")]


def _escalated(event: Event) -> Worded:
    level = Level(event.facts["after"]).label
    return EventKind.SYSTEM, _("客户不满意，升到{level}重办").format(level=level), []


WORDS: dict[str, Words] = {
    "case.opened": _said(EventKind.CUSTOMER, gettext_lazy("提交")),
    "case.message_received": _said(EventKind.CUSTOMER, gettext_lazy("补充")),
    "case.replied": _said(EventKind.REPLY, gettext_lazy("回复客户")),
    "case.noted": _said(EventKind.NOTE),
    "case.advanced": _step_words,
    "case.handed_over": _handed_over,
    "case.handoff_accepted": _accepted,
    "case.handoff_returned": _returned,
    "case.found": _said(EventKind.SYSTEM, gettext_lazy("查明原因并提出方案")),
    "case.evidence_added": _evidence_words,
    "case.called_back": _called_back,
    "case.escalated": _escalated,
    "case.urged": _said(EventKind.REMINDER, gettext_lazy("客户催办")),
}


def _words_of(event: Event) -> Worded:
    """Kind, sentence and tags of one event."""
    return WORDS.get(event.code, _other)(event)


OTHER_WORDS = {
    "case.assigned": gettext_lazy("改派案件"),
    "case.reprioritized": gettext_lazy("改了优先级"),
    "case.attention_raised": gettext_lazy("承诺临期，提醒上级"),
    "case.closed": gettext_lazy("办结"),
    "case.rated": gettext_lazy("客户评价 {rating} 分"),
    "case.archived": gettext_lazy("导出档案"),
    "case.followed": gettext_lazy("客户查看进度"),
    "promise.broken": gettext_lazy("承诺超时"),
    "promise.extended": gettext_lazy("延期并告知客户"),
    "promise.escalated": gettext_lazy("升级提醒"),
    "promise.paused": gettext_lazy("时钟暂停"),
    "promise.resumed": gettext_lazy("时钟继续"),
    "promise.recomputed": gettext_lazy("时限重新计算"),
}


def _other(event: Event) -> Worded:
    kind = EventKind.PROMISE if event.code.startswith("promise.") else EventKind.SYSTEM
    words = OTHER_WORDS.get(event.code)
    return kind, str(words).format(**event.facts) if words else event.code, []
