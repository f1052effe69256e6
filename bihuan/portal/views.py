"""Home, the form, and the page after it."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from bihuan.cases import actions
from bihuan.cases.models import Case, Kind
from bihuan.cases.queries import list_categories
from bihuan.foundation.errors import Invalid
from bihuan.foundation.files.store import store_upload
from bihuan.foundation.moment import now
from bihuan.incidents.queries import public_notices
from bihuan.intake.models import Channel
from bihuan.portal.forms import CodeForm, VoiceForm
from bihuan.portal.mydata import keep_answers
from bihuan.portal.proposals import proposed_category, with_category
from bihuan.portal.visitor import newcomer, remember_case, visitor

KINDS = {"complaint": Kind.COMPLAINT, "consultation": Kind.CONSULTATION, "suggestion": Kind.SUGGESTION}
DONE = "portal_done"


@require_GET
def show_home(request: HttpRequest) -> HttpResponse:
    """What can we do for you?"""
    return render(request, "portal/home.html", {"notices": public_notices(at=now())})


def submit(request: HttpRequest, kind: str) -> HttpResponse:
    """The form: a complaint, a question or a suggestion."""
    if kind not in KINDS:
        raise Http404
    waybill = request.GET.get("waybill", "")[:32]
    sent = with_category(request.POST) if request.method == "POST" else None
    initial = {"waybill": waybill, "category": proposed_category(waybill)}
    form = VoiceForm(KINDS[kind], sent, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            case, code = _open(form)
        except Invalid as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            remember_case(request, case)
            keep_answers(request, case, form.answers())
            request.session[DONE] = {"case_id": case.pk, "code": code}
            return redirect("portal_done")
    icons = {category.code: category.icon for category in list_categories()}
    context = {"form": form, "kind": kind, "kind_label": KINDS[kind].label, "icons": icons}
    return render(request, "portal/form.html", context, status=422 if form.is_bound else 200)


def _open(form: VoiceForm) -> tuple[Case, str]:
    """Store the files, open the case, and give it a follow code. A form sent again finds its case and a new code."""
    at, actor, given = now(), newcomer(), form.cleaned_data
    files = [store_upload(upload=f, at=at) for f in given["files"]]
    names = ("category", "matter", "waybill", "happened_when", "region")
    voice = actions.Voice(
        kind=form.kind,
        channel=Channel.PORTAL,
        expected=form.expected_outcome(),
        files=files,
        customer_name=given["customer_name"],
        customer_phone=given["customer_phone"],
        customer_email=given["customer_email"],
        idempotency_key=f"portal:{given['ticket']}" if given["ticket"] else None,
        **{name: given[name] for name in names},
    )
    try:
        case = actions.open_case(actor=actor, voice=voice, at=at)
    except actions.IdempotencyKeyReused:  # somebody went back and wrote about something else
        case = actions.open_case(actor=actor, voice=replace(voice, idempotency_key=None), at=at)
    return case, actions.issue_follow_code(actor=actor, case=case, at=at)


@require_GET
def show_done(request: HttpRequest) -> HttpResponse:
    """Number, code and promised time, shown once more on reload in the same session."""
    done = request.session.get(DONE)
    if done is None:
        return redirect("portal_home")
    case = Case.objects.visible_to(visitor(request)).select_related("category").get(pk=done["case_id"])
    return render(request, "portal/done.html", {"case": case, "code": done["code"], "at": now()})


@require_GET
def show_privacy(request: HttpRequest) -> HttpResponse:
    """What is stored, why, for how long, and how to object."""
    return render(request, "portal/privacy.html", {"code_form": CodeForm()})
