"""The words of the vault: kinds of customers and values, what a value may be looked at for, and how a card names it
(``name``, ``phone:12``, ``email:3``, ``address:4``): pages hand that back to reveal."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import NotVisible


class CustomerKind(models.TextChoices):
    PERSON = "PERSON", _("个人")
    COMPANY = "COMPANY", _("企业")


class DatumKind(models.TextChoices):
    """Kinds of personal values; those found by their form alone are named as in ``language.personal_data``."""

    NAME = "NAME", _("姓名")
    PHONE = "PHONE", _("电话")
    EMAIL = "EMAIL", _("邮箱")
    ADDRESS = "ADDRESS", _("地址")
    ID_NUMBER = "ID_NUMBER", _("证件号")
    BANK_CARD = "BANK_CARD", _("银行卡号")
    WECHAT = "WECHAT", _("微信号")
    WEIBO = "WEIBO", _("微博号")
    ACCOUNT = "ACCOUNT", _("企业账号")
    MEMBER = "MEMBER", _("会员号")


IDENTITIES = (DatumKind.WECHAT, DatumKind.WEIBO, DatumKind.ACCOUNT, DatumKind.MEMBER)


class MatchLevel(models.TextChoices):
    """How sure it is that two entries of the vault are one customer, the strongest first."""

    STRONG = "STRONG", _("同一个号码或账号")
    LIKELY = "LIKELY", _("同一个地址和姓氏")
    WEAK = "WEAK", _("姓氏和电话尾号相同")
    NONE = "NONE", _("没有找到共同点")


class RevealPurpose(models.TextChoices):
    """Why somebody looks at a clear value; no other reason is accepted (个人信息保护法 6: purpose limitation)."""

    CALLBACK = "CALLBACK", _("回访客户")
    CONTACT = "CONTACT", _("联系客户核实情况")
    DELIVERY = "DELIVERY", _("安排派送或取件")
    CLAIM = "CLAIM", _("办理理赔")
    IDENTITY = "IDENTITY", _("核对客户身份")
    REGULATOR = "REGULATOR", _("配合监管调查")


KINDS = {
    "name": DatumKind.NAME,
    "phone": DatumKind.PHONE,
    "email": DatumKind.EMAIL,
    "address": DatumKind.ADDRESS,
    "wechat": DatumKind.WECHAT,
    "weibo": DatumKind.WEIBO,
    "account": DatumKind.ACCOUNT,
    "member": DatumKind.MEMBER,
}
NAMES = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class CardField:
    """One value of a customer; the name has no id of its own."""

    kind: DatumKind
    id: int | None = None

    @classmethod
    def parse(cls, text: str) -> "CardField":
        """Raises NotVisible for what no card shows."""
        name, _, number = text.partition(":")
        if name not in KINDS or (name == "name") == bool(number) or not (number.isdecimal() or name == "name"):
            raise NotVisible()
        return cls(KINDS[name], int(number) if number else None)

    def __str__(self) -> str:
        return NAMES[self.kind] if self.id is None else f"{NAMES[self.kind]}:{self.id}"
