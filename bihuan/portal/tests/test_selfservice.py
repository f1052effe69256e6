"""What a visitor does without an account; nothing about people is shown to who has not proved anything."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from bihuan.carriers.scans import Scan, ScanCode
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.parcels import actions as parcels
from bihuan.tariffs.actions import load_sample_tariff
from tests.people import build_company

NUMBER = "YH773104829156"
SYSTEM = Actor.system("tests")


@pytest.fixture
def visitor(db):
    cache.clear()
    return Client()


@pytest.fixture
def parcel(db):
    """A parcel signed by a neighbour without consent, an hour ago."""
    at = now()
    draft = parcels.WaybillDraft(
        number=NUMBER, recipient_name="赵敏娟", recipient_phone="13800001234", origin="上海", destination="成都"
    )
    parcels.register_waybill(actor=SYSTEM, draft=draft, at=at)
    scans = [
        Scan(at - timedelta(hours=30), ScanCode.COLLECTED, "上海浦东营业部"),
        Scan(at - timedelta(hours=3), ScanCode.DELIVERING, "成都锦江营业部", "派件员：张三丰，电话 13900005678"),
        Scan(at - timedelta(hours=1), ScanCode.SIGNED_PROXY, "成都锦江营业部", "签收人：王小明"),
    ]
    return parcels.record_scans(actor=SYSTEM, number=NUMBER, scans=scans, source="LOCAL", at=at).waybill


@pytest.fixture
def tariff(db):
    return load_sample_tariff(actor=SYSTEM, from_on=now().date() - timedelta(days=1), at=now())


@pytest.mark.feature("3.8")
def test_a_guest_quotes_three_kilos_from_shanghai_to_chengdu(visitor, tariff):
    page = visitor.get("/service/quote", {"origin": "上海", "destination": "成都市", "weight_kg": "3"})
    assert page.status_code == 200
    assert [quote.bill.total_fen for quote in page.context["quotes"]] == [25_00, 45_00]
    words = page.content.decode()
    assert "¥25.00" in words and "续重" in words and "¥12.00" in words


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"destination": "亚特兰蒂斯"}, "destination"),
        ({"weight_kg": "0"}, "weight_kg"),
        ({"weight_kg": "三"}, "weight_kg"),
        ({"weight_kg": "1E400"}, "weight_kg"),
        ({"weight_kg": "60"}, "weight_kg"),
        ({"insured_yuan": "90000"}, "insured_yuan"),
        ({"length_cm": "-1"}, "length_cm"),
    ],
)
def test_a_quote_that_cannot_be_reckoned_says_which_field_is_wrong(visitor, tariff, asked, field):
    page = visitor.get("/service/quote", {"origin": "上海", "destination": "成都", "weight_kg": "3"} | asked)
    assert page.status_code == 422 and field in page.context["form"].errors


def test_without_a_tariff_the_page_says_so(visitor):
    page = visitor.get("/service/quote", {"origin": "上海", "destination": "成都", "weight_kg": "3"})
    assert page.status_code == 422 and "价目表" in page.content.decode()


@pytest.mark.feature("3.8")
def test_a_guest_tracks_a_waybill_without_login_and_sees_nothing_about_people(visitor, parcel):
    page = visitor.get("/service/track", {"number": "yh7731 0482-9156"})
    words = page.content.decode()
    assert page.status_code == 200 and "上海浦东营业部" in words and "疑似虚假签收" in words
    assert not [secret for secret in ("赵", "张三丰", "王小明", "13900005678", "13800001234") if secret in words]


def test_the_last_four_digits_show_the_masked_recipient_and_wrong_ones_do_not(visitor, parcel):
    address = f"/service/track/{NUMBER}/recipient"
    assert "赵**" in visitor.post(address, {"tail": "1234"}).content.decode()
    wrong = visitor.post(address, {"tail": "4321"})
    assert wrong.status_code == 422 and "赵" not in wrong.content.decode()


def test_the_last_four_digits_cannot_be_tried_through(visitor, parcel):
    statuses = [
        Client(REMOTE_ADDR=f"10.0.0.{n}").post(f"/service/track/{NUMBER}/recipient", {"tail": f"000{n}"}).status_code
        for n in range(7)
    ]
    assert statuses == [422] * 5 + [429] * 2


def test_one_address_cannot_read_numbers_without_end(visitor):
    statuses = [visitor.get("/service/track", {"number": f"YH7731048291{n:02d}"}).status_code for n in range(32)]
    assert statuses == [200] * 30 + [429] * 2


def test_an_unknown_number_and_a_rounded_one_are_told_apart(visitor):
    assert "没有这个运单的记录" in visitor.get("/service/track", {"number": NUMBER}).content.decode()
    rounded = visitor.get("/service/track", {"number": "7.73104829156E+11"})
    assert rounded.status_code == 422 and "科学计数" in rounded.content.decode()
    mistyped = visitor.get("/service/track", {"number": "RN803049001RO"})
    assert mistyped.status_code == 422 and "校验位" in mistyped.content.decode()


def test_a_city_is_looked_up_with_the_days_it_takes(visitor, tariff):
    page = visitor.get("/service/areas", {"city": "四川成都", "origin": "上海"})
    assert page.context["reach"].city == "成都" and [quote.days for quote in page.context["quotes"]] == [3, 2]
    assert visitor.get("/service/areas", {"city": "无此城"}).status_code == 422


@pytest.mark.feature("3.8")
def test_a_claim_is_estimated_with_its_rule_before_anybody_claims(visitor):
    page = visitor.get(
        "/service/claim-check",
        {
            "mail": "EXPRESS", "extent": "PART", "value_yuan": "5000", "loss_yuan": "1200",
            "insured_yuan": "2000", "exemption": "NONE",
        },
    )  # fmt: skip
    assert page.status_code == 200 and "¥480.00" in page.content.decode()
    part = visitor.get("/service/claim-check", {"mail": "EXPRESS", "extent": "PART", "value_yuan": "1"})
    assert part.status_code == 422 and "loss_yuan" in part.context["form"].errors


@pytest.mark.feature("3.9")
def test_a_complaint_takes_the_category_its_parcel_proposes(visitor, parcel):
    build_company()
    hint = visitor.get("/service/waybill", {"waybill": NUMBER}).content.decode()
    assert "远禾速运" in hint and "疑似虚假签收" in hint
    page = visitor.get("/service/new/complaint", {"waybill": NUMBER})
    assert page.context["form"]["category"].value() == "DELIVERY"
    sent = visitor.post(
        "/service/new/complaint",
        {"waybill": "yh7731 0482 9156", "matter": "我没有收到", "outcomes": "find", "customer_phone": "13800001234"},
    )
    assert sent.status_code == 302
    case = visitor.get("/service/done").context["case"]
    assert (case.category.code, case.waybill) == ("DELIVERY", NUMBER)


def test_what_the_customer_chose_is_never_overruled(visitor, parcel):
    build_company()
    visitor.post(
        "/service/new/complaint",
        {
            "waybill": NUMBER, "category": "ATTITUDE", "matter": "态度差", "outcomes": "apology",
            "customer_phone": "13800001234",
        },
    )  # fmt: skip
    assert visitor.get("/service/done").context["case"].category.code == "ATTITUDE"


@pytest.mark.parametrize("name", ["track", "quote", "areas", "claim-check"])
def test_the_pages_open_without_login_in_both_languages(visitor, name):
    assert visitor.get(f"/service/{name}").status_code == 200
    english = visitor.get(f"/service/{name}", headers={"accept-language": "en"}).content.decode()
    assert english.count("运单号") == 0
