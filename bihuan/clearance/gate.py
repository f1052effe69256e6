"""Whether the vault is open for somebody right now, in one round trip."""

from datetime import datetime

from django.db import connection

from bihuan.clearance.refusals import UndertakingNeeded, VaultIsPaused
from bihuan.foundation.actor import Actor

GATE = """
    SELECT EXISTS (SELECT 1 FROM clearance_vaultalert WHERE staff_id = %(staff)s AND lifted_at IS NULL),
           EXISTS (SELECT 1 FROM clearance_undertaking)
           AND NOT EXISTS (SELECT 1 FROM clearance_clearance WHERE staff_id = %(staff)s AND expires_at > %(at)s)
"""


def require_open_vault(actor: Actor, at: datetime) -> None:
    """Jobs and customers have their own rules; staff need a valid undertaking and no alarm against them.

    One query. Raises UndertakingNeeded, VaultIsPaused.
    """
    if not actor.is_staff:
        return
    with connection.cursor() as cursor:
        cursor.execute(GATE, {"staff": actor.id, "at": at})
        is_paused, is_unsigned = cursor.fetchone()
    if is_paused:
        raise VaultIsPaused()
    if is_unsigned:
        raise UndertakingNeeded()
