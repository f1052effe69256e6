"""The staff directory, kept by the system administrator."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from bihuan.desk.grants import GrantForm
from bihuan.foundation.moment import now
from bihuan.organization import actions, queries
from bihuan.organization.models import Unit
from bihuan.organization.queries import require_role
from bihuan.organization.roles import DIRECTORY_READERS, STAFF_KEEPERS, Role


def unit_choices() -> list[tuple[int, str]]:
    """Open units, indented by depth."""
    units = Unit.objects.active().order_by("path")
    return [(unit.pk, "　" * (len(unit.ancestor_ids) - 1) + unit.label) for unit in units]


class StaffForm(forms.Form):
    staff_no = forms.CharField(label=gettext_lazy("工号"), max_length=20)
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("英文名"), max_length=60, required=False)
    post = forms.ChoiceField(label=gettext_lazy("岗位"), choices=Role.choices)
    unit_id = forms.TypedChoiceField(label=gettext_lazy("单位"), coerce=int)
    password = forms.CharField(label=gettext_lazy("初始密码"), widget=forms.PasswordInput)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["unit_id"].choices = unit_choices()  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    unit_id = forms.TypedChoiceField(label=gettext_lazy("调到"), coerce=int)
    from_on = forms.DateField(label=gettext_lazy("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["unit_id"].choices = unit_choices()  # type: ignore[attr-defined]


class PasswordForm(forms.Form):
    password = forms.CharField(label=gettext_lazy("新密码"), widget=forms.PasswordInput)


@login_required
@require_GET
def list_people(request: HttpRequest) -> HttpResponse:
    """The directory: everybody may look a colleague up."""
    actor = request.actor  # type: ignore[attr-defined]
    require_role(actor, DIRECTORY_READERS)
    page = queries.list_staff(text=request.GET.get("q", ""), after=request.GET.get("after"))
    context = {"page": page, "text": request.GET.get("q", ""), "may_keep": bool(actor.units(STAFF_KEEPERS))}
    return render(request, "desk/staff_list.html", context | {"nav": "staff_list"})


@login_required
def register(request: HttpRequest) -> HttpResponse:
    """Open an account."""
    require_role(request.actor, STAFF_KEEPERS)  # type: ignore[attr-defined]
    form = StaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        names = (given.pop("name"), given.pop("name_en"))
        staff = actions.register_staff(actor=request.actor, names=names, at=now(), **given)  # type: ignore[attr-defined]
        return redirect("staff_page", staff.pk)
    context = {"form": form, "title": _("登记员工"), "nav": "staff_list"}
    return render(request, "desk/form_page.html", context, status=422 if form.is_bound else 200)


@login_required
@require_GET
def show_person(request: HttpRequest, staff_id: int) -> HttpResponse:
    """One person: where they work, which roles they hold, and the forms of the administrators."""
    card = queries.staff_card(actor=request.actor, staff_id=staff_id, at=now())  # type: ignore[attr-defined]
    context = {"card": card, "move_form": MoveForm(), "password_form": PasswordForm(), "grant_form": GrantForm()}
    return render(request, "desk/staff_page.html", context | {"nav": "staff_list"})


@login_required
@require_POST
def move(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Move a person to another unit from a day on."""
    form = MoveForm(request.POST)
    if not form.is_valid():
        return render(
            request, "desk/form_page.html", {"form": form, "title": _("调动"), "nav": "staff_list"}, status=422
        )
    actions.move_staff(actor=request.actor, staff_id=staff_id, at=now(), **form.cleaned_data)  # type: ignore[attr-defined]
    messages.success(request, _("调动已登记。"))
    return redirect("staff_page", staff_id)


@login_required
@require_POST
def set_password(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Set a new password for somebody."""
    actions.reset_password(
        actor=request.actor,  # type: ignore[attr-defined]
        staff_id=staff_id,
        password=request.POST.get("password", ""),
        at=now(),
    )
    messages.success(request, _("密码已重设。"))
    return redirect("staff_page", staff_id)


@login_required
@require_POST
def set_active(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Close or reopen an account."""
    act = actions.activate_staff if request.POST.get("active") == "1" else actions.deactivate_staff
    act(actor=request.actor, staff_id=staff_id, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("账号已更新。"))
    return redirect("staff_page", staff_id)
