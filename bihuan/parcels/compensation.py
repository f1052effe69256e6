"""What the law or the contract gives for a parcel lost or damaged: an estimate with its rule, before anybody claims.

Pure; money in integer fen. Sources (domain facts, 1.3): the interim regulation on express, art. 27 (28 since 2025);
the postal law, art. 45, 47, 48; the civil code, art. 832, 833. An express parcel without insurance is paid by civil
law: the three-times-postage cap is the postal law's for universal-service items, and no law's for express.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mail(models.TextChoices):
    EXPRESS = "EXPRESS", _("快递")
    UNIVERSAL = "UNIVERSAL", _("邮政普遍服务的信件或包裹")


class Exemption(models.TextChoices):
    NONE = "NONE", _("没有")
    FORCE_MAJEURE = "FORCE_MAJEURE", _("不可抗力")
    NATURE = "NATURE", _("物品本身的性质或合理损耗")
    CUSTOMER = "CUSTOMER", _("寄件人或收件人自己的过错")


class Basis(StrEnum):
    """The rule that gave the amount."""

    EXEMPT = "EXEMPT"
    INSURED_TOTAL = "INSURED_TOTAL"
    INSURED_PART = "INSURED_PART"
    CAPPED = "CAPPED"
    ACTUAL_LOSS = "ACTUAL_LOSS"
    AGREED = "AGREED"
    MARKET = "MARKET"


RULES = {
    Basis.EXEMPT: _("邮政法第四十八条、民法典第八百三十二条：这种情形不赔偿。"),
    Basis.INSURED_TOTAL: _("保价件丢失或全部损毁：按保价额赔偿，不超过实际价值。"),
    Basis.INSURED_PART: _("保价件短少或部分损毁：实际损失 ×（保价额 ÷ 总价值）。"),
    Basis.CAPPED: _("邮政法第四十七条：未保价的，按实际损失赔偿，最高不超过资费的三倍。"),
    Basis.ACTUAL_LOSS: _("邮政法第四十七条：因故意或重大过失的，不受三倍资费限制，按实际损失赔偿。"),
    Basis.AGREED: _("民法典第八百三十三条：有约定的按约定赔偿。"),
    Basis.MARKET: _("民法典第八百三十三条：没有约定的，按交付地的市场价格计算，不受三倍运费限制。"),
}
POSTAGE_TIMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What happened to the parcel. ``loss_fen`` is what was lost of ``value_fen``; a total loss needs no figure."""

    mail: Mail = Mail.EXPRESS
    is_total: bool = True
    value_fen: int = 0
    loss_fen: int = 0
    insured_fen: int = 0
    postage_fen: int = 0
    agreed_fen: int | None = None
    is_grossly_negligent: bool = False
    exemption: Exemption = Exemption.NONE


@dataclass(frozen=True, slots=True)
class Estimate:
    amount_fen: int
    basis: Basis

    @property
    def rule(self) -> str:
        return str(RULES[self.basis])


def estimate(harm: Harm) -> Estimate:
    """The amount with its rule."""
    if harm.exemption is not Exemption.NONE:
        return Estimate(0, Basis.EXEMPT)
    loss = harm.value_fen if harm.is_total else min(harm.loss_fen, harm.value_fen or harm.loss_fen)
    if harm.insured_fen:
        return _insured(harm, loss)
    if harm.mail is Mail.UNIVERSAL:
        if harm.is_grossly_negligent:
            return Estimate(loss, Basis.ACTUAL_LOSS)
        return Estimate(min(loss, POSTAGE_TIMES * harm.postage_fen), Basis.CAPPED)
    if harm.agreed_fen is not None:
        return Estimate(harm.agreed_fen, Basis.AGREED)
    return Estimate(loss, Basis.MARKET)


def _insured(harm: Harm, loss: int) -> Estimate:
    """A share is rounded half up to the fen; insuring for more than the value brings no more than the loss."""
    if harm.is_total:
        return Estimate(min(harm.insured_fen, harm.value_fen or harm.insured_fen), Basis.INSURED_TOTAL)
    if not harm.value_fen or harm.insured_fen >= harm.value_fen:
        return Estimate(min(loss, harm.insured_fen), Basis.INSURED_PART)
    return Estimate((2 * loss * harm.insured_fen + harm.value_fen) // (2 * harm.value_fen), Basis.INSURED_PART)
