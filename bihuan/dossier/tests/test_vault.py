"""The gate on pages: undertaking, radar, decoys, reveal."""

import pytest
from django.urls import reverse

from bihuan.cases.tests import factories
from bihuan.clearance import actions as clearance
from bihuan.clearance.actions import UsualLooks
from bihuan.clearance.models import VaultAlert
from bihuan.clearance.tests.test_quiz import WRITTEN
from bihuan.customers.actions import CustomerDraft, register_customer
from bihuan.customers.models import Customer
from bihuan.foundation.moment import now
from tests.people import Company, acting, build_company, signed_in

pytestmark = pytest.mark.django_db
SEARCH = {"text": "13800001234"}
RIGHT = {"q0": "1", "q1": "0"}


@pytest.fixture
def company(db: None) -> Company:
    return build_company()


def publish(company: Company) -> None:
    given = {"text": "我承诺保密。", "quiz": WRITTEN, "pass_percent": "100", "valid_days": "30"}
    answer = signed_in(company.security_admin).post(reverse("undertaking_publish"), given)
    assert answer.status_code == 302


def limit_to(company: Company, files: int = 60, reveals: int = 30) -> None:
    usual = UsualLooks(window_minutes=10, files=files, reveals=reveals, exports=5, reveals_per_minute=10)
    clearance.set_limits(actor=acting(company.he), usual=usual, at=now())


@pytest.mark.feature("2.8")
def test_the_search_is_off_until_the_quiz_is_passed_and_signed(company: Company) -> None:
    publish(company)
    lin = signed_in(company.lin)
    refused = lin.post(reverse("customer_find"), SEARCH)
    assert refused.status_code == 403 and "保密承诺" in refused.content.decode()
    page = lin.get(reverse("undertaking")).content.decode()
    assert "可以把客户电话存到自己手机里吗" in page and "还没签" in page
    wrong = lin.post(reverse("undertaking"), {"q0": "0", "q1": "0", "signature": "林晓雯"})
    assert wrong.status_code == 422 and "50%" in wrong.content.decode()
    assert lin.post(reverse("undertaking"), RIGHT | {"signature": "林晓雯"}).status_code == 302
    assert lin.post(reverse("customer_find"), SEARCH).status_code == 200


@pytest.mark.feature("2.7")
def test_too_many_files_stop_the_person_and_the_manager_sees_why(company: Company) -> None:
    limit_to(company, files=3)
    lin = signed_in(company.lin)
    people = [
        register_customer(actor=acting(company.wei), draft=CustomerDraft(phones=[f"1380000{n:04d}"]), at=now())
        for n in range(4)
    ]
    codes = [lin.get(reverse("customer_file", args=[one.pk])).status_code for one in people]
    assert codes == [200, 200, 200, 403]
    assert lin.post(reverse("customer_find"), SEARCH).status_code == 403
    radar = signed_in(company.qian).get(reverse("radar")).content.decode()
    assert "林晓雯" in radar and "10 分钟内 3 次" in radar and "已暂停" in radar
    alert = VaultAlert.objects.get()
    signed_in(company.qian).post(reverse("alert_lift", args=[alert.pk]), {"note": "批量回访，已核实"})
    assert lin.get(reverse("customer_file", args=[people[0].pk])).status_code == 200


def test_a_decoy_is_planted_found_like_anybody_and_betrays_who_opens_it(company: Company) -> None:
    signed_in(company.security_admin).post(reverse("decoy_plant"), {"name": "冯虚", "phone": "13300003333"})
    decoy = Customer.objects.get(is_decoy=True)
    lin = signed_in(company.lin)
    assert f"/customers/{decoy.pk}" in lin.post(reverse("customer_find"), {"text": "13300003333"}).content.decode()
    lin.get(reverse("customer_file", args=[decoy.pk]))
    assert VaultAlert.objects.get().kind == "DECOY"


@pytest.mark.feature("2.3")
def test_a_revealed_phone_is_watermarked_expires_and_stays_masked_elsewhere(company: Company) -> None:
    case = factories.open_complaint(customer_phone="13800001234")
    lin = signed_in(company.lin)
    number = case.customer.phones.get().pk
    address = reverse("case_reveal", args=[case.number, f"phone:{number}"])
    assert lin.post(address, {"purpose": ""}).status_code == 422
    shown = lin.post(address, {"purpose": "CONTACT"}).content.decode()
    assert "13800001234" in shown and "data-expires=" in shown and 'data-watermark="林晓雯 ' in shown
    for page in (reverse("case_page", args=[case.number]), reverse("customer_file", args=[case.customer_id])):
        assert "13800001234" not in lin.get(page).content.decode()


def test_too_many_clear_values_stop_the_person(company: Company) -> None:
    limit_to(company, reveals=2)
    case = factories.open_complaint(customer_phone="13800001234")
    lin = signed_in(company.lin)
    address = reverse("case_reveal", args=[case.number, "name"])
    codes = [lin.post(address, {"purpose": "CONTACT"}).status_code for _ in range(3)]
    assert codes == [200, 200, 403]


def test_limits_are_set_on_the_page(company: Company) -> None:
    wanted = {"window_minutes": 5, "files": 20, "reveals": 9, "exports": 1, "reveals_per_minute": 3}
    signed_in(company.he).post(reverse("vault_limits"), wanted)
    page = signed_in(company.he).get(reverse("radar")).content.decode()
    assert 'value="20"' in page and "还没有发布保密承诺" in page
