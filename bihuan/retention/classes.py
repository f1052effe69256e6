"""The classes of data that go by themselves, how long each stays at least, and what is usual. Pure."""

import calendar
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DataClass(models.TextChoices):
    """In the order in which a purge works: whoever is erased whole needs no hunt for single values."""

    CUSTOMER = "CUSTOMER", _("客户：姓名、联系方式、账号和其余全部")
    ADDRESS = "ADDRESS", _("邮寄地址")
    TEXT = "TEXT", _("往来文字里移出的个人信息")
    MAIL = "MAIL", _("来信原件")


@dataclass(frozen=True, slots=True)
class Term:
    """How long: ``least`` months the law or a dispute needs, ``usual`` ones hold until somebody sets others."""

    after: str | Promise
    least: int
    usual: int
    basis: str | Promise


TERMS: dict[str, Term] = {
    # 民法典 188: three years to sue; whoever may still sue must be found
    DataClass.CUSTOMER: Term(_("最后一件案子办结"), 36, 36, _("民法典第一百八十八条：三年诉讼时效")),
    DataClass.ADDRESS: Term(
        _("最后一件案子办结，且没有同意保存地址"), 1, 12, _("个人信息保护法第十九条：最短必要时间")
    ),
    DataClass.TEXT: Term(_("最后一件案子办结"), 36, 36, _("邮政业用户申诉处理：材料保存不少于三年")),
    DataClass.MAIL: Term(_("收到"), 6, 12, _("个人信息保护法第十九条：最短必要时间")),
}
MOST = 240


def months_before(at: datetime, months: int) -> datetime:
    """The same day and time so many months earlier; the last day of a shorter month."""
    count = at.year * 12 + at.month - 1 - months
    year, month = divmod(count, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)
