"""Root-cause codes and where on its way the parcel met the cause. Required before a complaint closes (feature 4.12)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CauseCode(models.TextChoices):
    PEOPLE = "PEOPLE", _("人员")
    PROCESS = "PROCESS", _("流程")
    SYSTEM = "SYSTEM", _("系统")
    PARTNER = "PARTNER", _("伙伴")
    CUSTOMER = "CUSTOMER", _("客户")
    FORCE_MAJEURE = "FORCE_MAJEURE", _("不可抗力")


class WaybillStage(models.TextChoices):
    PICKUP = "PICKUP", _("揽收")
    ORIGIN_HUB = "ORIGIN_HUB", _("始发分拨")
    LINEHAUL = "LINEHAUL", _("干线运输")
    DESTINATION_HUB = "DESTINATION_HUB", _("目的分拨")
    DELIVERY = "DELIVERY", _("派送")
    STATION = "STATION", _("驿站或快递柜")
    SERVICE = "SERVICE", _("客服")
    NONE = "NONE", _("与运单无关")
