"""Finding a customer, the file with the line of everything, merging on the page."""

import re
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.cases import actions as cases
from bihuan.cases.models import Case
from bihuan.cases.tests import factories
from bihuan.customers import actions, queries
from bihuan.customers.actions import CustomerDraft
from bihuan.customers.events import CustomerLookedAt
from bihuan.dossier.timeline import timeline_page
from bihuan.foundation.moment import now
from bihuan.journal import actions as journal
from bihuan.journal.queries import entries_of
from tests.people import Company, acting, build_company, signed_in

pytestmark = pytest.mark.django_db
PHONE, OTHER = "13800001234", "13911112222"


@pytest.fixture
def company(db: None) -> Company:
    return build_company()


@pytest.fixture
def lin(company: Company) -> Client:
    return signed_in(company.lin)


def register(company: Company, **draft: object):
    return actions.register_customer(actor=acting(company.lin), draft=CustomerDraft(**draft), at=now())  # type: ignore[arg-type]


@pytest.mark.feature("2.4")
@pytest.mark.parametrize("words", ["王 1234", "1234 王", "wf 1234", PHONE, "138 0000 1234", "wang@example.com"])
def test_a_customer_is_found_by_what_is_known(company: Company, lin: Client, words: str) -> None:
    wang = register(company, name="王芳", phones=[PHONE], emails=["wang@example.com"])
    register(company, name="李雷", phones=[OTHER])
    page = lin.post(reverse("customer_find"), {"text": words}).content.decode()
    assert f'href="/customers/{wang.pk}"' in page
    assert "王*" in page and "李*" not in page and PHONE not in page


def test_nobody_found_says_how_to_look(lin: Client) -> None:
    assert "没有找到这位客户" in lin.post(reverse("customer_find"), {"text": "13700000000"}).content.decode()


@pytest.mark.feature("2.1")
def test_after_merge_and_unmerge_every_case_is_back_with_its_owner(company: Company, lin: Client) -> None:
    first = factories.open_complaint(customer_phone=PHONE, customer_name="赵敏娟")
    second = factories.open_complaint(customer_phone=OTHER, customer_name="赵敏")
    kept, merged = first.customer_id, second.customer_id
    signed_in(company.wei).post(reverse("customer_merge", args=[kept]), {"other_id": merged, "note": "同一位客户"})
    since = factories.open_complaint(customer_phone=OTHER)
    together = lin.get(reverse("customer_file", args=[kept])).content.decode()
    for case in (first, second, since):
        assert case.number in together
    assert second.number in lin.get(reverse("case_page", args=[first.number])).content.decode()
    (merge,) = queries.list_merges(acting(company.lin), kept)
    lin.post(reverse("customer_unmerge", args=[merge.id]))
    assert dict(Case.objects.values_list("number", "customer_id")) == {
        first.number: kept,
        second.number: merged,
        since.number: merged,
    }
    alone = lin.get(reverse("customer_file", args=[kept])).content.decode()
    assert first.number in alone and second.number not in alone and since.number not in alone


def test_opening_a_file_is_a_look_and_the_file_is_masked(company: Company, lin: Client) -> None:
    wang = register(company, name="王芳", phones=[PHONE], addresses=["北京市海淀区中关村大街1号2单元301室"])
    page = lin.get(reverse("customer_file", args=[wang.pk])).content.decode()
    assert "138******34" in page and "中关村大街***" in page
    assert not re.search("王芳|13800001234|301室", page)
    assert entries_of("customer", wang.pk)[-1].code == "customer.looked_at"


def test_a_claimed_phone_is_confirmed_on_the_page(company: Company, lin: Client) -> None:
    wang = register(company, name="王芳", phones=[PHONE])
    claim = CustomerDraft(phones=[PHONE, OTHER])
    actions.find_or_register_customers(actor=factories.visitor(), drafts=[claim], at=now())
    assert "客户自称" in lin.get(reverse("customer_file", args=[wang.pk])).content.decode()
    field = f"phone:{wang.phones.get(identifies=False).pk}"
    lin.post(reverse("customer_confirm", args=[wang.pk]), {"field": field})
    assert "客户自称" not in lin.get(reverse("customer_file", args=[wang.pk])).content.decode()


def test_a_detail_of_every_kind_is_noted(company: Company, lin: Client) -> None:
    wang = register(company, name="王芳", phones=[PHONE])
    for kind, value in [("WECHAT", "wang_fang9"), ("EMAIL", "w@example.com"), ("ADDRESS", "杭州市西湖区文三路9号")]:
        lin.post(reverse("customer_detail", args=[wang.pk]), {"kind": kind, "value": value})
    kinds = [field.kind for field in queries.card(acting(company.lin), wang.pk).fields]
    assert kinds == ["NAME", "PHONE", "EMAIL", "ADDRESS", "WECHAT"]


@pytest.mark.feature("2.2")
def test_the_file_of_a_long_life_paints_at_once_with_open_promises(company: Company, lin: Client) -> None:
    case = factories.open_complaint(customer_phone=PHONE)
    customer_id, actor = case.customer_id, acting(company.lin)
    begin = now() - timedelta(days=700)
    looks = [CustomerLookedAt(customer_id=customer_id, case_id=None) for _ in range(1_000)]
    journal.write_many(
        journal.Line(actor=actor, entry=entry, at=begin + timedelta(hours=number)) for number, entry in enumerate(looks)
    )
    address = reverse("customer_file", args=[customer_id])
    lin.get(address)
    started = time.perf_counter()
    page = lin.get(address).content.decode()
    took = time.perf_counter() - started
    assert case.number in page and "首次回复" in page
    assert page.count("打开客户档案") < 40
    assert took < 1, f"{took:.3f} s"


def test_pages_of_the_timeline_join_without_gap_or_repeat(company: Company) -> None:
    case = factories.open_complaint(customer_phone=PHONE)
    for number in range(12):
        cases.add_note(actor=acting(company.lin), case_id=case.pk, text=f"备注 {number}", at=now())
    actor, same_moment = acting(company.lin), now()
    for _ in range(9):
        actions.record_look(actor=actor, customer_id=case.customer_id, case_id=None, at=same_moment)
    whole, following = timeline_page(actor, case.customer_id, limit=500)
    assert following is None
    pieces, place = [], ""
    while True:
        items, following = timeline_page(actor, case.customer_id, after=place, limit=4)
        pieces += items
        if following is None:
            break
        place = following
    assert [item.place for item in pieces] == [item.place for item in whole]
    assert len({item.place for item in whole}) == len(whole)


def test_a_case_of_another_unit_is_not_in_the_line(company: Company) -> None:
    case = factories.open_complaint(customer_phone=PHONE)
    page = signed_in(company.bai).get(reverse("customer_file", args=[case.customer_id])).content.decode()
    assert case.number not in page and "镜头" not in page
