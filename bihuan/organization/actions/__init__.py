"""The writes of the organisation."""

from bihuan.organization.actions.founding import Administrator, AlreadyFounded, open_company
from bihuan.organization.actions.grants import (
    GrantOverlaps,
    RolesMustStayApart,
    end_grant,
    give_grant,
)
from bihuan.organization.actions.people import (
    StaffNumberTaken,
    activate_staff,
    deactivate_staff,
    move_staff,
    register_staff,
    reset_password,
)
from bihuan.organization.actions.units import (
    RegionTaken,
    RegionUnknown,
    UnitCodeTaken,
    UnitNotEmpty,
    close_unit,
    open_unit,
    rename_unit,
    set_duties,
)

__all__ = [
    "Administrator",
    "AlreadyFounded",
    "GrantOverlaps",
    "RegionTaken",
    "RegionUnknown",
    "RolesMustStayApart",
    "StaffNumberTaken",
    "UnitCodeTaken",
    "UnitNotEmpty",
    "activate_staff",
    "close_unit",
    "deactivate_staff",
    "end_grant",
    "give_grant",
    "move_staff",
    "open_company",
    "open_unit",
    "register_staff",
    "rename_unit",
    "reset_password",
    "set_duties",
]
