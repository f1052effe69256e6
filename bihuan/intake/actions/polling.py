"""Reading a mailbox so that a crash at any point loses nothing and doubles nothing.

A mail's row, its message and the step past its UID are one transaction; the mailbox is only marked afterwards. What
was fetched equals what was received, known, automatic and quarantined: the journal keeps the sum of every poll.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from bihuan.foundation.actor import Actor
from bihuan.intake.access import MAIL_KEEPERS, require_role
from bihuan.intake.actions.mail import MailReceipt, Origin, quarantine_unfetched_mail, receive_mail
from bihuan.intake.events import MailboxPolled, MailboxRenumbered
from bihuan.intake.models import Mail, MailboxState
from bihuan.journal import actions as journal
from bihuan.mail.mailbox import Mailbox
from bihuan.mail.parsing import LIMIT_BYTES
from bihuan.mail.reasons import MailOutcome

# How far back the daily reconciliation looks for mails that no poll has seen.
LOOK_BACK = timedelta(days=3)
LOCK_SPACE = 0x6D61696C  # "mail"


@dataclass(frozen=True, kw_only=True)
class PollReport:
    """The sum of one poll: ``fetched`` = received + duplicate + automatic + quarantined."""

    fetched: int = 0
    received: int = 0
    duplicate: int = 0
    automatic: int = 0
    quarantined: int = 0
    is_busy: bool = False


def poll_mailbox(
    *,
    actor: Actor,
    mailbox: Mailbox,
    at: datetime,
    reconcile: bool = False,
    report: Callable[[str], None] = lambda outcome: None,
) -> PollReport:
    """Take in what is new in a mailbox; ``reconcile`` compares the last days UID by UID instead of going on.

    Does nothing while another process reads the same mailbox. Raises NotAllowed, MailboxUnavailable.
    """
    require_role(actor, MAIL_KEEPERS)
    state = _state_of(actor, mailbox, at)
    with _alone(state.pk) as is_alone:
        if not is_alone:
            return PollReport(is_busy=True)
        tally: Counter[str] = Counter()
        try:
            state.refresh_from_db()
            uids = mailbox.uids_since((at - LOOK_BACK).date()) if reconcile else mailbox.uids_above(state.last_uid)
            for outcome in _take_in(actor, state, mailbox, _unknown(state, uids), at):
                tally[outcome] += 1
                report(outcome)
        finally:
            result = _sum_up(tally)
            _finish(actor, state, result, at)
    return result


@transaction.atomic
def skip_mailbox(*, actor: Actor, mailbox: Mailbox, at: datetime) -> int:
    """Begin after what is in the mailbox now: for a mailbox with a past. Returns the UID it begins after."""
    require_role(actor, MAIL_KEEPERS)
    state = _state_of(actor, mailbox, at)
    state.last_uid = max([*mailbox.uids_above(state.last_uid), state.last_uid])
    state.save(update_fields=["last_uid"])
    journal.write(actor, MailboxRenumbered(mailbox_id=state.pk, last_uid=state.last_uid), at=at)
    return state.last_uid


def _sum_up(tally: Counter[str]) -> PollReport:
    return PollReport(
        fetched=tally.total(),
        received=tally[MailOutcome.RECEIVED],
        duplicate=tally[MailOutcome.DUPLICATE],
        automatic=tally[MailOutcome.AUTOMATIC],
        quarantined=tally[MailOutcome.QUARANTINED],
    )


def _take_in(actor: Actor, state: MailboxState, mailbox: Mailbox, uids: list[int], at: datetime) -> Iterator[str]:
    """One mail after the other, each in its own transaction; yields outcomes."""
    sizes = mailbox.sizes(uids)
    taken: list[int] = []
    try:
        for uid in uids:
            origin = Origin(mailbox_id=state.pk, uid_validity=mailbox.uid_validity, uid=uid)
            receipt = _take_one(actor, mailbox, origin, sizes.get(uid, 0), at)
            if receipt is None:  # somebody removed it meanwhile
                continue
            taken.append(uid)
            yield receipt.outcome
    finally:
        mailbox.mark_seen(taken)


def _take_one(actor: Actor, mailbox: Mailbox, origin: Origin, size: int, at: datetime) -> MailReceipt | None:
    """Take one mail in, unread when it is too large to fetch; None when it is gone."""
    if size > LIMIT_BYTES:
        return quarantine_unfetched_mail(actor=actor, origin=origin, size=size, at=at)
    raw = mailbox.fetch(origin.uid)
    return None if raw is None else receive_mail(actor=actor, raw=raw, origin=origin, at=at)


def _unknown(state: MailboxState, uids: list[int]) -> list[int]:
    """Those that are not accounted for yet."""
    known = Mail.objects.filter(mailbox=state, uid_validity=state.uid_validity, uid__in=uids)
    return sorted(set(uids) - set(known.values_list("uid", flat=True)))


@transaction.atomic
def _state_of(actor: Actor, mailbox: Mailbox, at: datetime) -> MailboxState:
    """The mailbox's row. New UIDs (RFC 3501, 2.3.1.1) mean reading from the start: known mails count as duplicates."""
    MailboxState.objects.get_or_create(address=mailbox.label, defaults={"uid_validity": mailbox.uid_validity})
    state = MailboxState.objects.select_for_update().get(address=mailbox.label)
    if state.uid_validity != mailbox.uid_validity:
        state.uid_validity, state.last_uid = mailbox.uid_validity, 0
        state.save(update_fields=["uid_validity", "last_uid"])
        journal.write(actor, MailboxRenumbered(mailbox_id=state.pk, last_uid=0), at=at)
    return state


@transaction.atomic
def _finish(actor: Actor, state: MailboxState, result: PollReport, at: datetime) -> None:
    MailboxState.objects.filter(pk=state.pk).update(polled_at=at)
    if result.fetched:
        counts = {name: count for name, count in asdict(result).items() if name != "is_busy"}
        journal.write(actor, MailboxPolled(mailbox_id=state.pk, **counts), at=at)


@contextmanager
def _alone(mailbox_id: int) -> Iterator[bool]:
    """A lock of this session on the mailbox: it ends with the process, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, mailbox_id])
        (is_alone,) = cursor.fetchone()
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, mailbox_id])
