"""What people fill in about customers. Rules live in the actions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.customers.models import DatumKind

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
