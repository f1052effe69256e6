"""A breach is led step by step: each needs what the law demands, and the clocks run from when it was found."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.breaches import actions
from bihuan.breaches.actions import Affected
from bihuan.breaches.models import Breach, BreachCustomer
from bihuan.customers.actions import CustomerDraft, open_file, register_customer
from bihuan.customers.models import Customer
from bihuan.foundation.moment import now
from bihuan.intake.models import Delivery, Message
from bihuan.journal.models import StoredEntry
from tests.people import Company, acting, build_company, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.feature("2.6")]
PHONE = "13800001234"
CONTAIN = {"measures": "停用账号，换密钥", "advice": "留意陌生来电", "contact": "客服电话 95500"}
AUTHORITY = {"authority": "市网信办", "receipt": "WX-2026-1127"}


@pytest.fixture
def company(db: None) -> Company:
    return build_company()


def customer(company: Company, name: str, phone: str, **draft: Any) -> Customer:
    given = CustomerDraft(name=name, phones=[phone], **draft)
    return register_customer(actor=acting(company.lin), draft=given, at=now())


def local(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def report(browser: Client, **changes: str) -> Breach:
    form = {"title": "导出文件外传", "kind": "LEAK", "found_at": local(now() - timedelta(hours=1))} | changes
    assert browser.post(reverse("breach_new"), form).status_code == 302
    return Breach.objects.latest("pk")


def step(browser: Client, breach: Breach, name: str, form: dict[str, Any] | None = None) -> int:
    status = browser.post(reverse("breach_step", args=[breach.pk, name]), form or {}).status_code
    breach.refresh_from_db()
    return status


def assessment(*customers: Customer) -> dict[str, Any]:
    listed = " ".join(str(one.pk) for one in customers)
    return {
        "data_kinds": ["NAME", "PHONE"],
        "cause": f"账号被盗，涉及 {PHONE}",
        "harm": "可能收到诈骗电话",
        "rule": "LISTED",
        "listed": listed,
    }


def test_a_breach_goes_its_way_and_everybody_is_told(company: Company) -> None:
    keeper = signed_in(company.security_admin)
    mailed = customer(company, "赵敏娟", PHONE, emails=["zhao@example.com"])
    called = customer(company, "王芳", "13900005678")
    breach = report(signed_in(company.wei))
    assert step(keeper, breach, "assess", assessment(mailed, called)) == 302
    assert breach.affected == 2 and PHONE not in breach.cause
    assert step(keeper, breach, "authority", AUTHORITY) == 302
    assert step(keeper, breach, "contain", CONTAIN) == 302
    assert step(keeper, breach, "close", {"lessons": "双人复核"}) == 409
    assert step(keeper, breach, "customers") == 302
    assert step(keeper, breach, "close", {"lessons": "双人复核"}) == 409
    assert actions.tell_batch(breach_id=breach.pk, at=now())
    assert not actions.tell_batch(breach_id=breach.pk, at=now())
    sent = Delivery.objects.get(notice="BREACH")
    assert sent.recipient.customer_id == mailed.pk
    body = Message.objects.get(pk=sent.pk).body
    for part in (
        "姓名、电话",
        "可能收到诈骗电话",
        "停用账号",
        "留意陌生来电",
        "95500",
        "Notice about your personal data",
    ):
        assert part in body
    page = keeper.get(reverse("breach_page", args=[breach.pk])).content.decode()
    assert "王*" in page and "13900005678" not in page and "zhao@example.com" not in page
    assert step(keeper, breach, "close", {"lessons": "双人复核"}) == 302
    assert breach.state == "CLOSED"
    codes = StoredEntry.objects.filter(subject="breach").order_by("id").values_list("code", flat=True)
    assert list(codes) == [
        "breach.opened",
        "breach.assessed",
        "breach.authority_told",
        "breach.contained",
        "breach.telling_started",
        "breach.customers_told",
        "breach.closed",
    ]


def test_whom_a_colleague_looked_at_is_found_in_the_journal(company: Company) -> None:
    seen, unseen = customer(company, "赵敏娟", PHONE), customer(company, "王芳", "13900005678")
    at = now()
    open_file(actor=acting(company.zhou), customer_id=seen.pk, at=at)
    open_file(actor=acting(company.lin), customer_id=unseen.pk, at=at)
    open_file(actor=acting(company.zhou), customer_id=unseen.pk, at=at - timedelta(days=9))
    keeper = signed_in(company.security_admin)
    breach = report(keeper)
    span = {"from_at": local(at - timedelta(hours=1)), "to_at": local(at + timedelta(hours=1))}
    rule = {"rule": "SEEN_BY", "staff_no": company.zhou.staff_no} | span
    assert step(keeper, breach, "assess", assessment() | rule) == 302
    assert [row.customer_id for row in BreachCustomer.objects.all()] == [seen.pk]
    # nobody of that number, and a span that ends before it begins
    assert step(keeper, breach, "assess", assessment() | rule | {"staff_no": "X"}) == 422
    assert step(keeper, breach, "assess", assessment() | rule | {"to_at": local(at - timedelta(days=2))}) == 422
    assert breach.affected == 1


def test_a_region_and_its_merged_files_are_found_once(company: Company) -> None:
    here = customer(company, "赵敏娟", PHONE, addresses=["浙江省杭州市文三路1号", "浙江省宁波市中山路2号"])
    customer(company, "王芳", "13900005678", addresses=["上海市浦东新区世纪大道1号"])
    keeper = signed_in(company.security_admin)
    breach = report(keeper)
    assert step(keeper, breach, "assess", assessment() | {"rule": "REGION", "region": "浙江"}) == 302
    assert [row.customer_id for row in BreachCustomer.objects.all()] == [here.pk]


@pytest.mark.parametrize("gap", ["data_kinds", "cause", "harm", "listed"])
def test_an_assessment_with_a_gap_is_refused(company: Company, gap: str) -> None:
    keeper = signed_in(company.security_admin)
    breach = report(keeper)
    form = assessment(customer(company, "赵敏娟", PHONE))
    form.pop(gap)
    assert step(keeper, breach, "assess", form) == 422
    assert breach.state == "OPEN" and not BreachCustomer.objects.exists()


@pytest.mark.parametrize(
    ("name", "form"),
    [("contain", CONTAIN), ("authority", AUTHORITY), ("customers", {}), ("waive", {"reason": "已加密"})],
)
def test_no_step_comes_before_its_turn(company: Company, name: str, form: dict[str, str]) -> None:
    keeper = signed_in(company.security_admin)
    breach = report(keeper)
    before = StoredEntry.objects.count()
    assert step(keeper, breach, name, form) == 409
    assert step(keeper, breach, "close", {"lessons": "无"}) == 409
    assert breach.state == "OPEN" and StoredEntry.objects.count() == before


def test_customers_need_not_be_told_when_no_harm_is_left_and_somebody_says_why(company: Company) -> None:
    keeper = signed_in(company.he)
    breach = report(keeper)
    step(keeper, breach, "assess", assessment(customer(company, "赵敏娟", PHONE)))
    step(keeper, breach, "contain", CONTAIN)
    assert step(keeper, breach, "waive", {"reason": " "}) == 422
    assert step(keeper, breach, "waive", {"reason": "文件已加密，密钥未泄露"}) == 302
    assert step(keeper, breach, "customers") == 409
    assert step(keeper, breach, "close", {"lessons": "复核"}) == 409
    assert step(keeper, breach, "authority", AUTHORITY) == 302
    assert step(keeper, breach, "close", {"lessons": "复核"}) == 302


def test_a_missed_clock_shows_and_the_journal_keeps_that_it_was_late(company: Company) -> None:
    keeper = signed_in(company.security_admin)
    breach = report(keeper, found_at=local(now() - timedelta(hours=5)))
    assert "已超期" in keeper.get(reverse("breach_list")).content.decode()
    step(keeper, breach, "assess", assessment(customer(company, "赵敏娟", PHONE)))
    step(keeper, breach, "authority", AUTHORITY)
    assert StoredEntry.objects.get(code="breach.authority_told").payload["was_late"] is True
    assert not breach.is_overdue(now()) and breach.is_overdue(now() + timedelta(hours=72))


def test_a_breach_cannot_have_been_found_tomorrow(company: Company) -> None:
    form = {"title": "导出文件外传", "kind": "LEAK", "found_at": local(now() + timedelta(days=1))}
    assert signed_in(company.wei).post(reverse("breach_new"), form).status_code == 422
    assert not Breach.objects.exists()


@pytest.mark.parametrize("who", ["lin", "wei", "qian", "inspector", "audit_admin", "system_admin"])
def test_only_the_security_administrator_and_the_director_lead(company: Company, who: str) -> None:
    breach = report(signed_in(company.security_admin))
    before = StoredEntry.objects.count()
    form = assessment(customer(company, "赵敏娟", PHONE))
    entries = StoredEntry.objects.count()
    assert entries > before
    assert step(signed_in(getattr(company, who)), breach, "assess", form) == 403
    assert breach.state == "OPEN" and StoredEntry.objects.count() == entries


def test_telling_is_resumed_with_who_was_not_told(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "BATCH", 1)
    keeper = acting(company.security_admin)
    people = [customer(company, f"王{n}", f"1390000567{n}", emails=[f"wang{n}@example.com"]) for n in range(3)]
    breach = actions.open_breach(actor=keeper, title="外传", kind="LEAK", found_at=now(), at=now())
    listed = Affected(rule="LISTED", customer_ids=[one.pk for one in people])
    given = {"actor": keeper, "breach_id": breach.pk, "at": now()}
    actions.assess_breach(**given, data_kinds=["NAME"], words=("被盗", "诈骗"), affected=listed)
    actions.contain_breach(**given, measures="停用", advice="留意", contact="95500")
    actions.start_telling(**given)
    assert actions.tell_batch(breach_id=breach.pk, at=now())
    assert Delivery.objects.filter(notice="BREACH").count() == 1
    while actions.tell_batch(breach_id=breach.pk, at=now()):
        pass
    assert set(Delivery.objects.values_list("recipient__customer_id", flat=True)) == {one.pk for one in people}
    assert Delivery.objects.count() == 3
