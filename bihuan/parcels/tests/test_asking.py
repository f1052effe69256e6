"""A page wishes, a job asks, and the store learns; nobody asks twice in a short time, and nothing breaks a page."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.carriers.numbers import Carrier
from bihuan.cases.tests import factories
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.journal.models import StoredEntry
from bihuan.parcels import actions, queries
from bihuan.parcels.models import Inquiry, TrackingEvent, Waybill
from bihuan.simulator.vendors.moods import Mood
from tests.people import build_company, signed_in

pytestmark = pytest.mark.django_db

JOB = Actor.system("tests")
SF = "SF1234567890120"
UNKNOWN = "SF1234567890129"


@pytest.fixture(autouse=True)
def fresh_patience():
    cache.clear()


def wish(number=SF, at=None, **more):
    return actions.request_inquiry(number=number, at=at or now(), **more)


def jobs():
    return ProcrastinateJob.objects.filter(task_name="bihuan.parcels.tasks.ask_carriers").count()


def answer(number=SF, at=None):
    return actions.answer_inquiry(actor=JOB, inquiry_id=Inquiry.objects.get(number=number).pk, at=at or now())


def test_one_job_asks_however_many_look(vendors):
    for _ in range(3):
        assert wish().is_open(now())
    assert jobs() == 1
    answer()
    assert not wish().is_open(now()) and jobs() == 1


def test_after_a_while_it_is_asked_again(vendors):
    at = now()
    wish(at=at)
    answer(at=at)
    assert wish(at=at + timedelta(minutes=9)) and jobs() == 1
    vendors.moods["sf"] = Mood.STRANGER
    later = at + timedelta(hours=7)
    assert wish(at=later).is_open(later) and jobs() == 2


def test_who_gathers_from_all_is_left_alone_for_half_an_hour(vendors):
    at, number = now(), "SF1234567890122"  # stranded, so it has not ended
    vendors.moods["sf"] = Mood.ERROR
    wish(number, at=at)
    assert answer(number, at=at).provider == "KUAIDI100"
    assert not wish(number, at=at + timedelta(minutes=29)).is_open(at + timedelta(minutes=29))
    assert wish(number, at=at + timedelta(minutes=30)).is_open(at + timedelta(minutes=30))


def test_a_job_that_was_killed_is_given_up(vendors):
    at = now()
    wish(at=at)
    later = at + timedelta(minutes=3)
    assert wish(at=later).wished_at == later and jobs() == 2


def test_a_job_that_comes_after_another_has_answered_asks_nobody(vendors):
    wish()
    answer()
    answer()
    assert vendors.asked["sf"] == 1


def test_a_job_that_was_killed_while_it_asked_does_not_ask_again_when_it_is_resumed(vendors):
    at = now()
    wish(at=at)
    Inquiry.objects.update(rest_until=at + timedelta(minutes=30))
    answer(at=at + timedelta(seconds=40))
    assert vendors.asked["sf"] == 0


def test_slow_carriers_take_two_places_of_a_worker_and_let_mails_go_first(vendors):
    for n in range(9):
        wish(f"SF123456789012{n}")
    found = ProcrastinateJob.objects.filter(task_name="bihuan.parcels.tasks.ask_carriers")
    assert found.values("lock").distinct().count() == 2 and {job.priority for job in found} == {-5}


def test_a_parcel_nobody_knew_becomes_a_waybill_with_its_scans(vendors):
    wish()
    ended = answer()
    waybill = Waybill.objects.get(number=SF)
    assert (waybill.carrier, waybill.state, ended.provider, ended.problem) == (Carrier.SF, "SIGNED", "SF", "")
    assert set(TrackingEvent.objects.values_list("source", flat=True)) == {"SF"}


def test_a_number_no_carrier_knows_leaves_no_waybill(vendors):
    wish(UNKNOWN)
    assert answer(UNKNOWN).problem == ""
    assert not Waybill.objects.exists()


def test_the_same_scans_are_stored_once_whoever_tells_them_and_however_often(vendors):
    at = now()
    wish(at=at)
    answer(at=at)
    stored = TrackingEvent.objects.count()
    vendors.moods["sf"] = Mood.TWICE
    Inquiry.objects.update(rest_until=None)
    wish(at=at)
    answer(at=at)
    assert vendors.asked["sf"] == 2
    assert TrackingEvent.objects.count() == stored > 4


def test_the_phone_is_proved_with_the_tail_of_this_waybill(vendors):
    draft = actions.WaybillDraft(number=SF, recipient_name="赵敏娟", recipient_phone="138 0000 1234")
    actions.register_waybill(actor=JOB, draft=draft, at=now())
    wish()
    answer()
    assert "checkPhoneNo%22%3A+%221234%22" in vendors.last_body and "13800001234" not in vendors.last_body


@pytest.mark.parametrize("mood", [Mood.FUTURE, Mood.TIMELESS])
def test_refused_scans_are_counted_on_the_inquiry(vendors, mood):
    vendors.moods["sf"] = mood
    wish()
    assert answer().refused == 1


def test_dirty_words_are_stored_clean(vendors):
    vendors.moods["sf"] = Mood.DIRTY
    wish()
    answer()
    assert all(event.text.isprintable() for event in TrackingEvent.objects.all())


def test_inquiries_nobody_repeats_are_forgotten(vendors):
    at = now()
    wish(at=at - timedelta(days=31))
    wish(UNKNOWN, at=at)
    assert actions.remove_old_inquiries(at=at) == 1 and Inquiry.objects.get().number == UNKNOWN


def test_the_end_is_told_to_the_units_that_wait(vendors):
    for unit in (7, 9, 7):
        wish(units=(unit,))
    answer()
    entry = StoredEntry.objects.get(code="inquiry.ended")
    assert sorted(entry.units) == [7, 9] and entry.payload["provider"] == "SF"


@pytest.mark.parametrize("number", ["YH773104829156", "RN803049001RO"])
def test_our_own_parcels_and_mistyped_numbers_are_asked_of_nobody(vendors, number):
    assert wish(number) is None and queries.find_inquiry(number=number) is None


def test_without_keys_nobody_is_asked():
    assert wish() is None and not Inquiry.objects.exists()


def asked_by_command(number):
    printed = StringIO()
    call_command("parcels", "ask", number, stdout=printed)
    return printed.getvalue()


def test_the_command_asks_the_local_store_for_our_own_parcels_and_the_carriers_for_others(vendors):
    number = "YH773104829150"
    actions.simulate_parcels(actor=JOB, told={number: "STRANDED"}, seed=1, at=now())
    assert "本公司：3 条动态" in asked_by_command(number) and sum(vendors.asked.values()) == 0
    shown = asked_by_command(SF.lower())
    assert "顺丰开放平台：6 条动态" in shown and "签收人" not in shown
    assert not Inquiry.objects.exists() and not Waybill.objects.filter(number=SF).exists()


@pytest.mark.parametrize("number", [SF, "7.73E+11"])
def test_the_command_says_why_nobody_could_be_asked(number):
    with pytest.raises(CommandError, match=r"NOT_CONFIGURED|科学计数"):
        asked_by_command(number)


BAD = [Mood.DOWN, Mood.STALLED, Mood.SLOW, Mood.ERROR, Mood.HTML, Mood.BROKEN, Mood.DEEP, Mood.ENDLESS, Mood.STRANGER]


@pytest.mark.feature("3.8")
@pytest.mark.parametrize("mood", BAD)
def test_no_mood_of_a_carrier_breaks_the_page_of_a_visitor(impatient, mood):
    for name in impatient.moods:
        impatient.moods[name] = mood
    page = Client().get("/service/track", {"number": SF})
    assert page.status_code == 200 and "正在向承运人查询" in page.content.decode()
    assert sum(impatient.asked.values()) == 0  # the page itself asks nobody
    ended = answer()
    assert ended.problem
    page = Client().get("/service/track", {"number": SF})
    assert page.status_code == 200 and "承运人暂时没有答复" in page.content.decode()


@pytest.mark.feature("3.9")
@pytest.mark.parametrize("mood", BAD)
def test_no_mood_of_a_carrier_breaks_the_page_of_a_case(impatient, mood):
    company = build_company()
    case = factories.open_complaint(waybill=SF)
    for name in impatient.moods:
        impatient.moods[name] = mood
    lin = signed_in(company.lin)
    asking = lin.get(f"/cases/{case.number}/parcel").content.decode()
    assert "正在向承运人查询" in asking and 'data-live="inquiry:' in asking
    assert sum(impatient.asked.values()) == 0
    answer()
    shown = lin.get(f"/cases/{case.number}/parcel")
    assert shown.status_code == 200 and "承运人没有给出答复" in shown.content.decode()
    assert lin.get(f"/cases/{case.number}").status_code == 200


@pytest.mark.feature("3.8")
def test_a_guest_tracks_a_parcel_of_another_carrier(vendors):
    guest = Client()
    asking = guest.get("/service/track", {"number": SF}).content.decode()
    assert "正在向承运人查询" in asking and 'hx-trigger="load delay:3s"' in asking
    answer()
    found = guest.get("/service/track", {"number": SF}, headers={"hx-request": "true"}).content.decode()
    assert "顺丰" in found and "已签收" in found and "hx-trigger" not in found


def test_the_team_of_the_case_is_told_when_the_carrier_has_answered(vendors):
    company = build_company()
    case = factories.open_complaint(waybill=SF)
    signed_in(company.lin).get(f"/cases/{case.number}/parcel")
    answer()
    assert list(StoredEntry.objects.get(code="inquiry.ended").units) == [case.team_id]
    shown = signed_in(company.lin).get(f"/cases/{case.number}/parcel").content.decode()
    assert "顺丰开放平台" in shown and "转运中心" in shown


def test_a_visitor_may_ask_outside_only_so_often_and_still_sees_what_is_stored(vendors):
    pages = [
        Client(REMOTE_ADDR="10.1.1.1").get("/service/track", {"number": f"SF12345678901{n:02d}"}) for n in range(22)
    ]
    assert {page.status_code for page in pages} == {200} and jobs() == 20
