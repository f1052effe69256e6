from datetime import timedelta

import pytest

from bihuan.customers import actions, queries
from bihuan.customers.actions import CaseMissing, PurposeMissing
from bihuan.customers.tests.factories import (
    ADDRESS,
    ADMIN,
    ANALYST,
    AT,
    CASE_ID,
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
from bihuan.journal.queries import entries_of

pytestmark = pytest.mark.django_db


def reveal(customer, field, actor=LIN, purpose="CALLBACK", case_id=CASE_ID):
    return actions.reveal_field(
        actor=actor, customer_id=customer.pk, field=field, purpose=purpose, case_id=case_id, at=AT
    )


def revealed_entries(customer):
    return entries_of("customer", customer.pk, codes=["customer.revealed"])


@pytest.mark.feature("2.3")
def test_a_phone_is_revealed_for_a_purpose_within_a_case_and_journalled():
    customer = zhao()
    field = f"phone:{customer.phones.get().pk}"
    shown = reveal(customer, field)
    assert (shown.value, shown.expires_at) == (PHONE, AT + timedelta(minutes=5))
    assert shown.watermark == "林晓 2026-11-23 10:30"
    (entry,) = revealed_entries(customer)
    assert (entry.actor_id, entry.actor_name) == (LIN.id, "林晓")
    assert entry.payload == {"customer_id": customer.pk, "field": field, "purpose": "CALLBACK", "case_id": CASE_ID}
    assert queries.card(LIN, customer.pk).phones == ("138******34",)


def test_every_field_of_the_card_can_be_revealed():
    customer = zhao()
    values = [reveal(customer, field.field).value for field in queries.card(LIN, customer.pk).fields]
    assert values == ["赵晓云", PHONE, "zhao.xiaoyun@example.com", ADDRESS]


@pytest.mark.parametrize(
    ("details", "refusal", "code"),
    [
        ({"purpose": ""}, PurposeMissing, "purpose_missing"),
        ({"purpose": "CURIOSITY"}, PurposeMissing, "purpose_missing"),
        ({"case_id": None}, CaseMissing, "case_missing"),
        ({"field": "phone:0"}, NotVisible, "not_found"),
        ({"field": "phone"}, NotVisible, "not_found"),
        ({"field": "name:1"}, NotVisible, "not_found"),
        ({"field": "password:1"}, NotVisible, "not_found"),
        ({"field": "phone:²"}, NotVisible, "not_found"),
    ],
)
def test_without_purpose_case_or_field_nothing_is_revealed(details, refusal, code):
    customer = zhao()
    with pytest.raises(refusal) as refused:
        reveal(customer, **{"field": "name", **details})
    assert refused.value.code == code
    assert revealed_entries(customer) == []


def test_a_phone_of_another_customer_is_not_revealed():
    customer, other = zhao(), zhao(name="钱多多", phones=["13911112222"], emails=[])
    with pytest.raises(NotVisible):
        reveal(customer, f"phone:{other.phones.get().pk}")


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        (INSPECTOR, NotAllowed),
        (XU, NotAllowed),
        (MAIL_JOB, NotAllowed),
        (ANALYST, NotVisible),
        (ADMIN, NotVisible),
        (PORTAL, NotVisible),
    ],
)
def test_only_those_who_handle_cases_reveal(actor, refusal):
    customer = zhao()
    with pytest.raises(refusal):
        reveal(customer, "name", actor=actor)
    with pytest.raises(refusal):
        actions.reveal_text(actor=actor, customer_id=customer.pk, text="", purpose="CLAIM", case_id=CASE_ID, at=AT)
    assert revealed_entries(customer) == []


def test_a_text_shows_the_values_of_this_customer_and_no_others():
    customer, other = zhao(), zhao(name="钱多多", phones=[], emails=[])
    own = actions.lift_personal_data(actor=PORTAL, customer_id=customer.pk, text=f"打{PHONE}", at=AT)
    foreign = actions.lift_personal_data(actor=PORTAL, customer_id=other.pk, text="别打13911112222", at=AT)
    shown = actions.reveal_text(
        actor=WEI,
        customer_id=customer.pk,
        text=own + foreign + "⟦pd:999999⟧",
        purpose="CONTACT",
        case_id=CASE_ID,
        at=AT,
    )
    assert shown.value == f"打{PHONE}别打139******22***"
    (entry,) = revealed_entries(customer)
    assert entry.payload["field"].startswith("data:") and "," not in entry.payload["field"]


def test_a_text_without_values_leaves_no_entry():
    customer = zhao()
    actions.reveal_text(actor=LIN, customer_id=customer.pk, text="没有", purpose="CONTACT", case_id=CASE_ID, at=AT)
    assert revealed_entries(customer) == []


def test_the_customer_can_be_told_who_looked_and_why():
    customer = zhao()
    text = actions.lift_personal_data(actor=PORTAL, customer_id=customer.pk, text=f"打{PHONE}，或a1@b.com", at=AT)
    reveal(customer, "name", purpose="IDENTITY")
    later = AT + timedelta(minutes=1)
    actions.reveal_text(actor=WEI, customer_id=customer.pk, text=text, purpose="CLAIM", case_id=CASE_ID, at=later)
    last, first = queries.looks(customer.pk)
    assert (last.by, last.purpose, set(last.kinds), last.at) == ("韦敏", "办理理赔", {"电话", "邮箱"}, later)
    assert (first.by, first.purpose, first.kinds, first.case_id) == ("林晓", "核对客户身份", ("姓名",), CASE_ID)


def test_opening_the_card_can_be_noted():
    customer = zhao()
    actions.record_look(actor=XU, customer_id=customer.pk, case_id=CASE_ID, at=AT)
    assert entries_of("customer", customer.pk)[-1].code == "customer.looked_at"
    with pytest.raises(NotVisible):
        actions.record_look(actor=ANALYST, customer_id=customer.pk, case_id=None, at=AT)
