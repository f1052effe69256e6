"""The key-account file: on its own page, and as a panel beside the case."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.accounts import actions, queries
from bihuan.accounts.actions import Terms
from bihuan.customers.queries import card
from bihuan.dossier.forms import ContactForm, HabitForm, TermsForm, VisitForm
from bihuan.foundation.moment import now

PARTS: dict[str, tuple[type[forms.Form], Callable[..., Any]]] = {
    "contact": (ContactForm, actions.add_contact),
    "habit": (HabitForm, actions.record_habit),
    "visit": (VisitForm, actions.record_visit),
}


@login_required
@require_GET
def show_panel(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What colleagues must know before they pick up; loads itself into the page of a case."""
    panel = queries.account_panel(request.actor, customer_id)  # type: ignore[attr-defined]
    return render(request, "dossier/parts/account.html", {"panel": panel, "at": now()})


@login_required
def show_account(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The file of a key account, with what may be added; opened by a leader."""
    actor, company = request.actor, card(request.actor, customer_id)  # type: ignore[attr-defined]
    panel = queries.account_panel(actor, company.id)
    form = TermsForm(request.POST or None, initial=_terms_of(panel, actor.id))
    if request.method == "POST" and form.is_valid():
        terms = Terms(**form.cleaned_data)
        if panel:
            actions.change_account(actor=actor, account_id=panel.account.pk, terms=terms, at=now())
        else:
            actions.open_account(actor=actor, customer_id=company.id, terms=terms, at=now())
        messages.success(request, _("大客户档案已保存。"))
        return redirect("account_file", company.id)
    context: dict[str, Any] = {"card": company, "panel": panel, "form": form, "nav": "customer_find", "at": now()}
    context |= {"may_open": queries.may_open(actor), "parts": {name: part() for name, (part, _act) in PARTS.items()}}
    return render(request, "dossier/account.html", context, status=422 if form.is_bound else 200)


def _terms_of(panel: queries.AccountPanel | None, staff_id: int | None) -> dict[str, object]:
    if panel is None:
        return {"owner_id": staff_id}
    return {name: getattr(panel.account, name) for name in TermsForm.base_fields} | {"needs": panel.needs}


@login_required
@require_POST
def add_part(request: HttpRequest, account_id: int, part: str) -> HttpResponse:
    """A contact, a habit or a visit more."""
    if part not in PARTS:
        raise Http404
    form_class, act = PARTS[part]
    form = form_class(request.POST)
    if form.is_valid():
        act(actor=request.actor, account_id=account_id, at=now(), **form.cleaned_data)  # type: ignore[attr-defined]
        messages.success(request, _("已登记。"))
    else:
        messages.error(request, _("请填写内容。"))
    return redirect("account_file", queries.customer_of(account_id))
