"""Who speaks for a customer, and who keeps the record of processing."""

from bihuan.customers.queries import may_edit
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.organization.roles import Role

RECORD_WRITERS = frozenset({Role.SECURITY_ADMIN})
RECORD_READERS = RECORD_WRITERS | {Role.AUDIT_ADMIN, Role.MANAGER, Role.DIRECTOR}


def require_voice(actor: Actor, customer_id: int) -> None:
    """The customer, or a colleague who may edit files. Raises NotVisible, NotAllowed."""
    if actor.is_customer:
        if actor.id != customer_id:
            raise NotVisible()
    elif not actor.is_staff or not may_edit(actor):
        raise NotAllowed()


def may_read_records(actor: Actor) -> bool:
    """True for those who answer for the data."""
    return actor.is_staff and bool(actor.units(RECORD_READERS))


def may_write_records(actor: Actor) -> bool:
    """True for who keeps the record."""
    return actor.is_staff and bool(actor.units(RECORD_WRITERS))


def require_record_reader(actor: Actor) -> None:
    """Raises NotAllowed."""
    if not may_read_records(actor):
        raise NotAllowed()


def require_record_writer(actor: Actor) -> int:
    """Who it is. Raises NotAllowed."""
    if not may_write_records(actor) or actor.id is None:
        raise NotAllowed()
    return actor.id
