"""Roles a person can hold over a unit, and the posts that come with them.

The three administrators are kept apart (MLPS level 3, 三员分立): nobody holds two of them, none works on cases.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    DIRECTOR = "DIRECTOR", _("客服总监")
    MANAGER = "MANAGER", _("客服经理")
    SUPERVISOR = "SUPERVISOR", _("班组长")
    AGENT = "AGENT", _("客服专员")
    INSPECTOR = "INSPECTOR", _("质检员")
    ANALYST = "ANALYST", _("数据分析员")
    TRAINER = "TRAINER", _("培训师")
    LIAISON = "LIAISON", _("部门协办人")
    SYSTEM_ADMIN = "SYSTEM_ADMIN", _("系统管理员")
    SECURITY_ADMIN = "SECURITY_ADMIN", _("安全管理员")
    AUDIT_ADMIN = "AUDIT_ADMIN", _("审计管理员")


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
LEADERS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR})
HANDLERS = LEADERS | {Role.AGENT}
OBSERVERS = frozenset({Role.INSPECTOR, Role.ANALYST, Role.TRAINER})
DIRECTORY_READERS = HANDLERS | OBSERVERS | {Role.LIAISON, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
STAFF_KEEPERS = frozenset({Role.SYSTEM_ADMIN})
GRANT_KEEPERS = frozenset({Role.SECURITY_ADMIN})
TEAM_MOVERS = frozenset({Role.SYSTEM_ADMIN}) | (LEADERS - {Role.SUPERVISOR})


def is_compatible(held: set[str], wanted: str) -> bool:
    """True when ``wanted`` may be added to the roles one person already holds (separation of administrators)."""
    together = held | {wanted}
    return len(together & ADMINISTRATORS) <= 1 and not (together & ADMINISTRATORS and together - ADMINISTRATORS)
