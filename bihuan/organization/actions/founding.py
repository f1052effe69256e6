"""The first hour of a company: headquarters and the three administrators, who open everything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, Refusal
from bihuan.journal.actions import write
from bihuan.organization.actions.grants import give_grant
from bihuan.organization.actions.people import register_staff
from bihuan.organization.events import UnitOpened
from bihuan.organization.models import Unit, UnitKind

FOUNDING_LOCK = 7_020_001
ROOT_CODE = "HQ"


class AlreadyFounded(Refusal):
    code = "already_founded"
    sentence = _("{unit} 已经在用，不能再建一次。")
    next_step = _("单位和人员由系统管理员在页面上维护。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """One of the three who are kept apart (system, security, audit)."""

    staff_no: str
    name: str
    name_en: str
    role: str
    password: str


@transaction.atomic
def open_company(
    *, actor: Actor, names: tuple[str, str], administrators: Sequence[Administrator], at: datetime
) -> Unit:
    """Open headquarters with its administrators, once. ``names`` is (Chinese, English).

    Raises AlreadyFounded, StaffNumberTaken, PasswordRefused, NotAllowed.
    """
    if not actor.is_system:
        raise NotAllowed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOUNDING_LOCK])
    if (known := Unit.objects.filter(parent=None).first()) is not None:
        raise AlreadyFounded(unit=known.label)
    root = Unit(kind=UnitKind.HQ, code=ROOT_CODE, name=names[0], name_en=names[1], path="/")
    root.save()
    root.path = f"/{root.pk}/"
    root.save(update_fields=["path"])
    opened = UnitOpened(unit_id=root.pk, kind=root.kind, code=root.code, parent_id=None)
    write(actor, opened, at=at, units=(root.pk,))
    for person in administrators:
        staff = register_staff(
            actor=actor,
            staff_no=person.staff_no,
            names=(person.name, person.name_en),
            post=person.role,
            unit_id=root.pk,
            password=person.password,
            at=at,
        )
        day = timezone.localdate(at)
        give_grant(actor=actor, staff_id=staff.pk, role=person.role, unit_id=root.pk, from_on=day, at=at)
    return root
