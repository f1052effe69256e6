"""Publishing a row of the time limits. Rows are replaced, never changed: promises keep the row they were given."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bihuan.calendar.models import Calendar
from bihuan.calendar.queries import work_calendar
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed
from bihuan.journal.actions import write
from bihuan.organization.roles import Role
from bihuan.promises.errors import PolicyInvalid
from bihuan.promises.events import PolicyPublished
from bihuan.promises.models import PromiseKind, PromisePolicy

PUBLISHERS = frozenset({Role.SYSTEM_ADMIN, Role.DIRECTOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow:
    """A row to publish. ``priority`` and ``division_id`` None mean all."""

    case_kind: str
    kind: PromiseKind
    minutes: int
    text: str
    source: str
    calendar_code: str = "SERVICE"
    priority: int | None = None
    division_id: int | None = None
    risk_percent: int = 75
    text_en: str = ""


@transaction.atomic
def publish_policy(*, actor: Actor, row: PolicyRow, at: datetime) -> PromisePolicy:
    """Publish a row and close the one it replaces. Raises NotAllowed, PolicyInvalid, CalendarUnknown."""
    if not (actor.is_system or actor.units(PUBLISHERS)):
        raise NotAllowed()
    _require_valid(row)
    work_calendar(row.calendar_code)
    same_row = {
        "case_kind": row.case_kind,
        "kind": row.kind,
        "priority": row.priority,
        "division_id": row.division_id,
    }
    before = PromisePolicy.objects.current().filter(**same_row).select_for_update().first()
    if before is not None:
        before.replaced_at = at
        before.save(update_fields=["replaced_at"])
    policy = PromisePolicy.objects.create(
        **same_row,
        minutes=row.minutes,
        calendar=Calendar.objects.get(code=row.calendar_code),
        risk_percent=row.risk_percent,
        text=row.text.strip(),
        text_en=row.text_en.strip(),
        source=row.source.strip(),
        number=before.number + 1 if before else 1,
        published_at=at,
        published_by=actor.name,
    )
    _journal(actor, policy, before, at)
    return policy


def _require_valid(row: PolicyRow) -> None:
    valid = {
        "minutes": row.minutes > 0,
        "risk_percent": 1 <= row.risk_percent <= 99,
        "text": bool(row.text.strip()),
        "source": bool(row.source.strip()),
    }
    for field, is_valid in valid.items():
        if not is_valid:
            raise PolicyInvalid(field=field)


def _journal(actor: Actor, policy: PromisePolicy, before: PromisePolicy | None, at: datetime) -> None:
    entry = PolicyPublished(
        policy_id=policy.pk,
        replaces=before.pk if before else None,
        case_kind=policy.case_kind,
        kind=policy.kind,
        priority=policy.priority,
        division_id=policy.division_id,
        minutes_before=before.minutes if before else None,
        minutes_after=policy.minutes,
    )
    write(actor, entry, at=at, division_id=policy.division_id)
