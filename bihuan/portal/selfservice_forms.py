"""What a visitor asks; nothing of it is stored."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import Invalid
from bihuan.parcels.compensation import Exemption, Harm, Mail
from bihuan.parcels.queries import recognize
from bihuan.tariffs.queries import Load, Quote, list_quotes

MOST_YUAN = 1_000_000


class CityInput(forms.TextInput):
    """A word, with the cities we serve offered while typing."""

    def __init__(self) -> None:
        super().__init__(attrs={"list": "cities", "autocomplete": "off"})


def yuan_field(label: object, *, required: bool = False) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,  # type: ignore[arg-type]
        min_value=0,
        max_value=MOST_YUAN,
        decimal_places=2,
        required=required,
    )


def fen(yuan: Decimal | None) -> int:
    return int((yuan or Decimal()) * 100)


class TrackForm(forms.Form):
    number = forms.CharField(
        label=_("运单号"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_number(self) -> str:
        try:
            found = recognize(self.cleaned_data["number"])
        except Invalid as refusal:
            raise forms.ValidationError(f"{refusal}{refusal.next_step}") from refusal
        self.found = found
        if found.is_mistyped:
            raise forms.ValidationError(_("校验位对不上，可能抄错了一位，请再核对。"))
        return found.number


class TailForm(forms.Form):
    tail = forms.RegexField(
        r"^\d{4}$",
        label=_("收件人电话后四位"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4", "autocomplete": "off"}),
        error_messages={"invalid": _("请填四位数字。")},
    )


class QuoteForm(forms.Form):
    origin = forms.CharField(label=_("从哪里寄"), max_length=40, widget=CityInput())
    destination = forms.CharField(label=_("寄到哪里"), max_length=40, widget=CityInput())
    weight_kg = forms.DecimalField(label=_("重量（公斤）"), min_value=Decimal("0.01"), max_value=1000, decimal_places=3)
    length_cm = forms.IntegerField(label=_("长（厘米）"), min_value=0, max_value=400, required=False)
    width_cm = forms.IntegerField(label=_("宽（厘米）"), min_value=0, max_value=400, required=False)
    height_cm = forms.IntegerField(label=_("高（厘米）"), min_value=0, max_value=400, required=False)
    insured_yuan = yuan_field(_("保价金额（元）"))

    def asked(self) -> dict[str, Any]:
        """The arguments of the query."""
        given = self.cleaned_data
        sides = {name: given[name] or 0 for name in ("length_cm", "width_cm", "height_cm")}
        load = Load(weight_grams=int(given["weight_kg"] * 1000), insured_fen=fen(given["insured_yuan"]), **sides)
        return {"origin": given["origin"], "destination": given["destination"], "load": load}


class AreaForm(forms.Form):
    city = forms.CharField(label=_("到哪个城市"), max_length=40, widget=CityInput())
    origin = forms.CharField(label=_("从哪里寄（可不填）"), max_length=40, required=False, widget=CityInput())

    def timed(self, on: date) -> list[Quote]:
        """What each service takes from the origin, when one is named."""
        given = self.cleaned_data
        if not given["origin"]:
            return []
        return list_quotes(origin=given["origin"], destination=given["city"], load=Load(weight_grams=1000), on=on)


class ClaimForm(forms.Form):
    mail = forms.ChoiceField(
        label=_("哪一种邮件"), choices=Mail.choices, widget=forms.RadioSelect, initial=Mail.EXPRESS
    )
    extent = forms.ChoiceField(
        label=_("丢了还是坏了"),
        choices=[("TOTAL", _("丢失或全部损毁")), ("PART", _("短少或部分损毁"))],
        widget=forms.RadioSelect,
        initial="TOTAL",
    )
    value_yuan = yuan_field(_("物品总价值（元）"), required=True)
    loss_yuan = yuan_field(_("损失了多少（元）"))
    insured_yuan = yuan_field(_("保价金额（元）"))
    postage_yuan = yuan_field(_("运费（元）"))
    exemption = forms.ChoiceField(label=_("有没有这些情形"), choices=Exemption.choices, initial=Exemption.NONE)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("extent") == "PART" and not given.get("loss_yuan"):
            self.add_error("loss_yuan", _("部分损毁请填损失了多少。"))
        return given

    def harm(self) -> Harm:
        given = self.cleaned_data
        return Harm(
            mail=Mail(given["mail"]),
            is_total=given["extent"] == "TOTAL",
            value_fen=fen(given["value_yuan"]),
            loss_fen=fen(given["loss_yuan"]),
            insured_fen=fen(given["insured_yuan"]),
            postage_fen=fen(given["postage_yuan"]),
            exemption=Exemption(given["exemption"]),
        )
