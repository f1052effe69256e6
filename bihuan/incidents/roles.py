"""Which roles see incidents, and which lead them."""

from bihuan.organization.roles import HANDLERS, LEADERS, OBSERVERS, Role

READERS = HANDLERS | OBSERVERS | {Role.LIAISON, Role.AUDIT_ADMIN}
OPERATORS = LEADERS
