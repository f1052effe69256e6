"""The acceptance test of mail: a thousand odd mails, each accounted for, none looped, none doubled."""

from collections import Counter
from itertools import islice

import pytest

from bihuan.intake.actions import deliver_message, send_notice
from bihuan.intake.models import Mail, Message, Quarantine
from bihuan.intake.tests.factories import AT, POSTMAN, take
from bihuan.intake.tests.odd_mails import odd_mails
from bihuan.journal.models import StoredEntry
from bihuan.mail.reasons import MailOutcome

COUNT = 1000


def received_entries() -> list[int]:
    rows = StoredEntry.objects.filter(code="message.received").values_list("payload", flat=True)
    return [payload["message_id"] for payload in rows]


@pytest.mark.django_db
@pytest.mark.feature("3.4")
def test_a_thousand_odd_mails_are_all_accounted_for(mailoutbox):
    outcomes: Counter[str] = Counter()
    surprises = []
    for odd in odd_mails(COUNT):
        receipt = take(odd.raw)
        outcomes[receipt.outcome] += 1
        if odd.expected not in ("any", str(receipt.outcome).lower()):
            surprises.append((odd.kind, odd.expected, receipt.outcome, receipt.reason))
        if receipt.outcome == MailOutcome.RECEIVED and receipt.mail_id % 5 == 0:
            notify(receipt.message_id)
    assert surprises == []

    assert outcomes.total() == Mail.objects.count() == COUNT
    assert set(outcomes) == set(MailOutcome)
    # None doubled: one message and one entry for each mail that was received.
    own = Mail.objects.filter(outcome=MailOutcome.RECEIVED).values_list("message_id", flat=True)
    assert len(set(own)) == outcomes[MailOutcome.RECEIVED] == len(received_entries())
    # None lost: whatever is not a message and not a repetition is kept as it came.
    kept = Mail.objects.exclude(outcome=MailOutcome.DUPLICATE)
    assert all(len(mail.raw) == mail.size for mail in kept)
    assert Quarantine.objects.count() == outcomes[MailOutcome.QUARANTINED]

    # None looped: our own notices that come back, and mails that come once more, cause nothing.
    messages = Message.objects.count()
    for sent in mailoutbox:
        assert take(sent.message().as_bytes()).outcome == MailOutcome.AUTOMATIC
    again = {take(odd.raw).outcome for odd in islice(odd_mails(COUNT), 0, COUNT, 5)}
    assert again == {MailOutcome.DUPLICATE}
    assert (Message.objects.count(), len(received_entries())) == (messages, outcomes[MailOutcome.RECEIVED])


def notify(message_id: int) -> None:
    """What a receipt by mail does after every message."""
    conversation_id = Message.objects.values_list("conversation_id", flat=True).get(pk=message_id)
    notice = send_notice(actor=POSTMAN, conversation_id=conversation_id, notice="RECEIPT", body="已受理", at=AT)
    deliver_message(actor=POSTMAN, message_id=notice.pk, at=AT)


def test_the_same_seed_makes_the_same_mails():
    assert [odd.raw for odd in odd_mails(200)] == [odd.raw for odd in odd_mails(200)]
