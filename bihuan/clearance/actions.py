"""The writes of the gate."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction

from bihuan.clearance import quiz as quizzes
from bihuan.clearance.access import access_alert, require_publisher, require_staff_of_the_vault
from bihuan.clearance.events import (
    UndertakingPublished,
    UndertakingSigned,
    VaultLimitsSet,
    VaultPaused,
    VaultResumed,
)
from bihuan.clearance.models import AlertKind, Clearance, LookKind, Undertaking, VaultAlert, VaultLimits, VaultLook
from bihuan.clearance.refusals import (
    AlertLifted,
    LiftNoteMissing,
    LimitsInvalid,
    OwnAlert,
    QuizFailed,
    QuizInvalid,
    RevealTooFast,
    SignatureDiffers,
    UndertakingNeeded,
    UndertakingOutdated,
    UndertakingTextMissing,
    VaultIsPaused,
)
from bihuan.foundation.actor import Actor
from bihuan.journal import actions as journal
from bihuan.organization.models import Staff
from bihuan.organization.roles import Role

__all__ = [
    "AlertLifted",
    "LiftNoteMissing",
    "LimitsInvalid",
    "OwnAlert",
    "QuizFailed",
    "QuizInvalid",
    "RevealTooFast",
    "SignatureDiffers",
    "UndertakingNeeded",
    "UndertakingOutdated",
    "UndertakingTextMissing",
    "UsualLooks",
    "VaultIsPaused",
    "count_look",
    "lift_alert",
    "publish_undertaking",
    "set_limits",
    "sign_undertaking",
]

ALERTS = {LookKind.FILE: AlertKind.FILES, LookKind.REVEAL: AlertKind.REVEALS, LookKind.EXPORT: AlertKind.EXPORTS}
MOST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualLooks:
    """The limits as a page sets them."""

    window_minutes: int
    files: int
    reveals: int
    exports: int
    reveals_per_minute: int


@transaction.atomic
def publish_undertaking(
    *, actor: Actor, text: str, quiz: str, pass_percent: int, valid_days: int, at: datetime
) -> Undertaking:
    """Publish the next version. Raises UndertakingTextMissing, QuizInvalid, NotAllowed."""
    staff_id = require_publisher(actor, {Role.SECURITY_ADMIN})
    if not text.strip():
        raise UndertakingTextMissing(field="text")
    try:
        questions = quizzes.read_quiz(quiz)
    except ValueError as bad:
        raise QuizInvalid(field="quiz", question=str(bad)) from None
    latest = Undertaking.objects.select_for_update().order_by("-version").first()
    undertaking = Undertaking.objects.create(
        version=latest.version + 1 if latest else 1,
        text=text.strip(),
        questions=[question.as_json() for question in questions],
        pass_percent=pass_percent,
        valid_days=valid_days,
        published_by_id=staff_id,
        published_at=at,
    )
    published = UndertakingPublished(undertaking_id=undertaking.pk, version=undertaking.version)
    journal.write(actor, published, at=at)
    return undertaking


@transaction.atomic
def sign_undertaking(
    *, actor: Actor, version: int, answers: Sequence[int | None], signature: str, at: datetime
) -> Clearance:
    """Pass the quiz and sign with one's own name; the vault is open until it expires.

    Raises UndertakingOutdated, QuizFailed, SignatureDiffers, NotAllowed.
    """
    staff_id = require_staff_of_the_vault(actor)
    undertaking = Undertaking.objects.order_by("-version").first()
    if undertaking is None or undertaking.version != version or len(answers) != len(undertaking.questions):
        raise UndertakingOutdated()
    reached = quizzes.score(undertaking.quiz, answers)
    if reached < undertaking.pass_percent:
        raise QuizFailed(score=reached, needed=undertaking.pass_percent)
    staff = Staff.objects.get(pk=staff_id)
    if " ".join(signature.split()) not in {staff.name, staff.name_en} - {""}:
        raise SignatureDiffers(field="signature")
    clearance = Clearance.objects.create(
        staff=staff,
        undertaking=undertaking,
        score=reached,
        signed_at=at,
        expires_at=at + timedelta(days=undertaking.valid_days),
    )
    signed = UndertakingSigned(staff_id=staff.pk, undertaking_id=undertaking.pk, score=reached)
    journal.write(actor, signed, at=at)
    return clearance


@transaction.atomic
def set_limits(*, actor: Actor, usual: UsualLooks, at: datetime) -> VaultLimits:
    """Say how much is still usual. Raises LimitsInvalid, NotAllowed."""
    staff_id = require_publisher(actor, {Role.SECURITY_ADMIN, Role.DIRECTOR})
    if not all(1 <= number <= MOST for number in asdict(usual).values()):
        raise LimitsInvalid()
    limits = VaultLimits.objects.create(**asdict(usual), set_by_id=staff_id, set_at=at)
    journal.write(actor, VaultLimitsSet(limits_id=limits.pk, **asdict(usual)), at=at)
    return limits


def count_look(*, actor: Actor, kind: LookKind, customer_id: int, is_decoy: bool = False, at: datetime) -> None:
    """Count a look of a member of staff in its own transaction's changes; the one that is too many raises the alert.

    The caller has asked ``require_open_vault`` and writes the journal entry of the look itself.
    Raises RevealTooFast before anything is counted.
    """
    if not actor.is_staff or actor.id is None:
        return
    limits = current_limits()
    if kind is LookKind.REVEAL and _looks(actor.id, kind, at - timedelta(minutes=1), at) >= limits.reveals_per_minute:
        raise RevealTooFast(limit=limits.reveals_per_minute)
    VaultLook.objects.create(staff_id=actor.id, kind=kind, customer_id=customer_id, at=at)
    if is_decoy:
        _raise_alert(actor, AlertKind.DECOY, 1, limits, customer_id, at)
        return
    count = _looks(actor.id, kind, at - timedelta(minutes=limits.window_minutes), at)
    if count >= limits.of(kind):
        _raise_alert(actor, ALERTS[kind], count, limits, customer_id, at)


def current_limits() -> VaultLimits:
    """The latest limits, else the usual ones."""
    return VaultLimits.objects.order_by("-id").first() or VaultLimits()


def _looks(staff_id: int, kind: LookKind, since: datetime, at: datetime) -> int:
    """Looks in a span; a file opened again and again counts once."""
    looks = VaultLook.objects.filter(staff_id=staff_id, kind=kind, at__gt=since, at__lte=at)
    return looks.values("customer_id").distinct().count() if kind is LookKind.FILE else looks.count()


def _raise_alert(
    actor: Actor, kind: AlertKind, count: int, limits: VaultLimits, customer_id: int, at: datetime
) -> None:
    staff = Staff.objects.select_for_update(of=("self",)).get(pk=actor.id or 0)
    if VaultAlert.objects.holding().filter(staff=staff).exists():
        return
    alert = VaultAlert.objects.create(
        staff=staff,
        unit_id=staff.unit_id,
        kind=kind,
        count=count,
        window_minutes=limits.window_minutes,
        customer_id=customer_id,
        raised_at=at,
    )
    paused = VaultPaused(staff_id=staff.pk, alert_id=alert.pk, kind=kind, count=count)
    journal.write(actor, paused, at=at, units=[staff.unit_id])


@transaction.atomic
def lift_alert(*, actor: Actor, alert_id: int, note: str, at: datetime) -> VaultAlert:
    """Open the vault again for somebody whose looks are explained.

    Raises AlertLifted, LiftNoteMissing, OwnAlert, NotVisible, NotAllowed.
    """
    alert = access_alert(actor, alert_id, lock=True)
    words = " ".join(note.split())
    if alert.lifted_at is not None:
        raise AlertLifted()
    if alert.staff_id == actor.id:
        raise OwnAlert()
    if not words:
        raise LiftNoteMissing(field="note")
    alert.lifted_by_id, alert.lifted_at, alert.lift_note = actor.id, at, words[:300]
    alert.save(update_fields=["lifted_by", "lifted_at", "lift_note"])
    resumed = VaultResumed(staff_id=alert.staff_id, alert_id=alert.pk)
    journal.write(actor, resumed, at=at, units=[alert.unit_id])
    return alert
