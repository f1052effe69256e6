"""The rights desk: what customers ask for about their data, by its due time; proof, decision, the copy."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.dossier.rights_forms import FulfilForm, IdentifyForm, RefuseForm, TakeForm
from bihuan.foundation.actor import Actor
from bihuan.foundation.files.links import request_link
from bihuan.foundation.moment import now
from bihuan.rights import actions, queries
from bihuan.web.components import SegItem

FORMS = ("json", "txt")


@login_required
@require_GET
def show_list(request: HttpRequest) -> HttpResponse:
    """Open requests by their due time; decided ones on the other leaf."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    is_open, at = request.GET.get("done") != "1", now()
    page, labels = queries.list_requests(actor, is_open=is_open, after=request.GET.get("after"))
    rows = [(row, labels.get(row.customer_id, ""), row.is_overdue(at)) for row in page.items]
    leaves = [SegItem(_("待办"), "?", is_open), SegItem(_("已答复"), "?done=1", not is_open)]
    context = {"rows": rows, "page": page, "leaves": leaves, "may_take": queries.may_take(actor), "at": at}
    return render(request, "dossier/rights_list.html", context | {"nav": "rights_list"})


@login_required
def take_down(request: HttpRequest) -> HttpResponse:
    """Write down what a caller asks for."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = TakeForm(request.POST or None, initial={"customer_id": request.GET.get("customer")})
    if request.method == "POST" and form.is_valid():
        asked = actions.request_right(actor=actor, ask=actions.Ask(**form.cleaned_data), at=now())
        messages.success(request, _("已登记，期限从现在算起。"))
        return redirect("rights_page", asked.pk)
    context = {"form": form, "title": _("登记权利请求"), "back": "rights_list", "nav": "rights_list"}
    status = 422 if form.is_bound else 200 if queries.may_take(actor) else 403
    return render(request, "dossier/privacy_form.html", context, status=status)


@login_required
@require_GET
def show(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request with everything that decides it."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    desk = queries.request_desk(actor, request_id, at=at)
    context: dict[str, Any] = {"desk": desk, "asked": desk.request, "at": at, "nav": "rights_list"}
    context |= {"is_overdue": desk.request.is_overdue(at), "has_copy": desk.request.has_files(at)}
    context |= {"may_take": queries.may_take(actor), "may_decide": queries.may_decide(actor)}
    context |= {"identify": IdentifyForm(), "fulfil": FulfilForm(desk.fields), "refuse": RefuseForm()}
    return render(request, "dossier/rights_page.html", context)


@login_required
@require_POST
def identify(request: HttpRequest, request_id: int) -> HttpResponse:
    """Record how somebody proved to be the customer."""
    given = {"proof": request.POST.get("proof", ""), "note": request.POST.get("note", "")}
    actions.verify_by_colleague(actor=request.actor, request_id=request_id, at=now(), **given)  # type: ignore[attr-defined]
    messages.success(request, _("身份已核实，可以办理。"))
    return redirect("rights_page", request_id)


@login_required
@require_POST
def fulfil(request: HttpRequest, request_id: int) -> HttpResponse:
    """Do what was asked for."""
    given = {"words": request.POST.get("words", "")[:1000], "field": request.POST.get("field", "name")}
    actions.fulfil_right(actor=request.actor, request_id=request_id, at=now(), **given)  # type: ignore[attr-defined]
    messages.success(request, _("已办好，客户会收到通知。"))
    return redirect("rights_page", request_id)


@login_required
@require_POST
def refuse(request: HttpRequest, request_id: int) -> HttpResponse:
    """Say no with a reason and words."""
    given = {"reason": request.POST.get("reason", ""), "words": request.POST.get("words", "")[:1000]}
    actions.refuse_right(actor=request.actor, request_id=request_id, at=now(), **given)  # type: ignore[attr-defined]
    messages.success(request, _("已答复，客户会收到原因和说明。"))
    return redirect("rights_page", request_id)


@login_required
@require_GET
def fetch(request: HttpRequest, request_id: int, form: str) -> HttpResponse:
    """The copy, for a leader who passes it on at the counter; it counts as an export."""
    if form not in FORMS:
        raise Http404
    actor = request.actor  # type: ignore[attr-defined]
    file = actions.hand_out_copy(actor=actor, request_id=request_id, form=form, at=now())
    return redirect(request_link(request, file))
