"""What people decide about mails that were set aside."""

import pytest

from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.intake import queries
from bihuan.intake.actions import (
    AlreadyDecided,
    NothingToRelease,
    Origin,
    dismiss_mail,
    quarantine_unfetched_mail,
    release_mail,
)
from bihuan.intake.models import MailboxState, Message, Quarantine
from bihuan.intake.tests.factories import AT, LIN, POSTMAN, SUN, WEI, mail, take
from bihuan.journal.models import StoredEntry
from bihuan.mail.reasons import MailOutcome

pytestmark = pytest.mark.django_db

GARBLED = "没有信头的一封信，请联系 wang@mail.example 或 13800001234".encode("gb18030")


def test_a_waiting_mail_is_seen_with_masks_and_reason():
    take(GARBLED)
    (shown,) = queries.list_quarantine(WEI).items
    assert shown.reason and "没有信头" in shown.preview
    assert "13800001234" not in shown.preview and "wang@" not in shown.preview + shown.sender
    assert shown.sender == "w***@mail.example"


def test_a_released_mail_becomes_a_message_as_far_as_it_can_be_read():
    receipt = take(GARBLED)
    message = release_mail(actor=WEI, mail_id=receipt.mail_id, at=AT)
    assert "没有信头的一封信" in message.body and "13800001234" not in message.body
    item = Quarantine.objects.get()
    assert (item.state, item.decided_by_name, item.message) == ("RELEASED", "魏然", message)
    assert queries.list_quarantine(WEI).items == []
    codes = list(StoredEntry.objects.order_by("id").values_list("code", flat=True))
    assert codes[-2:] == ["message.received", "mail.released"]
    assert take(GARBLED).message_id == message.pk


def test_a_mail_wrongly_taken_for_a_machines_is_released_too():
    receipt = take(mail("群发列表里的真人投诉", list_id="<group.example>"))
    assert [shown.mail.pk for shown in queries.list_automatic(SUN).items] == [receipt.mail_id]
    message = release_mail(actor=SUN, mail_id=receipt.mail_id, at=AT)
    assert message.body == "群发列表里的真人投诉" and not message.is_automatic
    assert queries.list_automatic(SUN).items == []


def test_a_dismissed_mail_is_kept_with_the_reason():
    receipt = take(GARBLED)
    item = dismiss_mail(actor=WEI, mail_id=receipt.mail_id, note="广告，来自 13800001234", at=AT)
    assert item.state == "DISMISSED" and item.note.startswith("广告") and "13800001234" not in item.note
    assert item.mail.raw == GARBLED
    with pytest.raises(AlreadyDecided):
        release_mail(actor=WEI, mail_id=receipt.mail_id, at=AT)


def test_a_mail_that_was_received_is_not_up_for_a_decision():
    receipt = take(mail())
    with pytest.raises(AlreadyDecided):
        dismiss_mail(actor=WEI, mail_id=receipt.mail_id, note="", at=AT)


def test_a_mail_too_large_to_fetch_can_only_be_dismissed():
    mailbox = MailboxState.objects.create(address="service@mx/INBOX", uid_validity=1)
    origin = Origin(mailbox_id=mailbox.pk, uid_validity=1, uid=7)
    receipt = quarantine_unfetched_mail(actor=POSTMAN, origin=origin, size=90_000_000, at=AT)
    assert receipt.outcome == MailOutcome.QUARANTINED
    with pytest.raises(NothingToRelease):
        release_mail(actor=WEI, mail_id=receipt.mail_id, at=AT)
    dismiss_mail(actor=WEI, mail_id=receipt.mail_id, note="已电话联系", at=AT)


def test_agents_do_not_decide_about_mails():
    receipt = take(GARBLED)
    for decide in (release_mail, lambda **options: dismiss_mail(note="", **options)):
        with pytest.raises(NotAllowed):
            decide(actor=LIN, mail_id=receipt.mail_id, at=AT)
    with pytest.raises(NotAllowed):
        queries.list_quarantine(LIN)
    with pytest.raises(NotVisible):
        release_mail(actor=WEI, mail_id=0, at=AT)
    assert Quarantine.objects.get().state == "WAITING" and not Message.objects.exists()


def test_the_list_is_read_page_by_page():
    for number in range(5):
        take(f"garbled {number}".encode())
    first = queries.list_quarantine(WEI, limit=3)
    second = queries.list_quarantine(WEI, limit=3, after=first.next)
    assert [len(first.items), len(second.items), second.next] == [3, 2, None]
    assert len({shown.mail.pk for shown in first.items + second.items}) == 5
