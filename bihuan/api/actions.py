"""Issue and revoke API tokens."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.api.events import TokenIssued, TokenRevoked
from bihuan.api.models import ApiToken
from bihuan.api.scopes import SCOPES
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotVisible
from bihuan.journal.actions import write
from bihuan.organization.queries import access_staff
from bihuan.organization.roles import STAFF_KEEPERS

LIFETIME = timedelta(days=365)
PREFIX_LENGTH = 10


class ScopeUnknown(Invalid):
    code = "scope_unknown"
    sentence = _("没有这个权限范围：{scope}。")


def digest_token(token: str) -> bytes:
    """What is stored of a token. It has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def issue_token(
    *, actor: Actor, staff_id: int, name: str, scopes: Collection[str], lifetime: timedelta = LIFETIME, at: datetime
) -> tuple[ApiToken, str]:
    """Issue a token in the name of a person; the clear token is returned once. Raises ScopeUnknown, NotAllowed."""
    staff = access_staff(actor, staff_id, roles=STAFF_KEEPERS)
    for scope in scopes:
        if scope not in SCOPES:
            raise ScopeUnknown(field="scopes", scope=scope)
    clear = f"bhn_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        staff=staff,
        name=name,
        prefix=clear[:PREFIX_LENGTH],
        digest=digest_token(clear),
        scopes=sorted(scopes),
        issued_at=at,
        expires_at=at + lifetime,
    )
    issued = TokenIssued(token_id=token.pk, staff_id=staff.pk, scopes=tuple(token.scopes))
    write(actor, issued, at=at, units=(staff.unit_id,))
    return token, clear


@transaction.atomic
def revoke_token(*, actor: Actor, token_id: int, at: datetime) -> ApiToken:
    """End a token at once."""
    token = ApiToken.objects.select_for_update().filter(pk=token_id).first()
    if token is None:
        raise NotVisible()
    staff = access_staff(actor, token.staff_id, roles=STAFF_KEEPERS)
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    write(actor, TokenRevoked(token_id=token.pk, staff_id=staff.pk), at=at, units=(staff.unit_id,))
    return token
