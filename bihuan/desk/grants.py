"""Roles, given and ended by the security administrator."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from bihuan.foundation.moment import now
from bihuan.organization import actions
from bihuan.organization.models import Unit
from bihuan.organization.roles import Role


class GrantForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=Role.choices)
    unit_id = forms.TypedChoiceField(label=gettext_lazy("范围"), coerce=int)
    from_on = forms.DateField(label=gettext_lazy("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}))
    to_on = forms.DateField(
        label=gettext_lazy("到哪天（含）"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        units = Unit.objects.active().order_by("path")
        self.fields["unit_id"].choices = [(unit.pk, unit.label) for unit in units]  # type: ignore[attr-defined]


@login_required
@require_POST
def give(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Give a role over a unit."""
    form = GrantForm(request.POST)
    if not form.is_valid():
        return render(
            request, "desk/form_page.html", {"form": form, "title": _("授予角色"), "nav": "staff_list"}, status=422
        )
    actions.give_grant(actor=request.actor, staff_id=staff_id, at=now(), **form.cleaned_data)  # type: ignore[attr-defined]
    messages.success(request, _("角色已授予。"))
    return redirect("staff_page", staff_id)


@login_required
@require_POST
def end(request: HttpRequest, grant_id: int) -> HttpResponse:
    """End a role."""
    grant = actions.end_grant(actor=request.actor, grant_id=grant_id, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("角色已结束。"))
    return redirect("staff_page", grant.staff_id)
