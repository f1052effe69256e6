"""Who works at the rights desk: those who answer customers take down and check identity, leaders decide."""

from bihuan.organization.roles import HANDLERS, LEADERS, Role

TAKERS = HANDLERS
DECIDERS = LEADERS
READERS = HANDLERS | {Role.AUDIT_ADMIN}
