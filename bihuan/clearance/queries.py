"""The reads of the gate."""

from dataclasses import dataclass

from bihuan.clearance.access import LIFTERS, require_publisher
from bihuan.clearance.actions import current_limits
from bihuan.clearance.gate import require_open_vault
from bihuan.clearance.models import WATCHERS, Clearance, Undertaking, VaultAlert, VaultLimits
from bihuan.foundation.actor import Actor
from bihuan.foundation.paging import KeysetPage, page_by_key
from bihuan.organization.queries import require_role
from bihuan.organization.roles import Role

__all__ = [
    "Radar",
    "clearance_of",
    "current_limits",
    "latest_undertaking",
    "radar",
    "require_open_vault",
    "undertaking_to_edit",
]


@dataclass(frozen=True, slots=True)
class Radar:
    """What those who watch over the vault see."""

    page: KeysetPage[VaultAlert]
    limits: VaultLimits
    undertaking: Undertaking | None
    may_lift: bool
    may_set_limits: bool
    may_publish: bool


def latest_undertaking() -> Undertaking | None:
    """What is to be signed now; None before the first version."""
    return Undertaking.objects.order_by("-version").first()


def undertaking_to_edit(actor: Actor) -> Undertaking | None:
    """The latest version for whoever writes the next. Raises NotAllowed."""
    require_publisher(actor, {Role.SECURITY_ADMIN})
    return latest_undertaking()


def clearance_of(actor: Actor) -> Clearance | None:
    """The person's clearance that lasts longest, valid or not."""
    held = Clearance.objects.filter(staff_id=actor.id or 0).select_related("undertaking")
    return held.order_by("-expires_at").first()


def radar(actor: Actor, *, after: str | None = None, limit: int = 50) -> Radar:
    """Alerts about people of the actor's units, newest first. Raises NotAllowed."""
    require_role(actor, frozenset(WATCHERS))
    alerts = VaultAlert.objects.visible_to(actor).select_related("staff", "unit", "lifted_by")
    return Radar(
        page=page_by_key(alerts, order=("-id",), after=after, limit=limit),
        limits=current_limits(),
        undertaking=latest_undertaking(),
        may_lift=bool(actor.units(LIFTERS)),
        may_set_limits=bool(actor.units({Role.SECURITY_ADMIN, Role.DIRECTOR})),
        may_publish=bool(actor.units({Role.SECURITY_ADMIN})),
    )
