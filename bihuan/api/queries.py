"""Reads of API tokens."""

from bihuan.api.models import ApiToken
from bihuan.api.scopes import SCOPES
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed
from bihuan.organization.roles import STAFF_KEEPERS

__all__ = ["SCOPES", "list_tokens", "require_keeper"]


def require_keeper(actor: Actor) -> None:
    """Raise NotAllowed for whoever does not keep the staff."""
    if not actor.is_system and not actor.units(STAFF_KEEPERS):
        raise NotAllowed()


def list_tokens(*, actor: Actor, limit: int = 200) -> list[ApiToken]:
    """The newest tokens with their people, for whoever keeps the staff. Raises NotAllowed."""
    require_keeper(actor)
    return list(ApiToken.objects.select_related("staff").order_by("-issued_at", "-pk")[:limit])
