"""Who speaks for a customer."""

from bihuan.customers.queries import may_edit
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible


def require_voice(actor: Actor, customer_id: int) -> None:
    """The customer, or a colleague who may edit files. Raises NotVisible, NotAllowed."""
    if actor.is_customer:
        if actor.id != customer_id:
            raise NotVisible()
    elif not actor.is_staff or not may_edit(actor):
        raise NotAllowed()
