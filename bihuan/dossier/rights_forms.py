"""What the rights desk fills in, and what those who keep data say."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.customers.models import DatumKind
from bihuan.dossier.forms import DETAILS
from bihuan.organization.queries import list_departments
from bihuan.privacy.models import LegalBasis
from bihuan.retention.models import DataClass
from bihuan.rights.models import Proof, RefusalReason, RightKind
from bihuan.sharing.models import Relation, SharedField, SharePurpose


def words(label: object, *, required: bool = True, rows: int = 3) -> forms.CharField:
    """A few sentences."""
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        max_length=1000,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class TakeForm(forms.Form):
    customer_id = forms.IntegerField(label=_("客户编号"), min_value=1)
    kind = forms.ChoiceField(label=_("要办什么"), choices=RightKind.choices)
    value_kind = forms.ChoiceField(
        label=_("更正哪一项"),
        choices=[("", _("不是更正")), *((kind.value, DatumKind(kind).label) for kind in DETAILS)],
        required=False,
    )
    new_value = forms.CharField(
        label=_("正确的内容"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    words = words(_("客户怎么说"), required=False)


class IdentifyForm(forms.Form):
    proof = forms.ChoiceField(
        label=_("怎样核实的"), choices=[choice for choice in Proof.choices if choice[0] != Proof.CODE]
    )
    note = forms.CharField(label=_("核对了什么"), max_length=300)


class FulfilForm(forms.Form):
    field = forms.ChoiceField(label=_("改哪一条"), required=False)
    words = words(_("给客户的话"), required=False)

    def __init__(self, fields: list[tuple[str, str]], *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.fields["field"].choices = fields  # type: ignore[attr-defined]
        if not fields:
            del self.fields["field"]


class RefuseForm(forms.Form):
    reason = forms.ChoiceField(label=_("原因"), choices=[("", _("请选择")), *RefusalReason.choices])
    words = words(_("给客户的话"))


class HoldForm(forms.Form):
    customer_id = forms.IntegerField(label=_("客户编号"), min_value=1, required=False)
    case_number = forms.CharField(label=_("或案件号"), max_length=24, required=False)
    reason = forms.CharField(label=_("原因"), max_length=300)
    until_at = forms.DateField(
        label=_("保全到哪天（不填就到解除为止）"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_until_at(self) -> datetime | None:
        """The end of the day that was named."""
        day = self.cleaned_data["until_at"]
        return timezone.make_aware(datetime.combine(day, time(23, 59))) if day else None


class RuleForm(forms.Form):
    data_class = forms.ChoiceField(label=_("哪类数据"), choices=DataClass.choices)
    months = forms.IntegerField(label=_("保存多少个月"), min_value=1, max_value=1200)
    basis = forms.CharField(label=_("依据"), max_length=200)


class PurgeForm(forms.Form):
    classes = forms.MultipleChoiceField(
        label=_("清除哪类到期数据"), choices=DataClass.choices, widget=forms.CheckboxSelectMultiple
    )


def day(label: object) -> forms.DateField:
    """A day of the calendar."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))  # type: ignore[arg-type]


def shared_fields() -> forms.MultipleChoiceField:
    """The fields of a customer that can be shared."""
    return forms.MultipleChoiceField(
        label=_("哪些内容"), choices=SharedField.choices, widget=forms.CheckboxSelectMultiple
    )


class AgreementForm(forms.Form):
    department_id = forms.TypedChoiceField(label=_("给本公司的部门"), coerce=int, required=False, empty_value=None)
    partner = forms.CharField(label=_("或给合作方（全称）"), max_length=80, required=False)
    relation = forms.ChoiceField(label=_("对方是"), choices=Relation.choices)
    purpose = forms.ChoiceField(label=_("用途"), choices=SharePurpose.choices)
    shared = shared_fields()
    safeguards = forms.CharField(label=_("对方怎样保护"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    assessed_on = day(_("影响评估日期"))
    from_on = day(_("从哪天起"))
    to_on = day(_("到哪天止"))

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        departments = [(unit.pk, unit.label) for unit in list_departments()]
        self.fields["department_id"].choices = [("", "—"), *departments]  # type: ignore[attr-defined]


class ShareForm(forms.Form):
    purpose = forms.ChoiceField(label=_("用途"), choices=SharePurpose.choices)
    shared = shared_fields()
    region = forms.CharField(label=_("只给哪个地区的客户（不填就是全部）"), max_length=40, required=False)


class RecordForm(forms.Form):
    name = forms.CharField(label=_("处理活动"), max_length=80)
    purpose = forms.CharField(label=_("目的"), max_length=300)
    basis = forms.ChoiceField(label=_("合法性基础"), choices=LegalBasis.choices)
    subjects = forms.CharField(label=_("涉及的人"), max_length=200)
    data_kinds = forms.CharField(label=_("数据种类"), max_length=300)
    is_sensitive = forms.BooleanField(label=_("含敏感个人信息"), required=False)
    recipients = forms.CharField(label=_("接收方"), max_length=300, required=False)
    retention = forms.CharField(label=_("保存期限"), max_length=200)
    safeguards = forms.CharField(label=_("保护措施"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    assessed_on = forms.DateField(
        label=_("影响评估日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    assessment = words(_("影响评估：必要性、影响和风险、措施是否相称"), required=False)
