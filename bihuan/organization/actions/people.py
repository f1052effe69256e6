"""Register, move, deactivate and activate people."""

from datetime import date, datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid
from bihuan.journal.actions import write
from bihuan.organization.access import access_staff, access_unit
from bihuan.organization.events import StaffActivated, StaffDeactivated, StaffMoved, StaffPasswordReset, StaffRegistered
from bihuan.organization.models import Membership, Staff, holding_on
from bihuan.organization.roles import STAFF_KEEPERS, TEAM_MOVERS


class StaffNumberTaken(Invalid):
    code = "staff_number_taken"
    sentence = _("工号 {staff_no} 已经有人用。")


class PasswordRefused(Invalid):
    code = "password_refused"
    sentence = _("{reasons}")


def _check_password(password: str, staff: Staff) -> None:
    try:
        validate_password(password, staff)
    except ValidationError as error:
        raise PasswordRefused(field="password", reasons=" ".join(error.messages)) from error


@transaction.atomic
def register_staff(
    *, actor: Actor, staff_no: str, names: tuple[str, str], post: str, unit_id: int, password: str, at: datetime
) -> Staff:
    """Open an account. ``names`` is (Chinese, English). Grants no rights. Raises StaffNumberTaken, PasswordRefused."""
    unit = access_unit(actor, unit_id, roles=STAFF_KEEPERS)
    if Staff.objects.filter(staff_no__iexact=staff_no).exists():
        raise StaffNumberTaken(field="staff_no", staff_no=staff_no)
    day = timezone.localdate(at)
    staff = Staff(
        staff_no=staff_no, name=names[0], name_en=names[1], post=post, unit=unit, joined_on=day, password_changed_at=at
    )
    _check_password(password, staff)
    staff.set_password(password)
    staff.save()
    Membership.objects.create(staff=staff, unit=unit, from_on=day)
    registered = StaffRegistered(staff_id=staff.pk, staff_no=staff_no, post=post, unit_id=unit.pk)
    write(actor, registered, at=at, units=(unit.pk,))
    return staff


@transaction.atomic
def move_staff(*, actor: Actor, staff_id: int, unit_id: int, from_on: date, at: datetime) -> Membership:
    """Move a person to another unit from a day on; earlier days keep the earlier unit."""
    staff = access_staff(actor, staff_id, roles=TEAM_MOVERS, lock=True)
    unit = access_unit(actor, unit_id, roles=TEAM_MOVERS)
    before = staff.unit_id
    Membership.objects.filter(staff=staff, from_on__gte=from_on).delete()
    Membership.objects.filter(holding_on(from_on), staff=staff).update(to_on=from_on - timedelta(days=1))
    membership = Membership.objects.create(staff=staff, unit=unit, from_on=from_on)
    if from_on <= timezone.localdate(at):
        staff.unit = unit
        staff.save(update_fields=["unit"])
    moved = StaffMoved(staff_id=staff.pk, before=before, after=unit.pk, from_on=from_on.isoformat())
    write(actor, moved, at=at, units=(before, unit.pk))
    return membership


@transaction.atomic
def deactivate_staff(*, actor: Actor, staff_id: int, at: datetime) -> Staff:
    """Close an account: every session ends with the next request, grants stay for the record but count no more."""
    staff = access_staff(actor, staff_id, roles=STAFF_KEEPERS, lock=True)
    Staff.objects.filter(pk=staff.pk).update(is_active=False, rights_version=F("rights_version") + 1)
    write(actor, StaffDeactivated(staff_id=staff.pk), at=at, units=(staff.unit_id,))
    staff.refresh_from_db()
    return staff


@transaction.atomic
def activate_staff(*, actor: Actor, staff_id: int, at: datetime) -> Staff:
    """Open a closed account again."""
    staff = access_staff(actor, staff_id, roles=STAFF_KEEPERS, lock=True)
    Staff.objects.filter(pk=staff.pk).update(is_active=True, rights_version=F("rights_version") + 1)
    write(actor, StaffActivated(staff_id=staff.pk), at=at, units=(staff.unit_id,))
    staff.refresh_from_db()
    return staff


@transaction.atomic
def reset_password(*, actor: Actor, staff_id: int, password: str, at: datetime) -> Staff:
    """Set a new password for somebody; other sessions of that person end. Raises PasswordRefused."""
    staff = access_staff(actor, staff_id, roles=STAFF_KEEPERS, lock=True)
    _check_password(password, staff)
    staff.set_password(password)
    staff.password_changed_at = at
    staff.save(update_fields=["password", "password_changed_at"])
    write(actor, StaffPasswordReset(staff_id=staff.pk), at=at, units=(staff.unit_id,))
    return staff
