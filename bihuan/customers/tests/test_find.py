import pytest
from django.apps import apps
from django.db import connection

from bihuan.customers import actions, queries
from bihuan.customers.actions import CustomerDraft
from bihuan.customers.tests.factories import (
    ADDRESS,
    ADMIN,
    ANALYST,
    AT,
    INSPECTOR,
    LIN,
    MAIL_JOB,
    PHONE,
    PORTAL,
    WEI,
    XU,
    zhao,
)
from bihuan.foundation.errors import NotAllowed, NotVisible

pytestmark = pytest.mark.django_db


@pytest.mark.feature("2.3")
def test_the_card_is_masked():
    customer = zhao()
    card = queries.card(LIN, customer.pk)
    assert (card.name, card.regions) == ("赵**", ("北京市海淀区",))
    assert card.phones == ("138******34",)
    assert card.emails == ("z***@example.com",)
    assert card.addresses == ("北京市海淀区中关村大街***",)
    names = [field.field for field in card.fields]
    assert names == ["name", f"phone:{customer.phones.get().pk}", f"email:{customer.emails.get().pk}",
                     f"address:{customer.addresses.get().pk}"]  # fmt: skip
    assert "晓云" not in str(card) and PHONE not in str(card)


@pytest.mark.parametrize("actor", [LIN, WEI, INSPECTOR, MAIL_JOB])
def test_those_who_work_on_cases_see_masked_contacts(actor):
    assert queries.card(actor, zhao().pk).phones == ("138******34",)


def test_a_liaison_sees_label_and_region_and_no_contact():
    card = queries.card(XU, zhao().pk)
    assert (card.name, card.regions, card.fields) == ("赵**", ("北京市海淀区",), ())
    assert card.phones == card.emails == card.addresses == ()


@pytest.mark.parametrize("actor", [ANALYST, ADMIN, PORTAL])
def test_others_see_no_card(actor):
    with pytest.raises(NotVisible):
        queries.card(actor, zhao().pk)


def test_a_card_that_does_not_exist_is_not_visible():
    with pytest.raises(NotVisible):
        queries.card(LIN, 999)


def test_many_cards_cost_two_queries(django_assert_num_queries):
    ids = [zhao(phones=[f"1390000{n:04d}"], emails=[f"z{n}@a.com"]).pk for n in range(5)]
    with django_assert_num_queries(2):
        found = queries.cards(LIN, ids)
    assert [card.id for card in found] == ids


def test_labels_of_many_customers_cost_one_query(django_assert_num_queries):
    one, other = zhao(), zhao(name="欧阳娜娜")
    with django_assert_num_queries(1):
        assert queries.masked_labels([one.pk, other.pk]) == {one.pk: "赵**", other.pk: "欧阳**"}


@pytest.mark.feature("2.4")
@pytest.mark.parametrize("name", ["赵", "赵晓云", "趙", "zxy", "ZXY"])
def test_last_four_digits_and_surname_still_find_the_person(name):
    customer = zhao()
    zhao(name="赵晓雨", phones=["13800005678"], emails=[])
    zhao(name="钱多多", phones=["13911111234"], emails=[])
    assert [card.id for card in queries.find_by_last4_and_surname(LIN, "1234", name, at=AT)] == [customer.pk]


@pytest.mark.parametrize(
    ("last4", "name"), [("123", "赵"), ("12345", "赵"), ("1234", ""), ("1234", "孙"), ("abcd", "赵")]
)
def test_anything_less_finds_nobody(last4, name):
    zhao()
    assert queries.find_by_last4_and_surname(LIN, last4, name, at=AT) == []


def test_an_exact_phone_or_mail_address_finds_the_customer():
    customer = zhao()
    assert queries.find_by_phone(LIN, "138-0000-1234", at=AT) == customer
    assert queries.find_by_email(LIN, " Zhao.Xiaoyun@example.com ", at=AT) == customer
    assert queries.find_by_phone(LIN, "13800001235", at=AT) is None
    assert queries.find_by_phone(LIN, "13800", at=AT) is None
    assert queries.find_by_phone(LIN, "x", at=AT) is None
    assert queries.find_by_email(LIN, "x", at=AT) is None
    assert queries.find_by_email(LIN, "", at=AT) is None


@pytest.mark.parametrize(
    "find", [lambda a: queries.find_by_phone(a, PHONE, at=AT), lambda a: queries.list_customers(a, at=AT)]
)
def test_inspectors_and_liaisons_search_no_customers(find):
    for actor in (INSPECTOR, XU):
        with pytest.raises(NotAllowed):
            find(actor)


def test_the_list_is_paged_by_key():
    ids = [zhao(phones=[f"1390000{n:04d}"], emails=[]).pk for n in range(5)]
    first = queries.list_customers(LIN, limit=2, at=AT)
    second = queries.list_customers(LIN, after=first.next, limit=2, at=AT)
    third = queries.list_customers(LIN, after=second.next, limit=2, at=AT)
    assert [card.id for page in (first, second, third) for card in page.items] == ids[::-1]
    assert third.next is None


def test_a_phone_for_notices_is_masked():
    assert queries.masked_phone(zhao().pk) == "138******34"
    assert queries.masked_phone(zhao(phones=[], emails=[]).pk) == ""


@pytest.mark.feature("2.4")
def test_the_tables_of_the_vault_show_no_clear_value():
    customer = zhao()
    actions.lift_personal_data(actor=LIN, customer_id=customer.pk, text=f"我是赵晓云，电话{PHONE}，住{ADDRESS}", at=AT)
    tables = [model._meta.db_table for model in apps.get_app_config("customers").get_models()]
    assert len(tables) >= 7
    with connection.cursor() as cursor:
        for table in [*tables, "journal_entry"]:
            cursor.execute(f"SELECT t::text FROM {table} AS t")
            content = " ".join(row[0] for row in cursor.fetchall())
            for clear in ("赵晓云", "晓云", PHONE, "00001234", "zhao.xiaoyun", "中关村", "301室", "zxy"):
                assert clear not in content
                assert clear.encode().hex() not in content


def test_a_company_is_shown_by_its_first_characters():
    draft = CustomerDraft(name="远禾科技有限公司", phones=["010-62345678"], kind="COMPANY")
    company = actions.register_customer(actor=LIN, draft=draft, at=AT)
    assert queries.card(LIN, company.pk).name == "远禾***"
