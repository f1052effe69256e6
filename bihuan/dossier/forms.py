"""What people fill in about customers. Rules live in the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import ContactRole
from bihuan.clearance.models import Undertaking
from bihuan.customers.models import DatumKind
from bihuan.organization.queries import list_handlers

DETAILS = (
    DatumKind.PHONE,
    DatumKind.EMAIL,
    DatumKind.ADDRESS,
    DatumKind.NAME,
    DatumKind.WECHAT,
    DatumKind.WEIBO,
    DatumKind.ACCOUNT,
    DatumKind.MEMBER,
)


class DetailForm(forms.Form):
    kind = forms.ChoiceField(label=_("登记什么"), choices=[(kind.value, kind.label) for kind in DETAILS])
    value = forms.CharField(label=_("内容"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class MergeForm(forms.Form):
    other_id = forms.IntegerField(label=_("另一份档案的编号"), min_value=1)
    note = forms.CharField(label=_("为什么认定是同一位客户"), max_length=300, required=False)


class SignForm(forms.Form):
    """The questions of the undertaking as radio buttons, and the signature."""

    signature = forms.CharField(label=_("签名（写你的姓名）"), max_length=60, widget=forms.TextInput())

    def __init__(self, undertaking: Undertaking | None, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.quiz = undertaking.quiz if undertaking else []
        for number, question in enumerate(self.quiz):
            choices = list(enumerate(question.choices))
            self.fields[f"q{number}"] = forms.TypedChoiceField(
                label=question.text, choices=choices, coerce=int, widget=forms.RadioSelect
            )
        self.order_fields([*(f"q{number}" for number in range(len(self.quiz))), "signature"])

    def answers(self) -> list[int]:
        """What was chosen, in the order of the questions."""
        return [self.cleaned_data[f"q{number}"] for number in range(len(self.quiz))]


class PublishForm(forms.Form):
    text = forms.CharField(label=_("承诺内容"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 10}))
    quiz = forms.CharField(
        label=_("测验"),
        max_length=20_000,
        required=False,
        help_text=_("每题一行题目，下面每行一个选项：对的以 * 开头，错的以 - 开头，题目之间空一行。"),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    pass_percent = forms.IntegerField(label=_("及格线（%）"), min_value=1, max_value=100, initial=100)
    valid_days = forms.IntegerField(label=_("有效多少天"), min_value=1, max_value=1095, initial=365)


class LimitsForm(forms.Form):
    window_minutes = forms.IntegerField(label=_("在多少分钟内"), min_value=1, max_value=1000)
    files = forms.IntegerField(  # type: ignore[assignment]
        label=_("打开多少份档案"), min_value=1, max_value=1000
    )
    reveals = forms.IntegerField(label=_("查看多少次明文"), min_value=1, max_value=1000)
    exports = forms.IntegerField(label=_("导出多少次"), min_value=1, max_value=1000)
    reveals_per_minute = forms.IntegerField(label=_("每分钟最多查看明文"), min_value=1, max_value=1000)


class DecoyForm(forms.Form):
    name = forms.CharField(label=_("编造的姓名"), max_length=40)
    phone = forms.CharField(label=_("编造的电话"), max_length=24)


def _day(label: Any, *, required: bool = False) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))


class TermsForm(forms.Form):
    owner_id = forms.TypedChoiceField(label=_("负责人"), coerce=int)
    contract_no = forms.CharField(label=_("合同号"), max_length=40, required=False)
    contract_from_on = _day(_("合同从"))
    contract_to_on = _day(_("合同到"))
    monthly_parcels = forms.IntegerField(label=_("每月件量"), min_value=0, max_value=100_000_000, required=False)
    needs = forms.CharField(label=_("需求"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        people = list_handlers()
        self.fields["owner_id"].choices = [(one.pk, f"{one.label} · {one.unit.label}") for one in people]  # type: ignore[attr-defined]


class ContactForm(forms.Form):
    role = forms.ChoiceField(label=_("做什么"), choices=ContactRole.choices)
    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(label=_("电话"), max_length=24, required=False)
    email = forms.EmailField(label=_("邮箱"), required=False)


class HabitForm(forms.Form):
    text = forms.CharField(label=_("习惯"), max_length=300)


class VisitForm(forms.Form):
    visited_on = _day(_("哪天去的"), required=True)
    summary = forms.CharField(label=_("谈了什么"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
