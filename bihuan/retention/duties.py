"""What forbids erasing a customer, and what stays when one is erased, each with the law it rests on. Pure words."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Duty(models.TextChoices):
    """Why data must stay. The first three forbid the erasure, the others say what stays of it."""

    HOLD = "HOLD", _("法律保全：争议或调查还没有结束")
    OPEN_CASE = "OPEN_CASE", _("还有没办结的案件")
    CONTRACT = "CONTRACT", _("大客户合同还在履行")
    CASE_ARCHIVE = "CASE_ARCHIVE", _("案件经过、答复和证据，去掉姓名和联系方式")
    CONSENTS = "CONSENTS", _("同意与撤回的记录")
    PARCELS = "PARCELS", _("运单和轨迹，去掉与本人的联系")
    JOURNAL = "JOURNAL", _("操作日志，只有编号没有内容")


# 网络数据安全管理条例 12: records of processing three years; 网络安全法: logs at least six months
BASES: dict[str, str | Promise] = {
    Duty.HOLD: _("个人信息保护法第四十七条第二款"),
    Duty.OPEN_CASE: _("个人信息保护法第十三条第一款第二项：履行服务所必需"),
    Duty.CONTRACT: _("个人信息保护法第十三条第一款第二项：履行合同所必需"),
    Duty.CASE_ARCHIVE: _("邮政业用户申诉处理：材料保存不少于三年"),
    Duty.CONSENTS: _("个人信息保护法第六十九条：由处理者举证"),
    Duty.PARCELS: _("民法典第一百八十八条：三年诉讼时效"),
    Duty.JOURNAL: _("网络安全法：日志保存不少于六个月"),
}
FORBIDDING = frozenset({Duty.HOLD, Duty.OPEN_CASE, Duty.CONTRACT})


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty as people read it."""

    code: str
    label: str
    basis: str


def duty_line(code: str) -> DutyLine:
    """The words of a duty in the reader's language."""
    return DutyLine(code, str(Duty(code).label), str(BASES[code]))
