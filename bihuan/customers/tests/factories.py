"""Actors and customers for the tests of the vault. All data is invented."""

from datetime import UTC, datetime

from bihuan.customers.actions import CustomerDraft, register_customer
from bihuan.customers.models import Customer
from bihuan.foundation.actor import Actor, ActorKind, Grant, Via

AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
CASE_ID = 128
TEAM_ID = 7
PHONE = "13800001234"
ADDRESS = "北京市海淀区中关村大街1号2单元301室"


def staff(name: str, role: str, staff_id: int = 11) -> Actor:
    """A colleague with one role over one team."""
    return Actor(
        kind=ActorKind.STAFF, id=staff_id, name=name, grants=(Grant(role=role, unit_ids=frozenset({TEAM_ID})),)
    )


LIN = staff("林晓", "AGENT")
WEI = staff("韦敏", "SUPERVISOR", 12)
INSPECTOR = staff("何静", "INSPECTOR", 13)
XU = staff("徐刚", "LIAISON", 14)
ANALYST = staff("安然", "ANALYST", 15)
ADMIN = staff("管维", "SYSTEM_ADMIN", 16)
PORTAL = Actor(kind=ActorKind.CUSTOMER, id=None, name="", via=Via.PORTAL)
MAIL_JOB = Actor.system("mail")


def zhao(**changes: object) -> Customer:
    """Zhao, a customer with a phone, a mail address and a postal address."""
    details = {"name": "赵晓云", "phones": [PHONE], "emails": ["zhao.xiaoyun@example.com"], "addresses": [ADDRESS]}
    return register_customer(actor=LIN, draft=CustomerDraft(**{**details, **changes}), at=AT)  # type: ignore[arg-type]
