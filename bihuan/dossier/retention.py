"""How long data stays: what is held."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.dossier.rights_forms import HoldForm
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
