"""The gate of the vault on pages: the undertaking with its quiz, the leak radar, the decoys."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.clearance import actions, queries
from bihuan.clearance.actions import UsualLooks
from bihuan.clearance.quiz import write_quiz
from bihuan.customers.actions import CustomerDraft, register_decoy
from bihuan.customers.queries import list_decoys
from bihuan.dossier.forms import DecoyForm, LimitsForm, PublishForm, SignForm
from bihuan.foundation.errors import Invalid
from bihuan.foundation.moment import now


@login_required
def sign(request: HttpRequest) -> HttpResponse:
    """Read the undertaking, answer the quiz, sign."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    undertaking = queries.latest_undertaking()
    form = SignForm(undertaking, request.POST or None)
    if request.method == "POST" and undertaking and form.is_valid():
        given = {"version": undertaking.version, "answers": form.answers(), "signature": form.cleaned_data["signature"]}
        try:
            actions.sign_undertaking(actor=actor, **given, at=at)
        except Invalid as refusal:
            form.add_error("signature" if refusal.field else None, str(refusal))
        else:
            messages.success(request, _("已签署，客户资料库对你开放。"))
            return redirect("undertaking")
    held = queries.clearance_of(actor)
    context = {"form": form, "undertaking": undertaking, "held": held, "is_valid": bool(held and held.is_valid(at))}
    status = 422 if form.is_bound else 200
    return render(request, "dossier/undertaking.html", context | {"at": at, "nav": "undertaking"}, status=status)


@login_required
def publish(request: HttpRequest) -> HttpResponse:
    """Write the next version of the undertaking."""
    actor = request.actor  # type: ignore[attr-defined]
    latest = queries.undertaking_to_edit(actor)
    first = {"text": latest.text, "quiz": write_quiz(latest.quiz)} if latest else None
    form = PublishForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish_undertaking(actor=actor, **form.cleaned_data, at=now())
        except Invalid as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("新版已发布。"))
            return redirect("radar")
    status = 422 if form.is_bound else 200
    context = {"form": form, "title": _("保密承诺与测验"), "nav": "radar"}
    return render(request, "dossier/publish.html", context, status=status)


@login_required
@require_GET
def show_radar(request: HttpRequest) -> HttpResponse:
    """Unusual looks, whom they stopped, and the limits."""
    actor = request.actor  # type: ignore[attr-defined]
    radar = queries.radar(actor, after=request.GET.get("after"))
    numbers = {name: getattr(radar.limits, name) for name in LimitsForm.base_fields}
    context = {"radar": radar, "page": radar.page, "limits_form": LimitsForm(initial=numbers), "at": now()}
    decoys = list_decoys(actor) if radar.may_publish else []
    return render(
        request, "dossier/radar.html", context | {"decoys": decoys, "decoy_form": DecoyForm(), "nav": "radar"}
    )


@login_required
@require_POST
def lift(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Open the vault again for somebody whose looks are explained."""
    note = request.POST.get("note", "")
    actions.lift_alert(actor=request.actor, alert_id=alert_id, note=note, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("已恢复访问，并通知到记录。"))
    return redirect("radar")


@login_required
@require_POST
def set_limits(request: HttpRequest) -> HttpResponse:
    """How much is still usual."""
    form = LimitsForm(request.POST)
    if form.is_valid():
        actions.set_limits(actor=request.actor, usual=UsualLooks(**form.cleaned_data), at=now())  # type: ignore[attr-defined]
        messages.success(request, _("上限已更新，马上生效。"))
    else:
        messages.error(request, _("每个上限都要是 1 到 1000 之间的整数。"))
    return redirect("radar")


@login_required
@require_POST
def plant(request: HttpRequest) -> HttpResponse:
    """Put an invented customer among the real ones: nobody has a reason to open it."""
    form = DecoyForm(request.POST)
    if form.is_valid():
        draft = CustomerDraft(name=form.cleaned_data["name"], phones=[form.cleaned_data["phone"]])
        register_decoy(actor=request.actor, draft=draft, at=now())  # type: ignore[attr-defined]
        messages.success(request, _("诱饵档案已放好。"))
    else:
        messages.error(request, _("请填写姓名和电话。"))
    return redirect("radar")
