"""Scans are stored once, in any order, without personal data, and never changed."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from bihuan.carriers.scans import ScanCode
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.journal.models import StoredEntry
from bihuan.parcels import actions, queries
from bihuan.parcels.models import TrackingEvent, Waybill
from bihuan.parcels.names import mask_names
from bihuan.parcels.tests.journeys import NORMAL, OUT, SIGNED, hour, scan
from tests.people import acting, build_company

SCANNER = Actor.system("scanner")
NUMBER = "YH773104829156"


def register(**changes):
    given = {"number": NUMBER, "recipient_name": "赵敏娟", "recipient_phone": "138 0000 1234"} | changes
    return actions.register_waybill(actor=SCANNER, draft=actions.WaybillDraft(**given), at=hour(0))


def record(scans, at=44, number=NUMBER):
    return actions.record_scans(actor=SCANNER, number=number, scans=scans, source="LOCAL", at=hour(at))


@pytest.mark.django_db
def test_the_recipient_is_known_to_the_vault_and_masked_here():
    waybill = register()
    assert waybill.recipient_label == "赵**" and waybill.customer_id
    assert queries.is_tail_of(number=NUMBER, tail="1234") and not queries.is_tail_of(number=NUMBER, tail="1235")
    assert b"1234" not in bytes(waybill.phone_tail)


@pytest.mark.django_db
def test_a_number_is_registered_once_however_it_is_written():
    assert register().pk == register(number="yh7731 0482-9156").pk
    assert Waybill.objects.count() == 1


@pytest.mark.django_db
def test_late_and_repeated_scans_are_stored_once_and_read_in_the_order_of_their_time():
    register()
    record(NORMAL[3:])
    first = record(NORMAL[:4])
    again = record([*NORMAL, *NORMAL])
    assert (first.added, again.added) == (3, 0)
    parcel = queries.find_parcel(number=NUMBER, at=hour(44))
    assert [row.at for row in parcel.scans] == [one.at for one in reversed(NORMAL)]
    assert parcel.state == "SIGNED"


@pytest.mark.django_db
def test_an_old_scan_that_comes_late_does_not_move_the_state_back():
    register()
    record([SIGNED])
    record([OUT])
    assert Waybill.objects.get().state == "SIGNED"


@pytest.mark.django_db
def test_two_unknown_codes_of_one_moment_are_two_scans():
    register()
    assert record([scan(1, ScanCode.UNKNOWN, "上海", raw_code=code) for code in ("607", "130", "607")]).added == 2


@pytest.mark.django_db
def test_the_journal_says_what_came_to_light_with_new_scans():
    register()
    record(NORMAL[:5])
    found = record([scan(43, ScanCode.SIGNED_PROXY, "成都锦江营业部")])
    assert found.troubles == ("FALSE_SIGN_OFF",)
    last = StoredEntry.objects.filter(code="waybill.scanned").latest("id")
    assert last.payload["troubles"] == ["FALSE_SIGN_OFF"] and last.payload["after"] == "SIGNED"


@pytest.mark.django_db
def test_phones_and_names_in_the_words_of_a_scan_never_reach_the_table():
    register()
    words = "派件员：张三丰，电话13900005678 正在派件，收件人赵敏娟"
    record([scan(40, ScanCode.DELIVERING, "成都 李四 13900005678", words)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT place || text FROM parcels_trackingevent")
        stored = str(cursor.fetchall())
    assert not {word for word in ("13900005678", "张三丰", "赵敏娟") if word in stored}
    shown = queries.find_parcel(number=NUMBER, at=hour(44)).scans[0].text
    assert "139******78" in shown and "张**" in shown


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("签收人：王芳", "签收人：王*"),
        ("快递员【欧阳娜娜】电话", "快递员【欧阳**】电话"),
        ("签收人: 本人签收", "签收人: 本人签收"),
        ("签收人：门卫", "签收人：门卫"),
        ("快递员正在派件", "快递员正在派件"),
        ("收件人同意放驿站", "收件人同意放驿站"),
        ("已发往成都转运中心", "已发往成都转运中心"),
    ],
)
def test_a_name_behind_a_role_is_masked_and_a_word_is_not(text, masked):
    assert mask_names(text) == masked


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE parcels_trackingevent SET place = ''", "DELETE FROM parcels_trackingevent"]
)
def test_the_database_refuses_to_change_a_scan(statement):
    register()
    record(NORMAL)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert TrackingEvent.objects.count() == len(NORMAL)


@pytest.mark.django_db
def test_an_agent_may_look_and_not_write():
    company = build_company()
    register()
    lin = acting(company.lin)
    with pytest.raises(NotAllowed):
        actions.record_scans(actor=lin, number=NUMBER, scans=NORMAL, source="LOCAL", at=hour(1))
    assert not TrackingEvent.objects.exists()
    assert Waybill.objects.visible_to(lin).exists()


@pytest.mark.django_db
def test_scans_of_a_number_nobody_registered_are_refused():
    with pytest.raises(NotVisible):
        record(NORMAL)


@pytest.mark.django_db
def test_a_hub_with_many_parcels_that_stand_still_is_named():
    for index in range(4):
        number = f"YH77310482915{index}"
        register(number=number)
        record(NORMAL[:3], number=number)
    jams = queries.jammed_hubs(at=hour(60), still_for=timedelta(hours=24), at_least=4)
    assert [(jam.hub, jam.waybills) for jam in jams] == [("成都转运中心", 4)]
    assert len(queries.stuck_waybills(hub="成都转运中心", at=hour(60), still_for=timedelta(hours=24))) == 4
    assert queries.jammed_hubs(at=hour(40), still_for=timedelta(hours=24), at_least=4) == []
