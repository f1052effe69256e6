"""What customers say, from every channel."""

import pytest
from django.db import DatabaseError, transaction

from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.foundation.files import store_file
from bihuan.intake import queries
from bihuan.intake.actions import (
    MessageEmpty,
    Received,
    ReferenceTaken,
    add_note,
    append_message,
    link_number,
    receive_message,
)
from bihuan.intake.models import Channel, Conversation, Message
from bihuan.intake.tests.factories import AT, LIN, POSTMAN, QIAN, ZHAO, said
from bihuan.journal.models import StoredEntry

pytestmark = pytest.mark.django_db


def codes() -> list[str]:
    return list(StoredEntry.objects.order_by("id").values_list("code", flat=True))


def test_a_message_opens_a_conversation_and_says_so():
    message = said("快件什么时候到？", subject="查询", hints={"kind": "CONSULTATION"})
    assert (message.conversation.channel, message.conversation.subject) == (Channel.PORTAL, "查询")
    entry = StoredEntry.objects.get(code="message.received")
    assert entry.subject_id == message.conversation_id
    assert entry.payload["opens"] and entry.payload["hints"] == {"kind": "CONSULTATION"}
    assert entry.payload["message_id"] == message.pk


def test_the_same_external_id_gives_the_same_message():
    first = said(external_id="order-1", channel=Channel.API)
    assert said(external_id="order-1", channel=Channel.API) == first
    assert said(external_id="order-1", channel=Channel.DESK) != first
    assert codes().count("message.received") == 2


def test_personal_data_is_lifted_before_a_message_is_stored():
    message = said("我是赵敏，电话 13800001234", subject="电话 13800001234")
    assert "13800001234" not in message.body + message.conversation.subject
    assert "⟦pd:" in message.body


def test_a_customer_adds_to_a_conversation():
    message = said()
    added = append_message(actor=ZHAO, conversation_id=message.conversation_id, body="还没到", at=AT)
    assert added.conversation_id == message.conversation_id
    assert StoredEntry.objects.filter(code="message.received").latest("id").payload["opens"] is False


def test_what_is_added_names_the_way_it_came_not_the_one_that_opened():
    message = said(channel=Channel.MAIL)
    append_message(actor=ZHAO, conversation_id=message.conversation_id, body="补充", at=AT)
    entry = StoredEntry.objects.filter(code="message.received").latest("id")
    assert entry.payload["channel"] == Channel.PORTAL


def test_files_come_with_the_message():
    file = store_file(name="破损.txt", content=b"x", at=AT)
    message = said(files=[file])
    assert [item.file for item in message.attachments.all()] == [file]


def test_an_empty_message_is_refused():
    with pytest.raises(MessageEmpty):
        said("  ")
    assert not Conversation.objects.exists()


def test_a_note_is_written_by_staff_only():
    message = said()
    note = add_note(actor=LIN, conversation_id=message.conversation_id, body="已联系网点", at=AT)
    assert (note.kind, note.author_name) == ("NOTE", "林晓")
    assert codes()[-1] == "message.noted"
    with pytest.raises(NotAllowed):
        add_note(actor=QIAN, conversation_id=message.conversation_id, body="x", at=AT)
    with pytest.raises(NotVisible):
        add_note(actor=LIN, conversation_id=0, body="x", at=AT)
    assert Message.objects.filter(kind="NOTE").count() == 1


def test_staff_without_a_role_for_it_do_not_file_messages():
    with pytest.raises(NotAllowed):
        receive_message(actor=QIAN, received=Received(channel=Channel.DESK, body="x"), at=AT)


def test_a_number_belongs_to_one_conversation():
    first, second = said("a"), said("b")
    for _ in range(2):
        link_number(actor=POSTMAN, conversation_id=first.conversation_id, number="TS-20261123-000001", at=AT)
    with pytest.raises(ReferenceTaken):
        link_number(actor=POSTMAN, conversation_id=second.conversation_id, number="TS-20261123-000001", at=AT)
    assert codes().count("conversation.referred") == 1


@pytest.mark.parametrize(
    "change", [{"body": "x"}, {"direction": "OUT"}, {"quoted": "x"}, {"at": AT.replace(year=2025)}]
)
def test_a_message_is_never_changed(change):
    message = said()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Message.objects.filter(pk=message.pk).delete()


def test_the_messages_of_a_conversation_are_read_in_order_with_their_files():
    message = said("一")
    file = store_file(name="a.txt", content=b"x", at=AT)
    append_message(actor=ZHAO, conversation_id=message.conversation_id, body="二", files=[file], at=AT)
    shown = queries.list_messages(LIN, message.conversation_id)
    assert [one.body for one in shown] == ["一", "二"]
    assert [[item.name for item in one.files] for one in shown] == [[], ["a.txt"]]


def test_a_customer_sees_neither_notes_nor_what_machines_sent():
    message = said("一")
    add_note(actor=LIN, conversation_id=message.conversation_id, body="内部", at=AT)
    assert [one.body for one in queries.list_messages(ZHAO, message.conversation_id)] == ["一"]
    assert len(queries.list_messages(LIN, message.conversation_id)) == 2
