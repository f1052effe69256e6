"""Follow a case: stages, promise, materials, reminder, callback, rating."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from bihuan.cases import actions, queries
from bihuan.cases.models import Case, Kind, State, Verb
from bihuan.cases.queries import STAGES, SUBJECT, Event, stage_index
from bihuan.customers.queries import looks, render_masked_many
from bihuan.foundation.errors import Invalid
from bihuan.foundation.files.store import store_upload
from bihuan.foundation.moment import now
from bihuan.portal.forms import CodeForm, FollowForm, MaterialForm, RatingForm, SatisfactionForm
from bihuan.portal.visitor import own_case, remember_case, visitor
from bihuan.promises.models import PromiseKind
from bihuan.promises.queries import PromiseReading, explain, open_promises
from bihuan.web.components import DataLook, PromiseLook, Stage
from bihuan.web.wording import moment_words, span_words

PUBLIC_ORDER = (PromiseKind.RESOLUTION, PromiseKind.FIRST_REPLY, PromiseKind.CALLBACK)
SAID_TO_CUSTOMER = {"case.advanced", "case.replied"}
PROMISED = {
    PromiseKind.RESOLUTION: gettext_lazy("{due} 前给你处理结果"),
    PromiseKind.FIRST_REPLY: gettext_lazy("{due} 前首次回复你"),
    PromiseKind.CALLBACK: gettext_lazy("{due} 前回访你"),
}
SATISFACTION_ICONS = {"SATISFIED": "mood-smile", "UNSATISFIED": "mood-sad"}
FACES = {"5": "mood-happy", "4": "mood-smile", "3": "mood-neutral", "2": "mood-sad", "1": "mood-cry"}


def follow(request: HttpRequest) -> HttpResponse:
    """Number and one-time code lead to the case."""
    form = FollowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = actions.redeem_follow_code(actor=visitor(request), at=now(), **form.cleaned_data)
        except Invalid as refusal:
            form.add_error("code", str(refusal))
        else:
            remember_case(request, case)
            return redirect("portal_case", case.public_token)
    context = {"form": form, "code_form": CodeForm()}
    return render(request, "portal/follow.html", context, status=422 if form.is_bound else 200)


@require_POST
def request_code(request: HttpRequest) -> HttpResponse:
    """Mail a new code to the address on file; the answer is the same whether the number exists or not."""
    form = CodeForm(request.POST)
    if form.is_valid():
        actions.send_follow_code(actor=visitor(request), number=form.cleaned_data["number"], at=now())
    messages.success(request, _("如果案件号存在且留有邮箱，查询码已发出。"))
    return redirect("portal_find")


@require_GET
def show_case(request: HttpRequest, token: str) -> HttpResponse:
    """Where the case is, what is promised, what was said, who looked at my data."""
    _actor, case = own_case(request, token)
    at = now()
    events = queries.timeline(case)
    promise = _public_promise(open_promises(SUBJECT, [case.pk], at=at).get(case.pk, []))
    context = {
        "case": case,
        "title": render_masked_many([case.title])[0],
        "at": at,
        **_promised(promise, at),
        "look": promise and PromiseLook.of(promise.state, due_at=promise.due_at, at=at, share=promise.percent),
        "line": public_line(case, events, at),
        "looks": data_looks(case.customer_id),
        "materials": [file for event in events if event.by_customer for file in event.files],
        "material_form": MaterialForm(),
        "satisfaction_form": SatisfactionForm() if _asks_satisfaction(case) else None,
        "satisfaction_icons": SATISFACTION_ICONS,
        "faces": FACES,
        "rating_form": RatingForm() if case.state == State.CLOSED and case.rating is None else None,
    }
    return render(request, "portal/case.html", context)


def data_looks(customer_id: int | None) -> list[DataLook]:
    """Who saw clear data of the customer, and what for."""
    seen = looks(customer_id) if customer_id else []
    words = _("看了{what}。用途：{purpose}")
    return [
        DataLook(who=look.by, at=look.at, what=words.format(what="、".join(look.kinds), purpose=look.purpose))
        for look in seen
    ]


def _public_promise(readings: list[PromiseReading]) -> PromiseReading | None:
    by_kind = {reading.kind: reading for reading in readings}
    return next((by_kind[kind] for kind in PUBLIC_ORDER if kind in by_kind), None)


def _promised(promise: PromiseReading | None, at: datetime) -> dict[str, object]:
    """What was promised, and the sum that leads to its time."""
    if promise is None:
        return {"promise": None}
    why = explain(promise.id, at=at)
    steps = [
        (f"{moment_words(step.start, at)} – {moment_words(step.end, at)}", span_words(step.counted_minutes * 60))
        for step in why.steps
        if step.is_counted
    ]
    words = str(PROMISED[PromiseKind(promise.kind)]).format(due=moment_words(promise.due_at, at))
    return {"promise": promise, "promised": words, "why": why, "why_steps": steps}


def _asks_satisfaction(case: Case) -> bool:
    return case.kind == Kind.COMPLAINT and case.state == State.ANSWERED


def public_line(case: Case, events: list[Event], at: datetime) -> list[Stage]:
    """The stages with what the customer was told at each."""
    index_now, closed = stage_index(case.kind, case.state), case.state == State.CLOSED
    reached, told = _reached_and_told(case, events)
    lines = []
    for index, stage in enumerate(STAGES[case.kind]):
        is_past = index <= index_now
        state = "done" if index < index_now or closed else "now" if index == index_now else "todo"
        lines.append(
            Stage(
                name=stage.label,
                note=moment_words(reached[index], at) if is_past and index in reached else "",
                state=state,
                text=told.get(index, "") if is_past else "",
            )
        )
    return lines


def _reached_and_told(case: Case, events: list[Event]) -> tuple[dict[int, datetime], dict[int, str]]:
    """When each stage was reached last, and the last words the customer was told at it."""
    reached, told, here = {0: case.opened_at}, {}, 0
    for event in events:
        if event.code not in SAID_TO_CUSTOMER:
            continue
        before = here
        if event.code == "case.advanced":
            here = stage_index(case.kind, event.facts["after"])
            reached[here] = event.at
        if event.words:
            # the answer leads on to the callback, and is read at the stage it was awaited at
            told[before if event.facts.get("verb") == Verb.ANSWER else here] = event.words
    return reached, told


@require_POST
def add_material(request: HttpRequest, token: str) -> HttpResponse:
    """Add a word, photos or documents."""
    actor, case = own_case(request, token)
    form = MaterialForm(request.POST, request.FILES)
    at = now()
    if form.is_valid() and (form.cleaned_data["text"].strip() or form.cleaned_data["files"]):
        given = form.cleaned_data
        files = [store_upload(upload=f, at=at) for f in given["files"]]
        actions.add_customer_evidence(actor=actor, case_id=case.pk, text=given["text"], files=files, at=at)
        messages.success(request, _("材料已收到。"))
    else:
        messages.error(request, _("请写几句话，或选择文件。"))
    return redirect("portal_case", token)


@require_POST
def urge(request: HttpRequest, token: str) -> HttpResponse:
    """Ask to hurry."""
    actor, case = own_case(request, token)
    actions.urge_case(actor=actor, case_id=case.pk, at=now())
    messages.success(request, _("已提醒承办人。"))
    return redirect("portal_case", token)


@require_POST
def answer_callback(request: HttpRequest, token: str) -> HttpResponse:
    """Satisfied or not: "not" goes one level higher."""
    actor, case = own_case(request, token)
    form = SatisfactionForm(request.POST)
    if form.is_valid():
        actions.answer_callback(actor=actor, case_id=case.pk, at=now(), **form.cleaned_data)
        messages.success(request, _("谢谢，你的回答已记录。"))
    return redirect("portal_case", token)


@require_POST
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """One to five."""
    actor, case = own_case(request, token)
    form = RatingForm(request.POST)
    if form.is_valid():
        actions.rate_case(actor=actor, case_id=case.pk, at=now(), **form.cleaned_data)
        messages.success(request, _("谢谢你的评价。"))
    return redirect("portal_case", token)
