"""The customer's own page: what is kept, who looked, what was agreed to; a yes is taken back with one press."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.cases.models import Case
from bihuan.customers.queries import kept_kinds
from bihuan.foundation.moment import now
from bihuan.intake.models import Channel
from bihuan.portal.following import data_looks
from bihuan.portal.forms import RightForm
from bihuan.portal.visitor import own_case, visitor
from bihuan.privacy.actions import record_consents
from bihuan.privacy.queries import list_consents
from bihuan.rights.queries import requests_of_visitor


def keep_answers(request: HttpRequest, case: Case, answers: Mapping[str, bool]) -> None:
    """What the form said about each purpose, once the case is open: a no never stands in its way."""
    if case.customer_id is None:
        return
    actor = visitor(request)
    record_consents(actor=actor, customer_id=case.customer_id, answers=answers, channel=Channel.PORTAL, at=now())


@require_GET
def show_data(request: HttpRequest, token: str) -> HttpResponse:
    """What is kept by kind, never by value: who filed under a phone need not be its owner."""
    actor, case = own_case(request, token)
    context = {
        "case": case,
        "kept": kept_kinds(case.customer_id),
        "looks": data_looks(case.customer_id),
        "consents": list_consents(case.customer_id) if case.customer_id else [],
        "requests": requests_of_visitor(actor, case.pk),
        "right_form": RightForm(),
        "at": now(),
    }
    return render(request, "portal/data.html", context)


@require_POST
def say(request: HttpRequest, token: str) -> HttpResponse:
    """Yes or no to one purpose."""
    actor, case = own_case(request, token)
    answers = {request.POST.get("purpose", ""): request.POST.get("answer") == "1"}
    record_consents(actor=actor, customer_id=case.customer_id or 0, answers=answers, channel=Channel.PORTAL, at=now())
    messages.success(request, _("已记下，马上生效。"))
    return redirect("portal_data", token)
