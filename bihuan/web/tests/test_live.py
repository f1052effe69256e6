"""The live stream: who hears what, how soon, and that nothing is missed."""

import logging
import threading

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction

from bihuan.journal import hub
from bihuan.journal.actions import write
from bihuan.journal.queries import Position, live_position
from bihuan.journal.tests.factories import NOON, ParcelFound, lose_parcels
from bihuan.organization.events import GrantEnded
from bihuan.organization.models import RoleGrant
from bihuan.web import live
from bihuan.web.tests.live_client import LiveServer
from tests.people import Company, acting, build_company, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company() -> Company:
    return build_company()


@pytest.fixture
def server():
    server = LiveServer()
    yield server
    server.stop()


def key_of(staff) -> str:
    return signed_in(staff).session.session_key


def listen(server, staff, **wishes):
    """The person's browser, with everything told that it missed."""
    client = server.open(key_of(staff), **wishes)
    client.next("synced")
    return client


def find_parcel(company, parcel_id, unit) -> None:
    with transaction.atomic():
        write(acting(company.wei), ParcelFound(parcel_id=parcel_id), at=NOON, units=[unit.pk])


def test_an_entry_reaches_the_browser_of_somebody_who_may_see_it(server, company):
    lin = listen(server, company.lin)
    lose_parcels(7, units=[company.complaints.pk, company.east.pk])
    heard = lin.next("entry")
    assert (heard.data["code"], heard.data["subject"], heard.data["subject_id"]) == ("parcel.lost", "parcel", 7)
    assert (heard.data["actor"], heard.data["at"]) == ("林晓", "2026-11-23T04:00:00.000+00:00")
    assert Position.parse(heard.id) <= Position.parse(heard.data["position"])
    assert lin.headers["content-type"].startswith("text/event-stream") and lin.headers["cache-control"] == "no-store"


def test_nobody_hears_of_another_region(server, company):
    """Bai in the South hears only what is for the South; the order proves that nothing was on its way."""
    bai, lin = listen(server, company.bai), listen(server, company.lin)
    lose_parcels(1, units=[company.complaints.pk])
    lose_parcels(2, units=[company.south_complaints.pk])
    lose_parcels(3, units=[company.complaints.pk, company.south_complaints.pk])
    lose_parcels(4)
    lose_parcels(5, units=[company.hq.pk, company.south_complaints.pk, company.complaints.pk])
    assert bai.parcels(3) == [2, 3, 5]
    assert lin.parcels(3) == [1, 3, 5]


def test_administrators_hear_nothing_of_the_work_on_cases(server, company):
    admin, he = listen(server, company.system_admin), listen(server, company.he)
    lose_parcels(1, units=[company.hq.pk])
    assert he.parcels(1) == [1]
    with transaction.atomic():
        Session.objects.all().delete()
        write(acting(company.wei), grant_ended(company.system_admin, company.hq), at=NOON)
    admin.wait_for_end()
    assert admin._heard.queue[0].name == "signed-out"


def grant_ended(staff, unit) -> GrantEnded:
    return GrantEnded(staff_id=staff.pk, role="AGENT", unit_id=unit.pk, to_on="2026-11-23")


def test_an_entry_with_an_audience_of_its_own_reaches_those_roles_only(server, company):
    lin, inspector = listen(server, company.lin), listen(server, company.inspector)
    find_parcel(company, 1, company.complaints)
    lose_parcels(2, units=[company.complaints.pk])
    assert (lin.parcels(1), inspector.parcels(2)) == ([2], [1, 2])


@pytest.mark.feature("5.4")
def test_after_a_disconnect_the_colleagues_reply_is_told_before_the_stream_counts_as_synced(server, company):
    units = [company.complaints.pk]
    lin = listen(server, company.lin)
    lose_parcels(1, units=units)
    known = {lin.next("entry").data["position"]}
    lin.close()
    lose_parcels(2, units=units)
    lose_parcels(3, units=[company.south_complaints.pk])
    lose_parcels(4, units=units)
    again = server.open(key_of(company.lin), headers={"last-event-id": lin.last_id})
    hello, *entries, _synced = again.until_synced()
    missed = [entry.data["subject_id"] for entry in entries if entry.data["position"] not in known]
    assert (hello.name, {entry.name for entry in entries}, missed) == ("hello", {"entry"}, [2, 4])
    lose_parcels(5, units=units)
    assert again.parcels(1) == [5]


def test_what_happened_between_rendering_and_connecting_is_told(server, company):
    place = live_position()
    lose_parcels(1, units=[company.complaints.pk])
    lin = server.open(key_of(company.lin), after=place)
    assert lin.parcels(1) == [1]


def test_who_missed_very_much_is_told_to_load_anew(server, company, monkeypatch):
    monkeypatch.setattr(hub, "CATCH_UP_LIMIT", 5)
    place = live_position()
    lose_parcels(*range(6), units=[company.complaints.pk])
    lin = server.open(key_of(company.lin), after=place)
    resync = lin.next("resync")
    lin.next("synced")
    lose_parcels(9, units=[company.complaints.pk])
    while lin.parcels(1) != [9]:  # before it may come what the reload shows anyway
        pass
    assert Position.parse(resync.id) >= Position.parse(place)


@pytest.fixture
def slow_writer(company):
    """Somebody whose transaction has written parcel 1 and is still open; called, it commits."""
    written, may_commit = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            lose_parcels(1, units=[company.complaints.pk])
            written.set()
            may_commit.wait(15)
        connection.close()

    thread = threading.Thread(target=write_slowly)

    def commit():
        may_commit.set()
        thread.join()

    thread.start()
    assert written.wait(15)
    yield commit
    commit()


def test_a_slow_transaction_keeps_nobody_waiting_and_is_not_missed(server, company, slow_writer):
    lin = listen(server, company.lin)
    lose_parcels(2, units=[company.complaints.pk])
    assert lin.parcels(1) == [2]
    slow_writer()
    lose_parcels(3, units=[company.complaints.pk])
    assert lin.parcels(2) == [1, 3]


def test_reconnecting_while_a_slow_transaction_is_open_misses_nothing(server, company, slow_writer):
    lin = listen(server, company.lin)
    lose_parcels(2, units=[company.complaints.pk])
    assert lin.parcels(1) == [2]
    lin.close()
    slow_writer()
    again = server.open(key_of(company.lin), headers={"last-event-id": lin.last_id})
    assert again.parcels(2) == [1, 2]  # 2 comes again, pages pass over what they know


def test_a_browser_that_takes_nothing_for_a_while_catches_up(server, company, monkeypatch):
    monkeypatch.setattr(hub, "QUEUE_LIMIT", 4)
    units = [company.complaints.pk]
    slow, quick = listen(server, company.lin), listen(server, company.wei)
    slow.pause()
    for number in range(20):
        lose_parcels(number, units=units)
    assert quick.parcels(20) == list(range(20))
    slow.go_on()
    assert slow.parcels(20) == list(range(20))


def test_the_loss_of_the_database_connection_loses_no_entry(server, company, monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL, "bihuan.journal")
    monkeypatch.setattr(hub, "AGAIN_SECONDS", 0.05)
    lin = listen(server, company.lin)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'bihuan live hub'"
        )
    lose_parcels(1, units=[company.complaints.pk])
    assert lin.parcels(1) == [1]


def test_a_quiet_stream_beats_and_moves_its_position(server, company, monkeypatch):
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.05)
    bai, lin = listen(server, company.bai), listen(server, company.lin)
    lose_parcels(1, units=[company.complaints.pk])
    told = Position.parse(lin.next("entry").id)
    while Position.parse(bai.next("beat").id) < told:
        pass


def test_the_stream_ends_with_the_session(server, company, monkeypatch):
    monkeypatch.setattr(live, "RECHECK_SECONDS", 0.1)
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.05)
    lin = listen(server, company.lin)
    lin.next("beat")
    Session.objects.all().delete()
    lin.next("signed-out")
    lin.wait_for_end()


def test_the_stream_of_somebody_who_left_ends(server, company, monkeypatch):
    monkeypatch.setattr(live, "RECHECK_SECONDS", 0.1)
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.05)
    lin = listen(server, company.lin)
    company.lin.is_active = False
    company.lin.save()
    lin.next("signed-out")
    lin.wait_for_end()


def test_a_right_that_ends_is_heard_at_once(server, company):
    """Without waiting for the next look: the entry about the grant itself brings it on."""
    lin = listen(server, company.lin)
    with transaction.atomic():
        RoleGrant.objects.filter(staff=company.lin).delete()
        write(acting(company.wei), grant_ended(company.lin, company.east), at=NOON)
    lin.next("resync")
    RoleGrant.objects.create(staff=company.lin, role="AGENT", unit=company.south_complaints, from_on="2024-01-01")
    lose_parcels(1, units=[company.complaints.pk])
    with transaction.atomic():
        write(acting(company.wei), grant_ended(company.lin, company.east), at=NOON)
    lin.next("resync")
    lose_parcels(2, units=[company.south_complaints.pk])
    assert lin.parcels(1) == [2]


def test_listening_does_not_prolong_the_session(server, company):
    key = key_of(company.lin)
    before = Session.objects.get(pk=key).expire_date
    server.open(key).next("synced")
    assert Session.objects.get(pk=key).expire_date == before


@pytest.mark.parametrize("wishes, status", [
    ({"method": "POST"}, 405),
    ({"headers": {"host": "elsewhere.example"}}, 403),
    ({"headers": {"sec-fetch-site": "cross-site"}}, 403),
    ({"headers": {"cookie": ""}}, 401),
    ({"headers": {"cookie": "bihuan_session=unknown"}}, 401),
    ({"headers": {"cookie": "bihuan_session"}}, 401),
])  # fmt: skip
def test_a_stream_for_nobody_or_for_another_site_is_refused(server, company, wishes, status):
    assert server.open(key_of(company.lin), **wishes).answer() == status


def test_a_session_after_a_change_of_password_is_refused(server, company):
    key = key_of(company.lin)
    company.lin.set_password("Another-one-2026")
    company.lin.save()
    assert server.open(key).answer() == 401
    assert server.open(key_of(company.lin)).answer() == 200


def test_a_nonsensical_position_begins_at_the_present(server, company):
    lose_parcels(1, units=[company.complaints.pk])
    lin = listen(server, company.lin, after="1:2:3")
    lose_parcels(2, units=[company.complaints.pk])
    assert lin.parcels(1) == [2]
