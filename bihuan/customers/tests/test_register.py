import threading

import pytest
from django.db import connection, connections, transaction
from django.utils import translation

from bihuan.customers import actions, queries
from bihuan.customers.actions import CustomerDraft
from bihuan.customers.models import Customer, CustomerAddress, CustomerEmail, CustomerPhone
from bihuan.customers.tests.factories import ADDRESS, ADMIN, AT, LIN, MAIL_JOB, PHONE, PORTAL, XU, zhao
from bihuan.foundation.errors import NotAllowed
from bihuan.journal.queries import entries_of

pytestmark = pytest.mark.django_db


def find_or_register(actor=LIN, **details):
    return actions.find_or_register_customer(actor=actor, at=AT, **details)


def codes(customer):
    return [entry.code for entry in entries_of("customer", customer.pk)]


def test_a_new_customer_is_registered_with_all_details():
    customer = find_or_register(name=" 赵 晓云 ", phone="+86 138-0000-1234", email="Zhao@A.com", address=ADDRESS)
    assert (customer.name, customer.name_label) == ("赵 晓云", "赵 **")
    assert customer.phones.get().value == PHONE
    assert customer.emails.get().value == "zhao@a.com"
    assert (customer.addresses.get().value, customer.addresses.get().region) == (ADDRESS, "北京市海淀区")
    assert codes(customer) == ["customer.registered"]


@pytest.mark.parametrize("written", ["13800001234", "138 0000 1234", "+86-138-0000-1234", "１３８００００１２３４"])
def test_a_known_phone_finds_its_customer_however_it_is_written(written):
    known = zhao()
    assert find_or_register(name="赵女士", phone=written).pk == known.pk
    assert Customer.objects.get().name == "赵晓云"


def test_a_mail_address_finds_its_customer_when_the_phone_is_new():
    known = zhao()
    assert find_or_register(phone="13911112222", email="ZHAO.xiaoyun@example.com") == known
    assert find_or_register(phone="139 1111 2222") == known
    assert codes(known) == ["customer.registered", "customer.phone_added"]


def test_the_phone_decides_when_phone_and_mail_address_disagree():
    known = zhao()
    other = find_or_register(name="钱多多", phone="13911112222", email="qian@a.com")
    assert find_or_register(phone=PHONE, email="qian@a.com") == known
    assert find_or_register(email="qian@a.com") == other


def test_a_customer_without_a_name_gets_one_later():
    customer = find_or_register(email="zhao@a.com")
    assert customer.label == "未留姓名"
    with translation.override("en"):
        assert customer.label
    assert find_or_register(name="赵晓云", email="zhao@a.com") == customer
    assert queries.masked_label(customer.pk) == "赵**"
    assert codes(customer) == ["customer.registered", "customer.named"]


def test_nothing_left_registers_nobody():
    assert find_or_register() is None
    assert find_or_register(address=ADDRESS) is None
    assert queries.masked_label(None) == "匿名客户"


def test_a_name_alone_is_somebody_new_each_time():
    assert find_or_register(name="赵晓云") != find_or_register(name="赵晓云")


def test_what_a_stranger_claims_for_a_known_customer_identifies_nobody():
    known = zhao(emails=[])
    claimed = find_or_register(actor=PORTAL, phone=PHONE, email="stranger@b.com", name="赵晓云")
    assert claimed == known
    assert queries.reply_email_id(known.pk) is None
    assert find_or_register(actor=PORTAL, email="stranger@b.com", name="孙小美") != known


def test_a_claimed_detail_is_kept_once_however_often_it_is_claimed():
    known = zhao(emails=[])
    for _ in range(3):
        find_or_register(actor=PORTAL, phone=PHONE, email="new@b.com")
    assert CustomerEmail.objects.filter(customer=known).count() == 1


def test_a_new_customer_on_the_portal_gets_answers_by_mail():
    customer = find_or_register(actor=PORTAL, name="孙小美", phone="13911112222", email="sun@b.com")
    assert queries.email_address(MAIL_JOB, queries.reply_email_id(customer.pk)) == "sun@b.com"


@pytest.mark.parametrize("phone", ["没有", "1380", "123-4", "1" * 16])
def test_a_phone_without_enough_digits_is_refused(phone):
    with pytest.raises(actions.PhoneInvalid) as refused:
        find_or_register(name="赵晓云", phone=phone)
    assert (refused.value.code, refused.value.field) == ("phone_invalid", "phone")
    assert not Customer.objects.exists()


@pytest.mark.parametrize("email", ["zhao", "zhao@", "a b@c.com", "zhao@a"])
def test_a_broken_mail_address_is_refused(email):
    with pytest.raises(actions.EmailInvalid):
        find_or_register(name="赵晓云", email=email)


@pytest.mark.parametrize("actor", [XU, ADMIN])
def test_colleagues_who_handle_no_cases_register_nobody(actor):
    with pytest.raises(NotAllowed):
        find_or_register(actor=actor, phone=PHONE)
    assert not Customer.objects.exists()


def test_registering_a_second_customer_with_the_same_phone_leaves_the_first_one_found():
    first = zhao()
    second = zhao(name="赵晓雨")
    assert first != second
    assert find_or_register(phone=PHONE) == first
    assert codes(second) == ["customer.registered"]


def test_many_drafts_are_registered_with_few_queries(django_assert_max_num_queries):
    known = zhao()
    drafts = [CustomerDraft(name=f"客户{n}", phones=[f"139{n:08d}"], emails=[f"c{n}@a.com"]) for n in range(50)]
    drafts += [CustomerDraft(phones=[PHONE]), drafts[0], CustomerDraft(), CustomerDraft(emails=["c1@a.com"])]
    with django_assert_max_num_queries(11):
        found = actions.find_or_register_customers(actor=LIN, drafts=drafts, at=AT)
    assert found[50] == known
    assert found[51] == found[0]
    assert found[52] is None
    assert found[53] == found[1]
    assert Customer.objects.count() == 51
    assert CustomerPhone.objects.filter(customer=found[7]).get().value == "13900000007"


def test_a_known_phone_costs_one_query(django_assert_num_queries):
    zhao()
    with transaction.atomic(), django_assert_num_queries(1):
        find_or_register(phone=PHONE, name="赵晓云")


def test_a_new_phone_costs_six_queries(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(6):
        find_or_register(phone=PHONE, name="赵晓云")


@pytest.mark.django_db(transaction=True)
def test_callers_who_come_together_register_one_customer():
    barrier = threading.Barrier(8)
    seen: list[int] = []

    def register():
        barrier.wait()
        try:
            seen.append(find_or_register(name="赵晓云", phone=PHONE, email="zhao@a.com").pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=register) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8 and len(set(seen)) == 1
    assert Customer.objects.get().phones.get().value == PHONE


@pytest.mark.django_db(transaction=True)
def test_the_second_caller_waits_until_the_first_has_committed():
    other = connections.create_connection("default")
    started, done = threading.Event(), threading.Event()

    def register():
        started.set()
        try:
            find_or_register(name="赵晓云", phone=PHONE)
        finally:
            done.set()
            connection.close()

    with transaction.atomic():
        customer = find_or_register(name="赵晓云", phone=PHONE)
        thread = threading.Thread(target=register)
        thread.start()
        started.wait()
        _wait_for_a_lock(other)
        assert not done.is_set()
    thread.join()
    other.close()
    assert Customer.objects.get() == customer


def _wait_for_a_lock(other) -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with other.cursor() as cursor:
        for _ in range(100_000):
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits for the lock")


def test_no_address_is_stored_twice():
    known = zhao()
    find_or_register(phone=PHONE, address=" 北京市海淀区 中关村大街1号2单元301室")
    assert CustomerAddress.objects.filter(customer=known).count() == 1
