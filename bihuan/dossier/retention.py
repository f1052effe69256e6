"""How long data stays: rules, purges, what is held."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.dossier.rights_forms import HoldForm, PurgeForm, RuleForm
from bihuan.foundation.moment import now
from bihuan.retention import actions, queries


@login_required
@require_GET
def show_holds(request: HttpRequest) -> HttpResponse:
    """Every hold, the newest first."""
    return _holds(request, HoldForm())


def _holds(request: HttpRequest, form: HoldForm, status: int = 200) -> HttpResponse:
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    page = queries.list_holds(actor, after=request.GET.get("after"))
    context = {"rows": [(hold, hold.is_active(at)) for hold in page.items], "page": page, "form": form, "at": at}
    context |= {"may_hold": queries.may_hold(actor), "nav": "hold_list"}
    return render(request, "dossier/holds.html", context, status=status)


@login_required
@require_POST
def place(request: HttpRequest) -> HttpResponse:
    """Keep something from being deleted."""
    form = HoldForm(request.POST)
    if not form.is_valid():
        return _holds(request, form, status=422)
    actions.place_hold(actor=request.actor, at=now(), **form.cleaned_data)  # type: ignore[attr-defined]
    messages.success(request, _("已保全，马上生效。"))
    return redirect("hold_list")


@login_required
@require_POST
def lift(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Let it be deleted again."""
    note = request.POST.get("note", "")
    actions.lift_hold(actor=request.actor, hold_id=hold_id, note=note, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("保全已解除。"))
    return redirect("hold_list")


@login_required
@require_GET
def show_rules(request: HttpRequest) -> HttpResponse:
    """How long each class stays, and the purges that followed from it."""
    actor = request.actor  # type: ignore[attr-defined]
    page = queries.list_purges(actor, after=request.GET.get("after"))
    context = {"rules": queries.list_rules(actor), "page": page, "at": now(), "nav": "retention_rules"}
    context |= {"may_rule": queries.may_rule(actor), "may_purge": queries.may_purge(actor)}
    return render(request, "dossier/retention.html", context | {"rule_form": RuleForm(), "purge_form": PurgeForm()})


@login_required
@require_POST
def set_rule(request: HttpRequest) -> HttpResponse:
    """Change how long a class stays."""
    months = request.POST.get("months", "")
    actions.set_rule(
        actor=request.actor,  # type: ignore[attr-defined]
        data_class=request.POST.get("data_class", ""),
        months=int(months) if months.isdecimal() else 0,
        basis=request.POST.get("basis", ""),
        at=now(),
    )
    messages.success(request, _("已保存，下一次预览按它计算。"))
    return redirect("retention_rules")


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Write down what is due; nothing goes yet."""
    classes = request.POST.getlist("classes")
    purge = actions.propose_purge(actor=request.actor, classes=classes, at=now())  # type: ignore[attr-defined]
    return redirect("purge_page", purge.pk)


@login_required
@require_GET
def show_purge(request: HttpRequest, purge_id: int) -> HttpResponse:
    """What goes, or went, and what stayed for which reason."""
    actor = request.actor  # type: ignore[attr-defined]
    view = queries.purge_view(actor, purge_id)
    context = {"view": view, "purge": view.purge, "at": now(), "nav": "retention_rules"}
    return render(request, "dossier/purge.html", context | {"may_purge": queries.may_purge(actor)})


@login_required
@require_POST
def approve(request: HttpRequest, purge_id: int) -> HttpResponse:
    """The second person agrees."""
    actions.approve_purge(actor=request.actor, purge_id=purge_id, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("已批准，正在分批清除。"))
    return redirect("purge_page", purge_id)


@login_required
@require_POST
def cancel(request: HttpRequest, purge_id: int) -> HttpResponse:
    """Stop before the next batch."""
    actions.cancel_purge(actor=request.actor, purge_id=purge_id, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("已取消。已清除的不能恢复，其余不动。"))
    return redirect("purge_page", purge_id)
