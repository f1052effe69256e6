"""The department's inbox, made for a phone: accept, return, add evidence, answer."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.cases import actions, queries
from bihuan.cases.models import Handoff, HandoffState, Kind
from bihuan.cases.queries import SUBJECT
from bihuan.customers.queries import render_masked_many
from bihuan.desk import forms
from bihuan.desk.looks import look_of, timeline_of
from bihuan.desk.page import checklist
from bihuan.foundation.files.store import store_upload
from bihuan.foundation.moment import now
from bihuan.organization.queries import require_role
from bihuan.organization.roles import Role
from bihuan.promises.models import PromiseKind
from bihuan.promises.queries import PromiseReading, open_promises
from bihuan.web.components import PhoneCard, PromiseLook, SegItem, Tone
from bihuan.web.wording import moment_words

LIAISONS = frozenset({Role.LIAISON})


def _department_clock(readings: list[PromiseReading]) -> PromiseReading | None:
    return next((reading for reading in readings if reading.kind == PromiseKind.DEPARTMENT), None)


@login_required
@require_GET
def list_inbox(request: HttpRequest) -> HttpResponse:
    """What other people wait for, the nearest due time first; ``?done=1`` what was answered."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    require_role(actor, LIAISONS)
    done = request.GET.get("done") == "1"
    page = queries.list_handoffs(actor=actor, done=done, after=request.GET.get("after"))
    promises = open_promises(SUBJECT, [handoff.case_id for handoff in page.items], at=at)
    texts = render_masked_many([text for handoff in page.items for text in (handoff.case.title, handoff.request)])
    cards = [
        _card(handoff, title, ask, _department_clock(promises.get(handoff.case_id, [])), at)
        for handoff, title, ask in zip(page.items, texts[::2], texts[1::2], strict=True)
    ]
    tabs = [SegItem(_("待办"), "?", not done), SegItem(_("已办"), "?done=1", done)]
    context = {"cards": cards, "tabs": tabs, "page": page, "done": done, "at": at, "nav": "handoff_list"}
    return render(request, "desk/handoff_list.html", context)


STATE_ICONS: dict[str, str] = {HandoffState.WAITING: "inbox", HandoffState.ACCEPTED: "progress"}


def _card(handoff: Handoff, title: str, ask: str, reading: PromiseReading | None, at: datetime) -> PhoneCard:
    state = HandoffState(handoff.state)
    tone = Tone.KEPT if state == HandoffState.ANSWERED else Tone.PAUSED
    ended = PromiseLook(tone, 100, moment_words(handoff.ended_at, at), state.label) if handoff.ended_at else None
    running = look_of(reading, at) if reading else PromiseLook(Tone.TRACK, 0)
    return PhoneCard(
        url=f"/handoffs/{handoff.pk}",
        look=ended or running,
        priority=handoff.case.priority,
        title=title,
        ask=ask,
        trail=f"{handoff.case.category.label} · {handoff.case.number}",
        by=handoff.asked_by.label if handoff.asked_by else "",
        note="" if ended else state.label,
        note_icon=STATE_ICONS.get(state, ""),
    )


@login_required
@require_GET
def show_handoff(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """One item: what to do, evidence, what happened, and the verbs under the thumb."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    handoff = queries.get_handoff(actor=actor, handoff_id=handoff_id)
    case = handoff.case
    events = queries.timeline(case)
    readings = open_promises(SUBJECT, [case.pk], at=at).get(case.pk, [])
    reading = _department_clock(readings)
    title, ask = render_masked_many([case.title, handoff.request])
    context = {
        "handoff": handoff,
        "case": case,
        "title": title,
        "ask": ask,
        "at": at,
        "reading": reading,
        "look": look_of(reading, at) if reading else None,
        "checklist": checklist(case, at),
        "events": timeline_of(request, [event for event in events if event.code != "case.noted"], case),
        "findings_form": forms.FindingsForm(),
        "decision_form": forms.DecisionForm(),
        "evidence_form": forms.EvidenceForm(),
        "is_suggestion": case.kind == Kind.SUGGESTION,
        "nav": "handoff_list",
    }
    return render(request, "desk/handoff.html", context)


@login_required
@require_GET
def show_return(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """The sheet for giving an item back."""
    handoff = queries.get_handoff(actor=request.actor, handoff_id=handoff_id)  # type: ignore[attr-defined]
    context = {"form": forms.ReturnForm(), "handoff_id": handoff.pk, "handoff": handoff, "verb": "return"}
    return render(request, "desk/handoff_form.html", context)


@login_required
@require_POST
def give_evidence(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Add a photo, recording, film, document or statement."""
    handoff = queries.get_handoff(actor=request.actor, handoff_id=handoff_id)  # type: ignore[attr-defined]
    form = forms.EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "desk/handoff_form.html", {"form": form, "handoff_id": handoff.pk}, status=422)
    given, at = form.cleaned_data, now()
    upload = given["file"]
    stored = upload and store_upload(upload=upload, at=at)
    actions.add_handoff_evidence(
        actor=request.actor,  # type: ignore[attr-defined]
        handoff_id=handoff.pk,
        item=given["item"],
        file=stored or None,
        statement=given["statement"],
        at=at,
    )
    messages.success(request, _("证据已存入。"))
    return redirect("handoff_page", handoff.pk)
