"""Who agrees with others about customers' data, and who gives it. Deny by default."""

from enum import StrEnum

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.organization.roles import Role
from bihuan.sharing.models import SharingAgreement


class SharingPermission(StrEnum):
    SEE = "see"
    DRAFT = "draft"
    APPROVE = "approve"
    SHARE = "share"


DRAFTERS = frozenset({Role.MANAGER, Role.DIRECTOR, Role.SECURITY_ADMIN})
ROLES: dict[SharingPermission, frozenset[str]] = {
    SharingPermission.SEE: DRAFTERS | {Role.AUDIT_ADMIN},
    SharingPermission.DRAFT: DRAFTERS,
    SharingPermission.APPROVE: frozenset({Role.DIRECTOR, Role.SECURITY_ADMIN}),
    # the administrators see no customers
    SharingPermission.SHARE: frozenset({Role.MANAGER, Role.DIRECTOR}),
}


def may(actor: Actor, permission: SharingPermission) -> bool:
    """True when the actor holds a role for it."""
    return actor.is_staff and bool(actor.units(ROLES[permission]))


def require(actor: Actor, permission: SharingPermission) -> int:
    """Who it is: a person answers for every share. Raises NotAllowed."""
    if not may(actor, permission) or actor.id is None:
        raise NotAllowed()
    return actor.id


def access_agreement(actor: Actor, agreement_id: int, *, to: SharingPermission) -> SharingAgreement:
    """The agreement, locked. Raises NotAllowed, NotVisible."""
    require(actor, to)
    rows = SharingAgreement.objects.select_for_update(of=("self",)).select_related("department")
    agreement = rows.filter(pk=agreement_id).first()
    if agreement is None:
        raise NotVisible()
    return agreement
