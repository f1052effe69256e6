"""Bearer tokens become actors: the person's grants, narrowed to the token's scopes."""

import dataclasses

from django.http import HttpRequest
from ninja.security import HttpBearer

from bihuan.api.actions import digest_token
from bihuan.api.models import ApiToken
from bihuan.foundation.actor import Actor, Via
from bihuan.foundation.errors import NotAllowed
from bihuan.foundation.moment import now
from bihuan.organization.queries import actor_for


class TokenAuth(HttpBearer):
    """Authenticates ``Authorization: Bearer bhn_…``."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        at = now()
        found = ApiToken.objects.select_related("staff").filter(digest=digest_token(token)).first()
        if found is None or not found.is_valid(at) or not found.staff.is_active:
            return None
        actor = actor_for(found.staff, at=at, via=Via.API)
        return dataclasses.replace(actor, scopes=frozenset(found.scopes))


def require_scope(actor: Actor, scope: str) -> None:
    """Raise NotAllowed when the token was not issued for this."""
    if actor.scopes is not None and scope not in actor.scopes:
        raise NotAllowed()
