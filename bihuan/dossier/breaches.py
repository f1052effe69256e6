"""Breaches: reported, assessed, contained, told against the clock, closed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.breaches import actions, queries
from bihuan.dossier.breach_forms import (
    AssessForm,
    AuthorityForm,
    CloseForm,
    ContainForm,
    ReportForm,
    StepForm,
    WaiveForm,
)
from bihuan.foundation.errors import Invalid
from bihuan.foundation.moment import now

STEPS: dict[str, tuple[type[Any], Callable[..., Any]]] = {
    "assess": (AssessForm, actions.assess_breach),
    "contain": (ContainForm, actions.contain_breach),
    "authority": (AuthorityForm, actions.tell_authority),
    "customers": (StepForm, actions.start_telling),
    "waive": (WaiveForm, actions.waive_telling),
    "close": (CloseForm, actions.close_breach),
}


@login_required
@require_GET
def show_list(request: HttpRequest) -> HttpResponse:
    """Every breach, the newest first."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    page = queries.list_breaches(actor, after=request.GET.get("after"))
    rows = [(breach, breach.closed_at is None and breach.is_overdue(at)) for breach in page.items]
    context = {"rows": rows, "page": page, "may_open": queries.may_open(actor), "at": at, "nav": "breach_list"}
    return render(request, "dossier/breach_list.html", context)


@login_required
def report(request: HttpRequest) -> HttpResponse:
    """Report a breach."""
    actor = request.actor  # type: ignore[attr-defined]
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            breach = actions.open_breach(actor=actor, at=now(), **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("已报告，期限从发现时算起。"))
            return redirect("breach_page", breach.pk)
    context = {"form": form, "title": _("报告数据事件"), "back": "breach_list", "nav": "breach_list"}
    status = 422 if form.is_bound else 200 if queries.may_open(actor) else 403
    return render(request, "dossier/privacy_form.html", context, status=status)


@login_required
@require_GET
def show(request: HttpRequest, breach_id: int) -> HttpResponse:
    """One breach with its clocks, the next steps and the notices."""
    actor = request.actor  # type: ignore[attr-defined]
    forms = {name: form(actor) for name, (form, _act) in STEPS.items()}
    return _page(request, breach_id, forms)


def _page(request: HttpRequest, breach_id: int, forms: dict[str, Any], status: int = 200) -> HttpResponse:
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    view = queries.breach_view(actor, breach_id, at=at)
    kinds = AssessForm.base_fields["data_kinds"].choices  # type: ignore[attr-defined]
    data = [label for code, label in kinds if code in view.breach.data_kinds]
    context = {"view": view, "breach": view.breach, "forms": forms, "data": data, "at": at, "nav": "breach_list"}
    return render(request, "dossier/breach.html", context, status=status)


@login_required
@require_POST
def take_step(request: HttpRequest, breach_id: int, step: str) -> HttpResponse:
    """The next step."""
    if step not in STEPS:
        raise Http404
    actor = request.actor  # type: ignore[attr-defined]
    form_class, act = STEPS[step]
    form = form_class(actor, request.POST)
    if not form.is_valid():
        forms = {name: one(actor) for name, (one, _act) in STEPS.items()} | {step: form}
        return _page(request, breach_id, forms, status=422)
    act(actor=actor, breach_id=breach_id, at=now(), **form.given())
    messages.success(request, _("已记录。"))
    return redirect("breach_page", breach_id)
