"""What a customer fills in. Everything personal is optional but one way to be reached."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.cases.models import Kind
from bihuan.cases.queries import list_categories
from bihuan.customers.models import DatumKind
from bihuan.intake.models import new_token
from bihuan.organization import regions
from bihuan.parcels.actions import WaybillNumberInvalid, WaybillNumberScientific
from bihuan.parcels.queries import normalize
from bihuan.privacy.models import Purpose
from bihuan.rights.models import RightKind

OUTCOMES = (
    ("find", _("尽快找回或送到")),
    ("pay", _("赔偿")),
    ("explain", _("说明原因")),
    ("apology", _("道歉")),
    ("other", _("其他")),
)
MAX_FILES = 9
CORRECTABLE = [
    (kind.value, kind.label) for kind in (DatumKind.NAME, DatumKind.PHONE, DatumKind.EMAIL, DatumKind.ADDRESS)
]


class MultipleFileInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """Several files in one field."""

    widget = MultipleFileInput

    def clean(self, data: object, initial: object = None) -> list[object]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MAX_FILES:
            raise forms.ValidationError(_("最多 9 个文件。"))
        return [super(MultipleFileField, self).clean(item, initial) for item in given]


class VoiceForm(forms.Form):
    """A complaint, consultation or suggestion; the expected outcome is asked for complaints only.

    ``ticket`` tells a form that is sent again, after an answer that never came, from another one.
    """

    ticket = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput, initial=new_token)
    category = forms.ChoiceField(label=_("哪一类问题"), widget=forms.RadioSelect)
    waybill = forms.CharField(label=_("运单号"), max_length=32, required=False)
    matter = forms.CharField(label=_("说说经过"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    outcomes = forms.MultipleChoiceField(
        label=_("你希望怎么解决"), choices=OUTCOMES, widget=forms.CheckboxSelectMultiple, required=False
    )
    expected = forms.CharField(label=_("补充你的期望"), max_length=200, required=False)
    happened_when = forms.CharField(label=_("什么时候"), max_length=80, required=False)
    region = forms.ChoiceField(label=_("在哪个省"), choices=regions.CHOICES, required=False)
    files = MultipleFileField(  # type: ignore[assignment]
        label=_("照片或凭证"), required=False
    )
    customer_name = forms.CharField(label=_("怎么称呼你"), max_length=40, required=False)
    customer_phone = forms.CharField(label=_("手机号"), max_length=24, required=False)
    customer_email = forms.EmailField(label=_("邮箱"), required=False)
    consents = forms.MultipleChoiceField(
        label=_("我还同意（都可以不选）"), choices=Purpose.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, kind: str, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.kind = kind
        self.fields["category"].choices = [(item.code, item.label) for item in list_categories()]  # type: ignore[attr-defined]
        if kind != Kind.COMPLAINT:
            del self.fields["outcomes"], self.fields["expected"]

    def clean_waybill(self) -> str:
        """In its one form; what a spreadsheet has rounded is refused, what nobody knows is kept as it was written."""
        written: str = self.cleaned_data["waybill"].strip()
        try:
            return normalize(written) if written else ""
        except WaybillNumberScientific as refusal:
            raise forms.ValidationError(f"{refusal}{refusal.next_step}") from refusal
        except WaybillNumberInvalid:
            return written

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if not (given.get("customer_phone") or given.get("customer_email")):
            self.add_error("customer_phone", _("手机号和邮箱请至少留一个，不然我们没法把结果告诉你。"))
        if self.kind == Kind.COMPLAINT and not (given.get("outcomes") or given.get("expected")):
            self.add_error("outcomes", _("请至少选一项。知道你想要的结果，我们才能第一次就给对方案。"))
        return given

    def answers(self) -> dict[str, bool]:
        """A yes or no to each purpose: what was not ticked is a no."""
        return {purpose: purpose in self.cleaned_data["consents"] for purpose in Purpose.values}

    def expected_outcome(self) -> str:
        """The chosen outcomes and the customer's own words, as one sentence."""
        labels = dict(OUTCOMES)
        chosen = [str(labels[code]) for code in self.cleaned_data.get("outcomes", [])]
        own = self.cleaned_data.get("expected", "")
        return "；".join([*chosen, *([own] if own else [])])


class FollowForm(forms.Form):
    number = forms.CharField(label=_("案件号"), max_length=24)
    code = forms.CharField(label=_("查询码"), max_length=12)


class CodeForm(forms.Form):
    number = forms.CharField(label=_("案件号"), max_length=24)


class MaterialForm(forms.Form):
    text = forms.CharField(
        label=_("要补充的话"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    files = MultipleFileField(  # type: ignore[assignment]
        label=_("照片或凭证"), required=False
    )


class SatisfactionForm(forms.Form):
    result = forms.ChoiceField(
        label=_("你的回答"),
        choices=[("SATISFIED", _("满意")), ("UNSATISFIED", _("不满意"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("想说的话"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class RatingForm(forms.Form):
    rating = forms.TypedChoiceField(
        label=_("给这次服务打几分"),
        choices=[(n, str(n)) for n in range(5, 0, -1)],
        coerce=int,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(label=_("想说的话"), max_length=300, required=False)


class RightForm(forms.Form):
    kind = forms.ChoiceField(label=_("要办什么"), choices=RightKind.choices, widget=forms.RadioSelect)
    value_kind = forms.ChoiceField(label=_("更正哪一项"), choices=[("", _("不是更正")), *CORRECTABLE], required=False)
    new_value = forms.CharField(
        label=_("正确的内容"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    words = forms.CharField(
        label=_("补充说明"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ProveForm(forms.Form):
    code = forms.CharField(
        label=_("邮件里的验证码"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
