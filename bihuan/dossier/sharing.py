"""Agreements with departments and partners, and what is shared under them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.dossier.rights_forms import AgreementForm, ShareForm
from bihuan.foundation.errors import Invalid
from bihuan.foundation.moment import now
from bihuan.sharing import actions, queries


@login_required
@require_GET
def show_list(request: HttpRequest) -> HttpResponse:
    """Every agreement, the newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    page = queries.list_agreements(actor, after=request.GET.get("after"))
    context = {"page": page, "may_draft": queries.may_draft(actor), "at": now(), "nav": "sharing_list"}
    return render(request, "dossier/sharing_list.html", context)


@login_required
def draft(request: HttpRequest) -> HttpResponse:
    """Write an agreement down."""
    actor = request.actor  # type: ignore[attr-defined]
    form = AgreementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            agreement = actions.create_agreement(actor=actor, draft=_draft_of(form), at=now())
        except Invalid as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已起草，等另一位同事批准。"))
            return redirect("agreement_page", agreement.pk)
    context = {"form": form, "title": _("新的共享约定"), "back": "sharing_list", "nav": "sharing_list"}
    status = 422 if form.is_bound else 200 if queries.may_draft(actor) else 403
    return render(request, "dossier/privacy_form.html", context, status=status)


def _draft_of(form: AgreementForm) -> actions.AgreementDraft:
    given = dict(form.cleaned_data)
    return actions.AgreementDraft(fields=given.pop("shared"), **given)


@login_required
@require_GET
def show(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """One agreement with every share and every refused attempt."""
    actor = request.actor  # type: ignore[attr-defined]
    agreement = queries.get_agreement(actor, agreement_id)
    context = {
        "agreement": agreement,
        "shares": queries.list_shares(actor, agreement_id),
        "may_approve": queries.may_approve(actor),
        "may_share": queries.may_share(actor),
        "is_own": agreement.drafted_by_id == actor.id,
        "form": ShareForm(initial={"purpose": agreement.purpose, "shared": agreement.fields}),
        "at": now(),
        "nav": "sharing_list",
    }
    return render(request, "dossier/agreement.html", context)


@login_required
@require_POST
def approve(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """The second person agrees."""
    actions.approve_agreement(actor=request.actor, agreement_id=agreement_id, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("已批准，可以按约定共享。"))
    return redirect("agreement_page", agreement_id)


@login_required
@require_POST
def end(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Nothing more under this agreement."""
    actions.end_agreement(actor=request.actor, agreement_id=agreement_id, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("已终止，马上生效。"))
    return redirect("agreement_page", agreement_id)


@login_required
@require_POST
def share(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Queue a file for the recipient."""
    form = ShareForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择用途和内容。"))
        return redirect("agreement_page", agreement_id)
    given = form.cleaned_data
    wanted = actions.Wanted(purpose=given["purpose"], fields=given["shared"], region=given["region"])
    actions.share_customers(actor=request.actor, agreement_id=agreement_id, wanted=wanted, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("文件正在生成，好了在“导出”里下载。"))
    return redirect("export_list")
