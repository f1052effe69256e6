"""What the organisation writes into the journal."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("unit.opened", subject="unit")
@dataclass(frozen=True, kw_only=True)
class UnitOpened:
    unit_id: int
    kind: str
    code: str
    parent_id: int | None


@entry("unit.changed", subject="unit")
@dataclass(frozen=True, kw_only=True)
class UnitChanged:
    unit_id: int
    field: str
    before: str
    after: str


@entry("staff.registered", subject="staff")
@dataclass(frozen=True, kw_only=True)
class StaffRegistered:
    staff_id: int
    staff_no: str
    post: str
    unit_id: int


@entry("staff.moved", subject="staff")
@dataclass(frozen=True, kw_only=True)
class StaffMoved:
    staff_id: int
    before: int
    after: int
    from_on: str


@entry("staff.deactivated", subject="staff")
@dataclass(frozen=True, kw_only=True)
class StaffDeactivated:
    staff_id: int


@entry("staff.activated", subject="staff")
@dataclass(frozen=True, kw_only=True)
class StaffActivated:
    staff_id: int


@entry("grant.given", subject="staff")
@dataclass(frozen=True, kw_only=True)
class GrantGiven:
    staff_id: int
    role: str
    unit_id: int
    from_on: str


@entry("grant.ended", subject="staff")
@dataclass(frozen=True, kw_only=True)
class GrantEnded:
    staff_id: int
    role: str
    unit_id: int
    to_on: str


@entry("staff.signed_in", subject="staff")
@dataclass(frozen=True, kw_only=True)
class StaffSignedIn:
    staff_id: int


@entry("staff.sign_in_failed", subject="staff")
@dataclass(frozen=True, kw_only=True)
class StaffSignInFailed:
    staff_id: int


@entry("staff.password_reset", subject="staff")
@dataclass(frozen=True, kw_only=True)
class StaffPasswordReset:
    staff_id: int
