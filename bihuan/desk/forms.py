"""What people fill in about cases. Rules live in the actions; forms only give values their type."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.cases.models import CallbackResult, CauseCode, Impact, Kind, ReturnReason, Urgency, WaybillStage
from bihuan.cases.queries import list_categories
from bihuan.organization import regions
from bihuan.organization.queries import list_departments


def text(label: Any, rows: int = 4, *, required: bool = True) -> forms.CharField:
    """A box for several lines."""
    box = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=box, max_length=4000, required=required)


class EmptyForm(forms.Form):
    """A verb that needs nothing but the wish."""


class MessageForm(forms.Form):
    message = text(_("给客户的话"))


class NoteForm(forms.Form):
    text = text(_("内部备注"), rows=3)


class HandOverForm(forms.Form):
    department_id = forms.TypedChoiceField(label=_("转给哪个部门"), coerce=int)
    request = text(_("要部门做什么"))

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["department_id"].choices = [(unit.pk, unit.label) for unit in list_departments()]  # type: ignore[attr-defined]


class FindingsForm(forms.Form):
    findings = text(_("查明了什么"))
    solution = text(_("解决方案"), rows=3)
    cause = forms.ChoiceField(label=_("根本原因"), choices=CauseCode.choices)
    cause_stage = forms.ChoiceField(label=_("发生环节"), choices=WaybillStage.choices)
    cause_station = forms.CharField(label=_("发生站点"), max_length=60, required=False)


class ReturnForm(forms.Form):
    reason = forms.ChoiceField(label=_("原因"), choices=ReturnReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("说明"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class CallbackForm(forms.Form):
    result = forms.ChoiceField(label=_("客户的答复"), choices=CallbackResult.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("客户原话"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class PriorityForm(forms.Form):
    impact = forms.ChoiceField(label=_("影响"), choices=Impact.choices)
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=Urgency.choices)


class ExtensionForm(forms.Form):
    minutes = forms.IntegerField(label=_("延长多少工作分钟"), min_value=1, max_value=43_200)
    reason = forms.CharField(label=_("原因"), max_length=200)
    notice = text(_("告知客户的话"), rows=3)


class AssignForm(forms.Form):
    agent_id = forms.IntegerField(label=_("改派给"))
    reason = forms.CharField(label=_("原因"), max_length=80, required=False)


class EvidenceForm(forms.Form):
    item = forms.CharField(label=_("是什么"), max_length=80)
    file = forms.FileField(label=_("文件"), required=False)
    statement = forms.CharField(
        label=_("说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class AssessmentForm(forms.Form):
    feasibility = forms.IntegerField(label=_("可行性 1–5"), min_value=1, max_value=5)
    value = forms.IntegerField(label=_("价值 1–5"), min_value=1, max_value=5)
    note = text(_("理由"), rows=3)


class DecisionForm(forms.Form):
    adopted = forms.TypedChoiceField(
        label=_("决定"),
        choices=[("1", _("采纳")), ("0", _("不采纳"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    reason = text(_("理由和措施"), rows=3)


class PlanForm(forms.Form):
    owner = forms.CharField(label=_("责任人"), max_length=60)
    milestone = forms.CharField(label=_("第一个节点"), max_length=80)
    due_on = forms.DateField(label=_("完成日期"), widget=forms.DateInput(attrs={"type": "date"}))
    message = text(_("给客户的话"), rows=3)


class CaseForm(forms.Form):
    """An agent takes a voice down: from a call, a visit, a letter."""

    kind = forms.ChoiceField(label=_("类型"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.COMPLAINT)
    category = forms.ChoiceField(label=_("问题分类"))
    customer_name = forms.CharField(label=_("客户姓名"), max_length=40, required=False)
    customer_phone = forms.CharField(label=_("联系电话"), max_length=24, required=False)
    waybill = forms.CharField(label=_("运单号"), max_length=32, required=False)
    happened_when = forms.CharField(label=_("什么时候"), max_length=80, required=False)
    happened_where = forms.CharField(label=_("在哪里"), max_length=120, required=False)
    involved = forms.CharField(label=_("涉及谁"), max_length=120, required=False)
    matter = text(_("什么事，经过怎样"), rows=5)
    expected = text(_("客户希望怎么解决"), rows=2, required=False)
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=Urgency.choices, initial=Urgency.MEDIUM)
    region = forms.ChoiceField(label=_("省份"), choices=regions.CHOICES, required=False)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["category"].choices = [(category.code, category.label) for category in list_categories()]  # type: ignore[attr-defined]
