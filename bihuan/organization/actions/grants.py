"""Give and end roles. Done by the security administrator, never by the system administrator."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible, Refusal
from bihuan.journal.actions import write
from bihuan.organization.access import access_staff, access_unit
from bihuan.organization.events import GrantEnded, GrantGiven
from bihuan.organization.models import RoleGrant, Staff
from bihuan.organization.roles import GRANT_KEEPERS, is_compatible


class RolesMustStayApart(Refusal):
    code = "roles_must_stay_apart"
    sentence = _("系统、安全、审计三个管理员角色必须分开，也不能同时办案。")
    rule = _("三员分立（等级保护三级）")
    next_step = _("请换一个人，或先结束已有的角色。")


class GrantOverlaps(Refusal):
    code = "grant_overlaps"
    sentence = _("这个人已经在该单位有这个角色。")


class OwnGrantRefused(Refusal):
    code = "own_grant_refused"
    sentence = _("不能给自己增减角色。")
    next_step = _("请另一位安全管理员办理。")


def _touch_rights(staff_id: int) -> None:
    Staff.objects.filter(pk=staff_id).update(rights_version=F("rights_version") + 1)


@transaction.atomic
def give_grant(
    *, actor: Actor, staff_id: int, role: str, unit_id: int, from_on: date, to_on: date | None = None, at: datetime
) -> RoleGrant:
    """Give a role over a unit. Raises RolesMustStayApart, GrantOverlaps, OwnGrantRefused."""
    staff = access_staff(actor, staff_id, roles=GRANT_KEEPERS, lock=True)
    unit = access_unit(actor, unit_id, roles=GRANT_KEEPERS)
    if actor.id == staff.pk and actor.is_staff:
        raise OwnGrantRefused()
    current = RoleGrant.objects.filter(staff=staff).exclude(to_on__lt=from_on)
    if not is_compatible(set(current.values_list("role", flat=True)), role):
        raise RolesMustStayApart()
    if current.filter(role=role, unit=unit).exists():
        raise GrantOverlaps()
    grant = RoleGrant.objects.create(staff=staff, role=role, unit=unit, from_on=from_on, to_on=to_on)
    _touch_rights(staff.pk)
    given = GrantGiven(staff_id=staff.pk, role=role, unit_id=unit.pk, from_on=from_on.isoformat())
    write(actor, given, at=at, units=(unit.pk,))
    return grant


@transaction.atomic
def end_grant(*, actor: Actor, grant_id: int, at: datetime) -> RoleGrant:
    """End a role with yesterday, so that it does not count today. Raises OwnGrantRefused, NotVisible."""
    grant = RoleGrant.objects.select_related("staff").filter(pk=grant_id).first()
    if grant is None:
        raise NotVisible()
    access_staff(actor, grant.staff_id, roles=GRANT_KEEPERS, lock=True)
    if actor.id == grant.staff_id and actor.is_staff:
        raise OwnGrantRefused()
    grant.to_on = timezone.localdate(at) - timedelta(days=1)
    if grant.to_on < grant.from_on:
        grant.from_on = grant.to_on
    grant.save(update_fields=["from_on", "to_on"])
    _touch_rights(grant.staff_id)
    ended = GrantEnded(staff_id=grant.staff_id, role=grant.role, unit_id=grant.unit_id, to_on=grant.to_on.isoformat())
    write(actor, ended, at=at, units=(grant.unit_id,))
    return grant
