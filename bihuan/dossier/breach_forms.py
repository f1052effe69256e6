"""What those who lead a breach fill in, step by step."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.breaches.actions import Affected
from bihuan.breaches.models import AffectedRule, BreachKind
from bihuan.customers.models import DatumKind
from bihuan.dossier.rights_forms import words
from bihuan.foundation.actor import Actor
from bihuan.organization.queries import find_staff


def moment(label: object, *, required: bool = True) -> forms.DateTimeField:
    """A moment on the clock of the company."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget)  # type: ignore[arg-type]


class ReportForm(forms.Form):
    title = forms.CharField(label=_("发生了什么"), max_length=80)
    kind = forms.ChoiceField(label=_("类型"), choices=BreachKind.choices)
    found_at = moment(_("什么时候发现的"))


class AssessForm(forms.Form):
    data_kinds = forms.MultipleChoiceField(
        label=_("涉及哪些信息"), choices=DatumKind.choices, widget=forms.CheckboxSelectMultiple
    )
    cause = words(_("原因"), rows=2)
    harm = words(_("可能造成的危害"), rows=2)
    rule = forms.ChoiceField(label=_("怎样找出受影响的客户"), choices=AffectedRule.choices)
    staff_no = forms.CharField(label=_("哪位员工（工号）"), max_length=20, required=False)
    from_at = moment(_("从"), required=False)
    to_at = moment(_("到"), required=False)
    region = forms.CharField(label=_("哪个地区"), max_length=40, required=False)
    listed = forms.CharField(label=_("客户编号，用空格隔开"), max_length=4000, required=False)

    def __init__(self, actor: Actor, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.actor = actor

    def clean_listed(self) -> list[int]:
        """The ids that were typed; anything else is told beside the field."""
        parts = self.cleaned_data["listed"].replace("，", " ").replace(",", " ").split()
        if not all(part.isdecimal() for part in parts):
            raise forms.ValidationError(_("只写编号。"), code="not_ids")
        return [int(part) for part in parts]

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        said = self.cleaned_data
        staff = find_staff(actor=self.actor, staff_no=said["staff_no"]) if said["staff_no"] else None
        affected = Affected(
            rule=said["rule"],
            staff_id=staff.pk if staff else None,
            from_at=said["from_at"],
            to_at=said["to_at"],
            region=said["region"],
            customer_ids=said["listed"],
        )
        return {
            "data_kinds": said["data_kinds"],
            "words": (said["cause"], said["harm"]),
            "affected": affected,
        }


class StepForm(forms.Form):
    """A step whose fields are what its action takes."""

    def __init__(self, actor: Actor, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        return dict(self.cleaned_data)


class ContainForm(StepForm):
    measures = words(_("已经采取的补救措施"), rows=2)
    advice = words(_("客户可以做什么"), rows=2)
    contact = forms.CharField(label=_("客户怎样联系我们"), max_length=120)


class AuthorityForm(StepForm):
    authority = forms.CharField(label=_("报告了哪个部门"), max_length=80)
    receipt = forms.CharField(label=_("回执编号"), max_length=80)


class WaiveForm(StepForm):
    reason = words(_("为什么不会造成危害"), rows=2)


class CloseForm(StepForm):
    lessons = words(_("以后怎样避免"), rows=2)
