"""Find a customer, open the file, keep it right."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.cases.models import Case
from bihuan.cases.queries import SUBJECT
from bihuan.customers import actions, queries
from bihuan.customers.models import Customer, DatumKind
from bihuan.dossier.forms import DetailForm, MergeForm
from bihuan.dossier.timeline import timeline_page
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.promises.queries import open_promises
from bihuan.web.components import PromiseLook

OPEN_CASES_AT_MOST = 20


@login_required
def find(request: HttpRequest) -> HttpResponse:
    """By phone, mail, account, or surname with the last four digits. Posted: what is searched must not reach a log."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text = request.POST.get("text", "")[:120]
    context: dict[str, Any] = {"nav": "customer_find", "searched": request.method == "POST"}
    if request.method == "POST":
        context["found"] = queries.find_all(actor, text, at=now())
    else:
        page = queries.list_customers(actor, at=now(), after=request.GET.get("after"))
        context |= {"found": page.items, "page": page}
    return render(request, "dossier/find.html", context)


@login_required
@require_GET
def show_file(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The file of one customer. Opening it is a look, and is noted."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    actions.open_file(actor=actor, customer_id=customer_id, at=at)
    card = queries.card(actor, customer_id)
    items, following = timeline_page(actor, card.id)
    context = {
        "card": card,
        "fields": [(DatumKind(field.kind).label, field) for field in card.fields],
        "items": items,
        "following": following,
        "open_cases": open_cases(actor, card.id),
        "merges": queries.list_merges(actor, card.id),
        "may_edit": bool(card.fields) and queries.may_edit(actor),
        "detail_form": DetailForm(),
        "at": at,
        "nav": "customer_find",
    }
    return render(request, "dossier/file.html", context)


def open_cases(actor: Actor, customer_id: int) -> list[Case]:
    """The open cases of the customer with the look of their nearest promise: two queries."""
    at, family = now(), Customer.objects.family_of(customer_id).values("pk")
    rows = Case.objects.visible_to(actor).open().filter(customer__in=family).select_related("category")
    cases = list(rows.order_by("next_due_at", "id")[:OPEN_CASES_AT_MOST])
    promises = open_promises(SUBJECT, [case.pk for case in cases], at=at)
    for case in cases:
        nearest = next(iter(promises.get(case.pk, [])), None)
        case.look = nearest and PromiseLook.of(  # type: ignore[attr-defined]
            nearest.state, due_at=nearest.due_at, at=at, share=nearest.percent
        )
    return cases


@login_required
@require_GET
def show_more(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The next page of the timeline."""
    actor = request.actor  # type: ignore[attr-defined]
    card = queries.file_card(actor, customer_id)
    items, following = timeline_page(actor, card.id, after=request.GET.get("after", ""))
    context = {"items": items, "following": following, "card": card, "at": now()}
    return render(request, "dossier/parts/timeline.html", context)


@login_required
@require_GET
def show_candidates(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Who else may be this customer, and on what evidence."""
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "card": queries.card(actor, customer_id),
        "candidates": queries.list_candidates(actor, customer_id),
        "merge_form": MergeForm(),
        "nav": "customer_find",
    }
    return render(request, "dossier/candidates.html", context)


@login_required
@require_POST
def add_detail(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Note another phone, mail address, account …"""
    form = DetailForm(request.POST)
    if form.is_valid():
        kind, value = DatumKind(form.cleaned_data["kind"]), form.cleaned_data["value"]
        actions.add_detail(actor=request.actor, customer_id=customer_id, kind=kind, value=value, at=now())  # type: ignore[attr-defined]
        messages.success(request, _("已登记。"))
    else:
        messages.error(request, _("请填写内容。"))
    return redirect("customer_file", customer_id)


@login_required
@require_POST
def confirm_detail(request: HttpRequest, customer_id: int) -> HttpResponse:
    """A detail the customer claimed is really theirs."""
    field = request.POST.get("field", "")
    actions.confirm_contact(actor=request.actor, customer_id=customer_id, field=field, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("已确认，今后凭它找到这位客户。"))
    return redirect("customer_file", customer_id)


@login_required
@require_POST
def merge(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Join another file to this one."""
    form = MergeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选另一份档案。"))
        return redirect("customer_candidates", customer_id)
    given = form.cleaned_data
    actions.merge_customers(
        actor=request.actor,  # type: ignore[attr-defined]
        kept_id=customer_id,
        merged_id=given["other_id"],
        note=given["note"],
        at=now(),
    )
    messages.success(request, _("已合并。每件案子仍记在原来的档案名下，随时可以撤销。"))
    return redirect("customer_file", customer_id)


@login_required
@require_POST
def unmerge(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Take a merge back."""
    undone = actions.undo_merge(actor=request.actor, merge_id=merge_id, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("已撤销合并，两份档案各自带回自己的案子。"))
    return redirect("customer_file", undone.merged_id)
