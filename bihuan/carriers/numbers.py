"""Waybill numbers: one normal form, the carriers a number may belong to, and the check digit of UPU S10.

Pure. A pattern is a hint and no proof: carriers overlap, so every match is named, the most telling first, and a person
or the carrier's own answer decides (domain facts, 9.1).
"""

import re
import unicodedata
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import Invalid


class WaybillNumberInvalid(Invalid):
    code = "waybill_number_invalid"
    sentence = _("「{number}」不像运单号：应是 6 到 32 位字母和数字。")
    next_step = _("请照面单或发货短信再核对一遍。")


class WaybillNumberScientific(Invalid):
    """A spreadsheet has rounded the number: the lost digits cannot be guessed."""

    code = "waybill_number_scientific"
    sentence = _("「{number}」是表格软件写成的科学计数，后面的数字已经丢了。")
    next_step = _("请把表格里这一列设为「文本」，再从原始单据填写一次。")


class Carrier(models.TextChoices):
    HOUSE = "HOUSE", _("远禾速运")
    SF = "SF", _("顺丰")
    JD = "JD", _("京东")
    YTO = "YTO", _("圆通")
    ZTO = "ZTO", _("中通")
    STO = "STO", _("申通")
    YUNDA = "YUNDA", _("韵达")
    JT = "JT", _("极兔")
    DEPPON = "DEPPON", _("德邦")
    EMS = "EMS", _("邮政 EMS")
    YUNEXPRESS = "YUNEXPRESS", _("云途")
    OTHER = "OTHER", _("其他承运人")


# The most telling first: letters before digits, narrow ranges before wide ones.
PATTERNS: tuple[tuple[Carrier, re.Pattern[str]], ...] = (
    (Carrier.HOUSE, re.compile(r"YH\d{12}")),
    (Carrier.SF, re.compile(r"SF\d{12,15}")),
    (Carrier.JD, re.compile(r"JD[A-Z]{0,2}\d{10,16}(-\d{1,4}-\d{1,4}-?)?")),
    (Carrier.YTO, re.compile(r"YT\d{13,15}")),
    (Carrier.YUNEXPRESS, re.compile(r"YT\d{16}")),
    (Carrier.JT, re.compile(r"JT\d{13}")),
    (Carrier.DEPPON, re.compile(r"DPK\d{12}")),
    (Carrier.STO, re.compile(r"77\d{11}")),
    (Carrier.ZTO, re.compile(r"7[3-8]\d{10,13}")),
    (Carrier.YUNDA, re.compile(r"4[36]\d{11,13}")),
    (Carrier.EMS, re.compile(r"(1[01]|95)\d{11}")),
    (Carrier.EMS, re.compile(r"9\d{12}")),
    (Carrier.YUNDA, re.compile(r"1\d{12}")),
    (Carrier.SF, re.compile(r"\d{12}|\d{15}")),
    (Carrier.DEPPON, re.compile(r"\d{8,10}")),
    (Carrier.YUNDA, re.compile(r"\d{13,15}")),
)
S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}")
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
PACKAGE_SUFFIX = re.compile(r"(JD[A-Z]{0,2}\d{10,16})(-\d{1,4}-\d{1,4}-?)")
SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]?\d{1,3}")
SHAPE = re.compile(r"[A-Z0-9]{6,32}")
DASHES = re.compile("[-‐‑‒–—―−﹣]")
INVISIBLE = re.compile("[\\s\u200b-\u200d\u2060\ufeff]")
FEWEST_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Recognition:
    """A number in its normal form and the carriers it may belong to, the likeliest first.

    ``is_proved`` is True when a check digit confirms the number; ``is_mistyped`` when the check digit contradicts it.
    """

    number: str
    carriers: tuple[Carrier, ...]
    is_proved: bool = False
    is_mistyped: bool = False

    @property
    def carrier(self) -> Carrier:
        """The likeliest carrier."""
        return self.carriers[0] if self.carriers else Carrier.OTHER

    @property
    def is_certain(self) -> bool:
        return self.is_proved or len(self.carriers) == 1


def normalize(written: str) -> str:
    """A number as people write it (full width, spaces, dashes, lower case) in its one form.

    Raises WaybillNumberScientific for 7.73E+11, WaybillNumberInvalid for what no carrier would print.
    """
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", written)).upper()
    dashed = DASHES.sub("-", plain)
    if SCIENTIFIC.fullmatch(dashed):
        raise WaybillNumberScientific(number=written.strip()[:40], field="waybill")
    package = PACKAGE_SUFFIX.fullmatch(dashed)
    number = dashed.replace("-", "")
    if not SHAPE.fullmatch(number) or sum(map(str.isdigit, number)) < FEWEST_DIGITS:
        raise WaybillNumberInvalid(number=written.strip()[:40], field="waybill")
    return dashed if package else number


def recognize(written: str) -> Recognition:
    """The number in its normal form with its likely carriers. Raises what ``normalize`` raises."""
    number = normalize(written)
    if shape := S10.fullmatch(number):
        is_right = s10_check_digit(shape.group(1)) == int(shape.group(2))
        carriers = (Carrier.EMS,) if is_right else ()
        return Recognition(number, carriers, is_proved=is_right, is_mistyped=not is_right)
    matching = (carrier for carrier, pattern in PATTERNS if pattern.fullmatch(number))
    return Recognition(number, tuple(dict.fromkeys(matching)))


def s10_check_digit(serial: str) -> int:
    """UPU S10: weights 8 6 4 2 3 5 9 7; 11 − (Σ mod 11), where 10 is written 0 and 11 is written 5."""
    remainder = 11 - sum(weight * int(digit) for weight, digit in zip(S10_WEIGHTS, serial, strict=True)) % 11
    return {10: 0, 11: 5}.get(remainder, remainder)
