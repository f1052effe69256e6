"""The organisation tree, and what each unit is there for; kept by the system administrator."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from bihuan.cases.models import Kind
from bihuan.desk.people import unit_choices
from bihuan.foundation.moment import now
from bihuan.organization import actions, queries
from bihuan.organization.models import Function, Unit, UnitKind
from bihuan.organization.queries import require_role
from bihuan.organization.regions import PROVINCES
from bihuan.organization.roles import DIRECTORY_READERS, STAFF_KEEPERS


class UnitForm(forms.Form):
    parent_id = forms.TypedChoiceField(label=gettext_lazy("上级单位"), coerce=int)
    kind = forms.ChoiceField(label=gettext_lazy("层级"), choices=UnitKind.choices)
    function = forms.ChoiceField(label=gettext_lazy("部门职能"), choices=[("", "—"), *Function.choices], required=False)
    unit_code = forms.CharField(label=gettext_lazy("代码"), max_length=24)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=80, required=False)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["parent_id"].choices = unit_choices()  # type: ignore[attr-defined]

    def clean(self) -> None:
        """A department has a function, and nothing else has."""
        is_department = self.cleaned_data.get("kind") == UnitKind.DEPARTMENT
        if is_department != bool(self.cleaned_data.get("function")):
            self.add_error("function", _("部门要选职能，其他层级不选。"))


class DutiesForm(forms.Form):
    """Names, and what new cases are routed by: provinces for a division, kinds of work for a team."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=80, required=False)
    regions = forms.MultipleChoiceField(
        label=gettext_lazy("负责的省份"),
        choices=[(name, name) for name in PROVINCES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    handles = forms.MultipleChoiceField(
        label=gettext_lazy("办理的诉求"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, unit: Unit, data: QueryDict | None = None) -> None:
        known = {"name": unit.name, "name_en": unit.name_en, "regions": unit.regions, "handles": unit.handles}
        super().__init__(data, initial=known)
        if unit.kind != UnitKind.DIVISION:
            del self.fields["regions"]
        if unit.kind != UnitKind.TEAM:
            del self.fields["handles"]


@login_required
@require_GET
def list_units(request: HttpRequest) -> HttpResponse:
    """The organisation as a tree."""
    actor = request.actor  # type: ignore[attr-defined]
    require_role(actor, DIRECTORY_READERS)
    tree = [(unit, depth, people, _duties(unit)) for unit, depth, people in queries.unit_tree()]
    context = {"units": tree, "may_keep": bool(actor.units(STAFF_KEEPERS)), "nav": "unit_list"}
    return render(request, "desk/unit_list.html", context)


def _duties(unit: Unit) -> str:
    """What new cases are routed to the unit by, in words."""
    kinds = [str(Kind(word).label) for word in unit.handles if word in Kind.values]
    return " ".join([*unit.regions, *kinds])


@login_required
def open_unit(request: HttpRequest) -> HttpResponse:
    """Add a unit."""
    require_role(request.actor, STAFF_KEEPERS)  # type: ignore[attr-defined]
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        names = (given.pop("name"), given.pop("name_en"))
        unit = actions.open_unit(actor=request.actor, names=names, at=now(), **given)  # type: ignore[attr-defined]
        return redirect("unit_page", unit.pk)
    context = {"form": form, "title": _("新建单位"), "nav": "unit_list"}
    return render(request, "desk/form_page.html", context, status=422 if form.is_bound else 200)


@login_required
def change_unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit: its names, and what new cases are routed to it by."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    unit = queries.get_unit(actor=actor, unit_id=unit_id)
    form = DutiesForm(unit, request.POST) if request.method == "POST" else DutiesForm(unit)
    if form.is_valid():
        given = form.cleaned_data
        actions.set_duties(
            actor=actor, unit_id=unit_id, regions=given.get("regions", ()), handles=given.get("handles", ()), at=at
        )
        if (given["name"], given["name_en"]) != (unit.name, unit.name_en):
            actions.rename_unit(actor=actor, unit_id=unit_id, names=(given["name"], given["name_en"]), at=at)
        messages.success(request, _("已保存，新的诉求按这里分派。"))
        return redirect("unit_list")
    context = {"form": form, "unit": unit, "nav": "unit_list"}
    return render(request, "desk/unit_page.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def close_unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """End a unit from today."""
    unit = actions.close_unit(actor=request.actor, unit_id=unit_id, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("{unit} 已关闭。").format(unit=unit.label))
    return redirect("unit_list")
