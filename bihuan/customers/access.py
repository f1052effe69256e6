"""Who may look into the vault. Customers belong to the whole company: a role counts whatever its unit."""

from datetime import datetime
from enum import StrEnum

from bihuan.clearance.queries import require_open_vault
from bihuan.customers.models import Customer
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.organization.roles import HANDLERS, LEADERS, Role


class CustomerPermission(StrEnum):
    SEE = "see"  # masked name and region
    PLANT = "plant"  # decoys
    SEE_CONTACTS = "see_contacts"  # masked phones, mail and postal addresses
    FIND = "find"
    EDIT = "edit"
    REVEAL = "reveal"
    MERGE = "merge"
    MERGE_ON_DOUBT = "merge_on_doubt"  # on weak evidence or none
    ERASE = "erase"


READERS = HANDLERS | {Role.INSPECTOR}
ROLES: dict[CustomerPermission, frozenset[str]] = {
    CustomerPermission.SEE: READERS | {Role.LIAISON},
    CustomerPermission.SEE_CONTACTS: READERS,
    CustomerPermission.PLANT: frozenset({Role.SECURITY_ADMIN}),
    CustomerPermission.FIND: HANDLERS,
    CustomerPermission.EDIT: HANDLERS,
    CustomerPermission.REVEAL: HANDLERS,
    CustomerPermission.MERGE: HANDLERS,
    CustomerPermission.MERGE_ON_DOUBT: LEADERS,
    CustomerPermission.ERASE: LEADERS,
}


# what would make an erased entry somebody again
WRITES = {CustomerPermission.EDIT, CustomerPermission.MERGE, CustomerPermission.MERGE_ON_DOUBT}
# of a look or a merge it must be known who did it
PERSONS_ONLY = {CustomerPermission.REVEAL, CustomerPermission.MERGE, CustomerPermission.MERGE_ON_DOUBT}


def may(actor: Actor, permission: CustomerPermission) -> bool:
    """True when the actor holds a role for it. What a person must answer for, no job may do."""
    if actor.is_system:
        return permission not in PERSONS_ONLY
    return actor.is_staff and bool(actor.units(ROLES[permission]))


def require(actor: Actor, permission: CustomerPermission) -> None:
    """Raise NotVisible when the actor may see no customer at all, NotAllowed when only this is missing."""
    if not may(actor, CustomerPermission.SEE):
        raise NotVisible()
    if not may(actor, permission):
        raise NotAllowed()


def require_planter(actor: Actor) -> None:
    """Decoys are the security administrator's, who sees no customer otherwise. Raises NotAllowed."""
    if not may(actor, CustomerPermission.PLANT) or actor.is_system:
        raise NotAllowed()


def require_entry(actor: Actor, permission: CustomerPermission, at: datetime) -> None:
    """As require, and the vault is open for this person now: undertaking signed, no alarm.

    Raises NotVisible, NotAllowed, UndertakingNeeded, VaultIsPaused.
    """
    require(actor, permission)
    require_open_vault(actor, at)


def require_register(actor: Actor) -> None:
    """Customers and jobs register at the door, staff need the right to edit; raises NotAllowed."""
    if actor.is_staff and not may(actor, CustomerPermission.EDIT):
        raise NotAllowed()


def access_customer(actor: Actor, customer_id: int, *, to: CustomerPermission, lock: bool = False) -> Customer:
    """The customer, for an actor who may do this; raises NotVisible, NotAllowed."""
    require(actor, to)
    customers = Customer.objects.select_for_update() if lock else Customer.objects.all()
    customer = customers.filter(pk=customer_id).first()
    if customer is None or (customer.erased_at is not None and to in WRITES):
        raise NotVisible()
    return customer
