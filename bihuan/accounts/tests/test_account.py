"""The key-account file: what the next colleague knows before picking up."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bihuan.accounts import actions, queries
from bihuan.accounts.actions import (
    AccountExists,
    ContactIncomplete,
    ContractOutOfOrder,
    NotACompany,
    OwnerUnknown,
    Terms,
    WordsMissing,
)
from bihuan.accounts.models import AccountContact, KeyAccount
from bihuan.cases.tests import factories
from bihuan.customers.actions import CustomerDraft, register_customer
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.foundation.moment import now
from tests.people import Company, acting, build_company, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.feature("2.9")]
PHONE = "13800001234"


@pytest.fixture
def company(db: None) -> Company:
    return build_company()


def register(company, **changes):
    draft = CustomerDraft(**{"name": "远禾科技有限公司", "phones": ["010-62345678"], "kind": "COMPANY", **changes})
    return register_customer(actor=acting(company.lin), draft=draft, at=now())


def open_file(company, customer=None, staff=None, **terms):
    customer = customer or register(company)
    given = Terms(**{"owner_id": company.lin.pk, **terms})
    return actions.open_account(actor=acting(staff or company.wei), customer_id=customer.pk, terms=given, at=now())


def test_two_contacts_and_a_habit_show_beside_the_next_call(company):
    file = open_file(company, contract_no="HT-2026-118", monthly_parcels=42_000, needs="每晚 20 点后取件")
    lin = signed_in(company.lin)
    address = reverse("account_part", args=[file.pk, "contact"])
    lin.post(address, {"role": "SHIPPING", "name": "王芳", "phone": PHONE})
    lin.post(address, {"role": "FINANCE", "name": "李雷", "email": "li@example.com"})
    lin.post(reverse("account_part", args=[file.pk, "habit"]), {"text": f"只接短信，急事打{PHONE}"})
    case = factories.open_complaint(customer_phone=PHONE)
    page = signed_in(company.zhou).get(reverse("case_page", args=[case.number])).content.decode()
    assert reverse("account_panel", args=[case.customer_id]) in page
    panel = signed_in(company.zhou).get(reverse("account_panel", args=[case.customer_id])).content.decode()
    for shown in ("王*", "李*", "发货", "财务", "只接短信", "HT-2026-118", "42000", "每晚 20 点后取件", "林晓雯"):
        assert shown in panel
    assert PHONE not in panel and "王芳" not in panel


def test_a_stranger_has_no_panel(company):
    open_file(company)
    case = factories.open_complaint(customer_phone="13911112222")
    assert queries.account_panel(acting(company.lin), case.customer_id) is None
    assert queries.account_panel(acting(company.xu), KeyAccount.objects.get().customer_id) is None


def test_visits_are_logged_the_newest_first(company):
    file = open_file(company)
    today = now().date()
    for days, words in [(9, "谈续约"), (2, "看仓库")]:
        actions.record_visit(
            actor=acting(company.lin),
            account_id=file.pk,
            visited_on=today - timedelta(days=days),
            summary=words,
            at=now(),
        )
    panel = queries.account_panel(acting(company.zhou), file.customer_id)
    assert [visit.summary for visit in panel.visits] == ["看仓库", "谈续约"]


def test_leaders_open_and_the_owner_writes_but_nobody_else(company):
    customer = register(company)
    for staff, refusal in [(company.lin, NotAllowed), (company.xu, NotVisible), (company.system_admin, NotVisible)]:
        with pytest.raises(refusal):
            open_file(company, customer, staff=staff)
    file = open_file(company, customer)
    for staff, refusal in [(company.zhou, NotAllowed), (company.xu, NotVisible)]:
        with pytest.raises(refusal):
            actions.record_habit(actor=acting(staff), account_id=file.pk, text="x", at=now())
    assert (
        actions.record_habit(actor=acting(company.lin), account_id=file.pk, text="周一不收货", at=now()).text
        == "周一不收货"
    )


def test_what_is_incomplete_or_wrong_is_refused(company):
    customer, person = register(company), register(company, name="王芳", phones=[PHONE], kind="PERSON")
    day = now().date()
    for given, refusal in [
        ({"customer": person}, NotACompany),
        ({"customer": customer, "owner_id": 0}, OwnerUnknown),
        (
            {"customer": customer, "contract_from_on": day, "contract_to_on": day - timedelta(days=1)},
            ContractOutOfOrder,
        ),
    ]:
        with pytest.raises(refusal):
            open_file(company, **given)
    assert not KeyAccount.objects.exists()
    file = open_file(company, customer)
    with pytest.raises(AccountExists):
        open_file(company, customer)
    with pytest.raises(ContactIncomplete):
        actions.add_contact(actor=acting(company.lin), account_id=file.pk, role="FINANCE", name="王芳", at=now())
    with pytest.raises(WordsMissing):
        actions.record_habit(actor=acting(company.lin), account_id=file.pk, text=" ", at=now())


def test_the_same_contact_twice_is_one(company):
    file = open_file(company)
    for _ in range(2):
        actions.add_contact(
            actor=acting(company.lin), account_id=file.pk, role="FINANCE", name="王芳", phone=PHONE, at=now()
        )
    assert AccountContact.objects.count() == 1


def test_terms_are_changed_and_only_what_changed_is_noted(company):
    file = open_file(company)
    terms = Terms(owner_id=company.zhou.pk, monthly_parcels=9)
    actions.change_account(actor=acting(company.wei), account_id=file.pk, terms=terms, at=now())
    file.refresh_from_db()
    assert (file.owner, file.monthly_parcels) == (company.zhou, 9)
