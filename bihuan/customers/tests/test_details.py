import pytest

from bihuan.customers import actions, queries
from bihuan.customers.models import Customer
from bihuan.customers.tests.factories import ADDRESS, ANALYST, AT, INSPECTOR, LIN, MAIL_JOB, PHONE, PORTAL, XU, zhao
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.journal.queries import entries_of

pytestmark = pytest.mark.django_db


def last_entry(customer):
    return entries_of("customer", customer.pk)[-1]


def test_a_second_phone_finds_the_customer_too():
    customer = zhao()
    phone = actions.add_phone(actor=LIN, customer_id=customer.pk, phone="010-62345678", at=AT)
    assert phone.identifies
    assert queries.find_by_phone(LIN, "(010)6234 5678", at=AT) == customer
    assert last_entry(customer).code == "customer.phone_added"
    assert last_entry(customer).payload == {"customer_id": customer.pk, "phone_id": phone.pk, "identifies": True}


def test_adding_a_known_phone_again_changes_nothing():
    customer = zhao()
    phone = actions.add_phone(actor=LIN, customer_id=customer.pk, phone=PHONE, at=AT)
    assert phone == customer.phones.get()
    assert last_entry(customer).code == "customer.registered"


def test_a_phone_shared_with_another_customer_goes_on_finding_the_first():
    first, second = zhao(), zhao(phones=["13911112222"], emails=[])
    assert not actions.add_phone(actor=LIN, customer_id=second.pk, phone=PHONE, at=AT).identifies
    assert queries.find_by_phone(LIN, PHONE, at=AT) == first
    with pytest.raises(actions.ContactTaken):
        field = f"phone:{second.phones.get(identifies=False).pk}"
        actions.confirm_contact(actor=LIN, customer_id=second.pk, field=field, at=AT)


def test_a_claimed_mail_address_identifies_once_a_person_has_confirmed_it():
    customer = zhao(emails=[])
    actions.find_or_register_customer(actor=PORTAL, phone=PHONE, email="new@b.com", at=AT)
    email = customer.emails.get()
    assert queries.reply_email_id(customer.pk) is None
    actions.confirm_contact(actor=LIN, customer_id=customer.pk, field=f"email:{email.pk}", at=AT)
    assert queries.reply_email_id(customer.pk) == email.pk
    assert queries.find_by_email(LIN, "NEW@b.com", at=AT) == customer
    assert last_entry(customer).payload == {"customer_id": customer.pk, "field": f"email:{email.pk}"}
    actions.confirm_contact(actor=LIN, customer_id=customer.pk, field=f"email:{email.pk}", at=AT)


def test_confirming_a_detail_of_somebody_else_is_refused():
    customer, other = zhao(), zhao(name="钱多多", phones=["13911112222"])
    with pytest.raises(NotVisible):
        field = f"phone:{other.phones.get().pk}"
        actions.confirm_contact(actor=LIN, customer_id=customer.pk, field=field, at=AT)


@pytest.mark.feature("2.4")
def test_a_renamed_customer_is_found_by_the_new_surname():
    customer = zhao()
    actions.rename_customer(actor=LIN, customer_id=customer.pk, name="欧阳晓云", at=AT)
    assert queries.masked_label(customer.pk) == "欧阳**"
    assert [card.id for card in queries.find_by_last4_and_surname(LIN, "1234", "欧阳", at=AT)] == [customer.pk]
    assert queries.find_by_last4_and_surname(LIN, "1234", "赵", at=AT) == []
    assert last_entry(customer).code == "customer.named"


def test_addresses_and_mail_addresses_are_added():
    customer = zhao()
    address = actions.add_address(actor=LIN, customer_id=customer.pk, address="浙江省杭州市余杭区文一西路969号", at=AT)
    email = actions.add_email(actor=LIN, customer_id=customer.pk, email="zhao@b.com", at=AT)
    assert (address.region, email.value) == ("浙江省杭州市余杭区", "zhao@b.com")
    assert last_entry(customer).code == "customer.email_added"


@pytest.mark.parametrize(
    ("action", "details", "refusal"),
    [
        ("add_phone", {"phone": " "}, "phone_invalid"),
        ("add_email", {"email": ""}, "email_invalid"),
        ("add_address", {"address": "  "}, "address_missing"),
    ],
)
def test_blank_details_are_refused(action, details, refusal):
    customer = zhao()
    with pytest.raises(actions.AddressMissing.__mro__[1]) as refused:
        getattr(actions, action)(actor=LIN, customer_id=customer.pk, at=AT, **details)
    assert refused.value.code == refusal


@pytest.mark.parametrize(
    ("actor", "refusal"), [(INSPECTOR, NotAllowed), (XU, NotAllowed), (ANALYST, NotVisible), (PORTAL, NotVisible)]
)
def test_only_those_who_handle_cases_change_details(actor, refusal):
    customer = zhao()
    with pytest.raises(refusal):
        actions.add_phone(actor=actor, customer_id=customer.pk, phone="13911112222", at=AT)
    with pytest.raises(refusal):
        actions.rename_customer(actor=actor, customer_id=customer.pk, name="别人", at=AT)
    assert (customer.phones.count(), Customer.objects.get().name) == (1, "赵晓云")


def test_jobs_may_change_details():
    customer = zhao()
    actions.add_address(actor=MAIL_JOB, customer_id=customer.pk, address=ADDRESS, at=AT)
    assert customer.addresses.count() == 1
