"""Network incidents: what stands still, who has been told, one answer, and how many cases are closed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from bihuan.cases.models import CauseCode, WaybillStage
from bihuan.desk.forms import text
from bihuan.foundation.errors import Invalid
from bihuan.foundation.moment import now
from bihuan.incidents import actions, queries
from bihuan.incidents.models import IncidentKind


class IncidentForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("发生了什么"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("哪一种"), choices=IncidentKind.choices)
    hub = forms.CharField(label=gettext_lazy("在哪个中心或网点"), max_length=80, required=False)


class NoticeForm(forms.Form):
    notice = text(gettext_lazy("告知客户的话"))


class AnswerForm(forms.Form):
    message = text(gettext_lazy("统一答复"))
    cause = forms.ChoiceField(label=gettext_lazy("根本原因"), choices=CauseCode.choices)
    cause_stage = forms.ChoiceField(label=gettext_lazy("发生环节"), choices=WaybillStage.choices)


class CasesForm(forms.Form):
    numbers = text(gettext_lazy("案件号，用空格或换行分开"), rows=3)


class ReleaseForm(forms.Form):
    case_number = forms.CharField(label=gettext_lazy("案件号"), max_length=24)
    reason = forms.CharField(label=gettext_lazy("为什么另行办理"), max_length=200)


class CloseForm(forms.Form):
    """Closing needs nothing but the wish."""


@login_required
@require_GET
def list_incidents(request: HttpRequest) -> HttpResponse:
    """Incidents, and hubs that look like one."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    may_lead = queries.is_operator(actor)
    context = {
        "page": queries.list_incidents(actor=actor, after=request.GET.get("after")),
        "jams": queries.jams_without_incident(at=at) if may_lead else [],
        "may_lead": may_lead,
        "at": at,
        "nav": "incident_list",
    }
    return render(request, "desk/incident_list.html", context)


@login_required
def open_incident(request: HttpRequest) -> HttpResponse:
    """Open an incident; what stands still at its hub hangs below it at once."""
    form = IncidentForm(request.POST or None, initial={"hub": request.GET.get("hub", "")[:80]})
    if request.method == "POST" and form.is_valid():
        draft = actions.IncidentDraft(**form.cleaned_data)
        incident = actions.open_incident(actor=request.actor, draft=draft, at=now())  # type: ignore[attr-defined]
        return redirect("incident_page", incident.pk)
    context = {"form": form, "title": _("登记网络事件"), "nav": "incident_list"}
    return render(request, "desk/form_page.html", context, status=422 if form.is_bound else 200)


@login_required
@require_GET
def show_incident(request: HttpRequest, incident_id: int) -> HttpResponse:
    """One incident with the cases below it that I may see."""
    actor = request.actor  # type: ignore[attr-defined]
    incident = queries.get_incident(actor=actor, incident_id=incident_id)
    context = {
        "incident": incident,
        "tally": queries.tally(incident),
        "page": queries.list_links(actor=actor, incident=incident, after=request.GET.get("after")),
        "may_lead": incident.is_open and queries.is_operator(actor),
        "forms": {name: form() for name, (form, _act) in DEEDS.items()},
        "at": now(),
        "nav": "incident_list",
    }
    return render(request, "desk/incident.html", context)


def _tell(given: Mapping[str, Any], **who: Any) -> str:
    return _("已告知 {count} 位客户。").format(count=actions.tell_customers(**given, **who))


def _answer(given: Mapping[str, Any], **who: Any) -> str:
    found = actions.answer_incident(**given, **who)
    words = _("已答复 {answered} 件，{refused} 件没有答复，原因见列表。")
    return words.format(answered=len(found.answered), refused=len(found.refused))


def _link(given: Mapping[str, Any], **who: Any) -> str:
    linked = actions.link_cases(numbers=given["numbers"].upper().split()[:500], **who)
    return _("挂上 {count} 件案件。").format(count=len(linked))


def _release(given: Mapping[str, Any], **who: Any) -> str:
    actions.release_case(**given, **who)
    return _("案件另行办理。")


def _close(given: Mapping[str, Any], **who: Any) -> str:
    actions.close_incident(**who)
    return _("事件已关闭。")


DEEDS = {
    "tell": (NoticeForm, _tell),
    "answer": (AnswerForm, _answer),
    "link": (CasesForm, _link),
    "release": (ReleaseForm, _release),
    "close": (CloseForm, _close),
}


@login_required
@require_POST
def do_deed(request: HttpRequest, incident_id: int, deed: str) -> HttpResponse:
    """Tell, answer, link, release or close."""
    if deed not in DEEDS:
        raise Http404
    shape, act = DEEDS[deed]
    actor = request.actor  # type: ignore[attr-defined]
    incident = queries.get_incident(actor=actor, incident_id=incident_id)
    form = shape(request.POST)
    if form.is_valid():
        try:
            done = act(form.cleaned_data, actor=actor, incident_id=incident.pk, at=now())
        except Invalid as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("incident_page", incident.pk)
    context = {"form": form, "title": incident.title, "nav": "incident_list"}
    return render(request, "desk/form_page.html", context, status=422)
