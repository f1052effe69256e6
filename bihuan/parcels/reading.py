"""What a journey says about what went wrong: candidates with their reasons, for a person to confirm.

Pure. Rules: the 2023 order on the express market, art. 28 (no sign-off, locker or station without the user's consent);
domain facts, 9.2. Scans come late and out of order, so they are sorted by the moment they tell of.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.carriers.scans import ENDS, SIGN_OFFS, Scan, ScanCode


class Trouble(models.TextChoices):
    """In the order of gravity: the first one found is the category proposed."""

    LOSS = "LOSS", _("疑似丢失")
    DAMAGE = "DAMAGE", _("疑似损毁")
    FALSE_SIGN_OFF = "FALSE_SIGN_OFF", _("疑似虚假签收")
    STRANDED = "STRANDED", _("疑似滞留")
    DELAY = "DELAY", _("疑似延误")


# codes of the type tree of cases
CATEGORY = {
    Trouble.LOSS: "LOSS",
    Trouble.DAMAGE: "DAMAGE",
    Trouble.FALSE_SIGN_OFF: "DELIVERY",
    Trouble.STRANDED: "DELAY",
    Trouble.DELAY: "DELAY",
}


class Why(StrEnum):
    """The rule that spoke."""

    REPORTED_LOST = "REPORTED_LOST"
    DEEMED_LOST = "DEEMED_LOST"
    REPORTED_DAMAGED = "REPORTED_DAMAGED"
    NO_CONSENT = "NO_CONSENT"
    MOVED_AFTER_SIGN_OFF = "MOVED_AFTER_SIGN_OFF"
    REPORTED_HELD = "REPORTED_HELD"
    NOT_LEFT_HUB = "NOT_LEFT_HUB"
    QUIET = "QUIET"
    REPORTED_SILENT = "REPORTED_SILENT"
    PAST_PROMISE = "PAST_PROMISE"


SENTENCES = {
    Why.REPORTED_LOST: _("承运人在{place}报了遗失。"),
    Why.DEEMED_LOST: _("超过承诺时间 {days} 天仍没有送到，按彻底延误视同丢失。"),
    Why.REPORTED_DAMAGED: _("{place}报了破损。"),
    Why.NO_CONSENT: _("{code}，但此前没有收件人同意的记录。"),
    Why.MOVED_AFTER_SIGN_OFF: _("登记签收之后，又有「{code}」的记录。"),
    Why.REPORTED_HELD: _("{place}报了滞留。"),
    Why.NOT_LEFT_HUB: _("到达{place}后 {hours} 小时没有发出。"),
    Why.QUIET: _("{hours} 小时没有新的动态。"),
    Why.REPORTED_SILENT: _("承运人报超时未更新。"),
    Why.PAST_PROMISE: _("比承诺时间晚了 {hours} 小时。"),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Company values, not law: the standard's own numbers differ by edition (domain facts, 1.3)."""

    quiet_after: timedelta = timedelta(hours=48)
    stranded_after: timedelta = timedelta(hours=24)
    deemed_lost_after: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Finding:
    """One candidate: what, why, and the scan that shows it (None when it is the silence that shows it)."""

    trouble: Trouble
    why: Why
    scan: Scan | None
    at: datetime
    span: timedelta = timedelta()

    @property
    def category(self) -> str:
        return CATEGORY[self.trouble]

    @property
    def sentence(self) -> str:
        """The reason in words."""
        hours = int(self.span.total_seconds() // 3600)
        place = (self.scan and self.scan.place) or str(_("途中"))
        code = self.scan.code.label if self.scan else ""
        return str(SENTENCES[self.why]).format(place=place, code=code, hours=hours, days=self.span.days)


MOVES = frozenset({ScanCode.ARRIVED, ScanCode.DEPARTED, ScanCode.IN_TRANSIT, ScanCode.COLLECTED})
AFTER_SIGN_OFF = MOVES | {ScanCode.DELIVERING, ScanCode.AT_STATION}
NEEDS_CONSENT = frozenset({ScanCode.SIGNED_PROXY, ScanCode.SIGNED_STATION, ScanCode.AT_STATION})
# notes beside the journey: they neither move a parcel nor end its silence at a hub
NOTES = frozenset({ScanCode.UNKNOWN, ScanCode.SILENT, ScanCode.CONSENTED})


def in_order(scans: Sequence[Scan]) -> list[Scan]:
    """By the moment they tell of, then as they arrived; each only once."""
    return sorted({scan.identity: scan for scan in reversed(scans)}.values(), key=lambda scan: scan.at)


def read_journey(
    scans: Sequence[Scan], *, at: datetime, promised_at: datetime | None = None, rules: Rules | None = None
) -> list[Finding]:
    """All candidates at a moment, the gravest first."""
    journey = [scan for scan in in_order(scans) if scan.at <= at]
    if not journey:
        return []
    values = rules or Rules()
    found = [
        *_losses(journey, at, promised_at, values),
        *_damages(journey),
        *_false_sign_offs(journey),
        *_strandings(journey, at, values),
        *_delays(journey, at, promised_at, values),
    ]
    if any(finding.trouble is Trouble.STRANDED for finding in found):
        found = [finding for finding in found if finding.why is not Why.QUIET]
    gravity = list(Trouble)
    return sorted(found, key=lambda finding: gravity.index(finding.trouble))


def has_ended(journey: Sequence[Scan]) -> bool:
    """True when the last scan that moves a parcel signs it off, returns or cancels it."""
    moving = [scan for scan in journey if scan.code not in NOTES]
    return bool(moving) and moving[-1].code in ENDS


def _losses(journey: list[Scan], at: datetime, promised_at: datetime | None, rules: Rules) -> Iterator[Finding]:
    for scan in journey:
        if scan.code is ScanCode.LOST:
            yield Finding(Trouble.LOSS, Why.REPORTED_LOST, scan, scan.at)
    if promised_at and not has_ended(journey) and at - promised_at >= rules.deemed_lost_after:
        yield Finding(Trouble.LOSS, Why.DEEMED_LOST, None, at, at - promised_at)


def _damages(journey: list[Scan]) -> Iterator[Finding]:
    for scan in journey:
        if scan.code is ScanCode.DAMAGED:
            yield Finding(Trouble.DAMAGE, Why.REPORTED_DAMAGED, scan, scan.at)


def _false_sign_offs(journey: list[Scan]) -> Iterator[Finding]:
    """Without consent, unless the recipient came for it afterwards; or a sign-off before the parcel was there."""
    signed: Scan | None = None
    consented = False
    for position, scan in enumerate(journey):
        consented = consented or scan.code is ScanCode.CONSENTED
        taken_later = any(later.code is ScanCode.SIGNED_SELF for later in journey[position + 1 :])
        if scan.code in NEEDS_CONSENT and not consented and not taken_later:
            yield Finding(Trouble.FALSE_SIGN_OFF, Why.NO_CONSENT, scan, scan.at)
        if signed and scan.code in AFTER_SIGN_OFF:
            yield Finding(Trouble.FALSE_SIGN_OFF, Why.MOVED_AFTER_SIGN_OFF, scan, scan.at)
            signed = None
        elif scan.code in SIGN_OFFS:
            signed = scan
        elif scan.code in (ScanCode.RETURNING, ScanCode.RETURNED):
            signed = None


def _strandings(journey: list[Scan], at: datetime, rules: Rules) -> Iterator[Finding]:
    last = next((scan for scan in reversed(journey) if scan.code not in NOTES), None)
    if last is None:
        return
    waited = at - last.at
    if last.code is ScanCode.HELD:
        yield Finding(Trouble.STRANDED, Why.REPORTED_HELD, last, last.at, waited)
    elif last.code is ScanCode.ARRIVED and waited >= rules.stranded_after:
        yield Finding(Trouble.STRANDED, Why.NOT_LEFT_HUB, last, last.at, waited)


def _delays(journey: list[Scan], at: datetime, promised_at: datetime | None, rules: Rules) -> Iterator[Finding]:
    ended = has_ended(journey)
    last = journey[-1]
    if last.code is ScanCode.SILENT:
        yield Finding(Trouble.DELAY, Why.REPORTED_SILENT, last, last.at)
    elif not ended and at - last.at >= rules.quiet_after:
        yield Finding(Trouble.DELAY, Why.QUIET, last, last.at, at - last.at)
    reached = next((scan.at for scan in reversed(journey) if scan.code in ENDS), at) if ended else at
    if promised_at and reached > promised_at:
        yield Finding(Trouble.DELAY, Why.PAST_PROMISE, None, reached, reached - promised_at)
