"""Open, rename and close units."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, Refusal
from bihuan.journal.actions import write
from bihuan.organization.access import access_unit
from bihuan.organization.events import UnitChanged, UnitOpened
from bihuan.organization.models import Unit, UnitKind
from bihuan.organization.regions import PROVINCES
from bihuan.organization.roles import STAFF_KEEPERS


class UnitCodeTaken(Invalid):
    code = "unit_code_taken"
    sentence = _("单位代码 {unit_code} 已经有了。")


class UnitNotEmpty(Refusal):
    code = "unit_not_empty"
    sentence = _("{unit} 还有在职人员或下级单位，不能关闭。")
    next_step = _("先把人员和下级单位调走。")


class RegionUnknown(Invalid):
    code = "region_unknown"
    sentence = _("没有「{region}」这个省份。")


class RegionTaken(Refusal):
    code = "region_taken"
    sentence = _("{region} 已经由 {unit} 负责。")
    rule = _("一个省份只归一个大区，客户的诉求才不会有两个去处")
    next_step = _("先从那个大区移出这个省份。")


@transaction.atomic
def open_unit(
    *, actor: Actor, parent_id: int, kind: str, unit_code: str, names: tuple[str, str], function: str = "", at: datetime
) -> Unit:
    """Add a unit below another. ``names`` is (Chinese, English). Raises UnitCodeTaken, NotAllowed."""
    parent = access_unit(actor, parent_id, roles=STAFF_KEEPERS, lock=True)
    if Unit.objects.filter(code=unit_code).exists():
        raise UnitCodeTaken(field="unit_code", unit_code=unit_code)
    unit = Unit(parent=parent, kind=kind, code=unit_code, name=names[0], name_en=names[1], function=function)
    unit.path = parent.path
    unit.save()
    unit.path = f"{parent.path}{unit.pk}/"
    unit.division_id = unit.pk if kind == UnitKind.DIVISION else parent.division_id
    unit.save(update_fields=["path", "division"])
    write(actor, UnitOpened(unit_id=unit.pk, kind=kind, code=unit_code, parent_id=parent.pk), at=at, units=(unit.pk,))
    return unit


@transaction.atomic
def rename_unit(*, actor: Actor, unit_id: int, names: tuple[str, str], at: datetime) -> Unit:
    """Change the names of a unit. ``names`` is (Chinese, English)."""
    unit = access_unit(actor, unit_id, roles=STAFF_KEEPERS, lock=True)
    before, (unit.name, unit.name_en) = unit.name, names
    unit.save(update_fields=["name", "name_en"])
    write(actor, UnitChanged(unit_id=unit.pk, field="name", before=before, after=names[0]), at=at, units=(unit.pk,))
    return unit


@transaction.atomic
def set_duties(*, actor: Actor, unit_id: int, regions: Collection[str], handles: Collection[str], at: datetime) -> Unit:
    """Say which provinces a division serves and which kinds of work a team takes: new cases are routed by both.

    Cases that are open already stay where they are. Raises RegionUnknown, RegionTaken.
    """
    unit = access_unit(actor, unit_id, roles=STAFF_KEEPERS, lock=True)
    wanted = {"regions": _regions_of(unit, regions), "handles": sorted(set(handles))}
    for field, after in wanted.items():
        before = getattr(unit, field)
        if before != after:
            setattr(unit, field, after)
            unit.save(update_fields=[field])
            change = UnitChanged(unit_id=unit.pk, field=field, before=" ".join(before), after=" ".join(after))
            write(actor, change, at=at, units=(unit.pk,))
    return unit


def _regions_of(unit: Unit, regions: Collection[str]) -> list[str]:
    """The regions in the order of the list of provinces. Raises RegionUnknown, RegionTaken."""
    for region in regions:
        if region not in PROVINCES:
            raise RegionUnknown(field="regions", region=region)
        other = Unit.objects.active().filter(regions__contains=[region]).exclude(pk=unit.pk).first()
        if other is not None:
            raise RegionTaken(field="regions", region=region, unit=other.label)
    return [region for region in PROVINCES if region in regions]


@transaction.atomic
def close_unit(*, actor: Actor, unit_id: int, at: datetime) -> Unit:
    """End a unit from today. Raises UnitNotEmpty while people or open units are below it."""
    unit = access_unit(actor, unit_id, roles=STAFF_KEEPERS, lock=True)
    if unit.staff.filter(is_active=True).exists() or unit.children.filter(closed_on=None).exists():
        raise UnitNotEmpty(unit=unit.label)
    unit.closed_on = timezone.localdate(at)
    unit.save(update_fields=["closed_on"])
    change = UnitChanged(unit_id=unit.pk, field="closed_on", before="", after=unit.closed_on.isoformat())
    write(actor, change, at=at, units=(unit.pk,))
    return unit
