"""What is shared with others stays inside an agreement that two persons made; attempts beyond it are kept."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from bihuan.customers.actions import CustomerDraft, register_customer, register_decoy
from bihuan.customers.models import Customer
from bihuan.exports.models import ExportJob, ExportState
from bihuan.exports.running import run
from bihuan.exports.sealed_file import read_pieces
from bihuan.foundation.moment import now
from bihuan.journal.models import StoredEntry
from bihuan.privacy.actions import record_consents
from bihuan.sharing import actions
from bihuan.sharing.actions import AgreementDraft
from bihuan.sharing.models import Share, SharedField, SharePurpose, SharingAgreement
from bihuan.sharing.terms import refusal_of
from tests.people import Company, acting, build_company, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.feature("2.6")]
PHONE, ADDRESS = "13800001234", "浙江省杭州市文三路1号"


@pytest.fixture
def company(db: None) -> Company:
    return build_company()


def today() -> date:
    return timezone.localtime(now()).date()


def agree(company: Company, *, is_approved: bool = True, **changes: Any) -> SharingAgreement:
    """Qian writes down, An Qi agrees."""
    terms: dict[str, Any] = {
        "partner": "远禾理赔有限公司",
        "relation": "ENTRUSTED",
        "purpose": "CLAIMS",
        "fields": ["NAME", "PHONE"],
        "safeguards": "加密传输，用后删除",
        "assessed_on": today() - timedelta(days=30),
        "from_on": today() - timedelta(days=10),
        "to_on": today(),
    }
    draft = AgreementDraft(**(terms | changes))
    agreement = actions.create_agreement(actor=acting(company.qian), draft=draft, at=now())
    if is_approved:
        actions.approve_agreement(actor=acting(company.security_admin), agreement_id=agreement.pk, at=now())
    return agreement


def customer(company: Company, name: str = "赵敏娟", phone: str = PHONE) -> Customer:
    draft = CustomerDraft(name=name, phones=[phone], emails=[f"{phone}@example.com"], addresses=[ADDRESS])
    return register_customer(actor=acting(company.lin), draft=draft, at=now())


def share(company: Company, agreement: SharingAgreement, **given: Any) -> int:
    """What Qian's browser is answered."""
    wanted = {"purpose": "CLAIMS", "shared": ["NAME", "PHONE"]} | given
    browser = signed_in(company.qian)
    return browser.post(reverse("agreement_share", args=[agreement.pk]), wanted).status_code


def content(job: ExportJob) -> str:
    return b"".join(read_pieces(job.token)).decode("utf-8-sig")


def test_agreed_fields_leave_as_a_file_and_nothing_else(company: Company) -> None:
    customer(company)
    decoy = CustomerDraft(name="冯虚", phones=["13300003333"])
    register_decoy(actor=acting(company.security_admin), draft=decoy, at=now())
    agreement = agree(company)
    assert share(company, agreement) == 302
    job, kept = ExportJob.objects.get(), Share.objects.get()
    run(job.pk)
    job.refresh_from_db()
    text = content(job)
    assert job.state == ExportState.DONE and "赵敏娟" in text and PHONE in text
    assert "example.com" not in text and "文三路" not in text and "冯虚" not in text
    assert (kept.export_id, kept.customers, kept.refusal) == (job.pk, 1, "")
    page = signed_in(company.qian).get(reverse("agreement_page", args=[agreement.pk])).content.decode()
    assert "已共享" in page and "赵敏娟" not in page
    payload = StoredEntry.objects.get(code="sharing.shared").payload
    assert payload["fields"] == ["NAME", "PHONE"] and payload["customers"] == 1


@pytest.mark.parametrize(
    ("terms", "given", "code"),
    [
        ({}, {"shared": ["NAME", "ADDRESS"]}, "share_field_outside"),
        ({}, {"purpose": "CAMPAIGN"}, "share_other_purpose"),
        ({"to_on": timedelta(days=-1)}, {}, "share_not_current"),
        ({"from_on": timedelta(days=1), "to_on": timedelta(days=9)}, {}, "share_not_current"),
        ({"is_approved": False}, {}, "share_not_approved"),
    ],
)
def test_a_share_outside_the_agreement_is_refused_and_kept(
    company: Company, terms: dict[str, Any], given: dict[str, Any], code: str
) -> None:
    customer(company)
    days = {name: today() + value if isinstance(value, timedelta) else value for name, value in terms.items()}
    agreement = agree(company, **days)
    assert share(company, agreement, **given) == 409
    assert not ExportJob.objects.exists()
    kept = Share.objects.get()
    assert (kept.refusal, kept.export_id) == (code, None)
    assert StoredEntry.objects.get(code="sharing.refused").payload["reason"] == code
    page = signed_in(company.audit_admin).get(reverse("agreement_page", args=[agreement.pk])).content.decode()
    assert "被拒" in page and code in page


def test_an_agreement_that_ends_while_the_file_is_written_stops_it(company: Company) -> None:
    customer(company)
    agreement = agree(company)
    assert share(company, agreement) == 302
    actions.end_agreement(actor=acting(company.he), agreement_id=agreement.pk, at=now())
    job = ExportJob.objects.get()
    run(job.pk)
    job.refresh_from_db()
    assert job.state == ExportState.FAILED
    with pytest.raises(FileNotFoundError):
        read_pieces(job.token)


def test_another_processor_gets_only_who_agreed_to_it_by_itself(company: Company) -> None:
    yes, no = customer(company), customer(company, "王芳", "13900005678")
    silent = customer(company, "李雷", "13711112222")
    said = {"channel": "DESK", "at": now()}
    for one, answer in ((yes, True), (no, True), (no, False)):
        record_consents(actor=acting(company.lin), customer_id=one.pk, answers={"SHARING": answer}, **said)
    agreement = agree(company, relation="PROVIDED")
    assert share(company, agreement) == 302
    job = ExportJob.objects.get()
    run(job.pk)
    text = content(job)
    assert "赵敏娟" in text and "王芳" not in text and silent.name not in text
    # taken back: nobody is left
    record_consents(actor=acting(company.lin), customer_id=yes.pk, answers={"SHARING": False}, **said)
    assert share(company, agreement) == 409


def test_who_drafts_does_not_approve(company: Company) -> None:
    agreement = agree(company, is_approved=False)
    own = agree(company, is_approved=False)
    SharingAgreement.objects.filter(pk=own.pk).update(drafted_by=company.he)
    before = StoredEntry.objects.count()
    assert signed_in(company.qian).post(reverse("agreement_approve", args=[agreement.pk])).status_code == 403
    answer = signed_in(company.he).post(reverse("agreement_approve", args=[own.pk]))
    assert answer.status_code == 403 and "agreement_second_person" in answer.content.decode()
    assert SharingAgreement.objects.filter(state="DRAFT").count() == 2 and StoredEntry.objects.count() == before
    assert signed_in(company.he).post(reverse("agreement_approve", args=[agreement.pk])).status_code == 302


@pytest.mark.parametrize(
    "gap",
    [
        {"partner": ""},
        {"safeguards": " "},
        {"fields": []},
        {"fields": ["ID_NUMBER"]},
        {"purpose": "FUN"},
        {"assessed_on": timedelta(days=1)},
        {"to_on": timedelta(days=-11)},
    ],
)
def test_an_agreement_that_lacks_what_the_law_wants_is_refused(company: Company, gap: dict[str, Any]) -> None:
    days = {name: today() + value if isinstance(value, timedelta) else value for name, value in gap.items()}
    with pytest.raises(actions.AgreementIncomplete):
        agree(company, **days)
    assert not SharingAgreement.objects.exists()


@pytest.mark.parametrize("who", ["lin", "wei", "inspector", "security_admin", "audit_admin"])
def test_only_managers_and_directors_share(company: Company, who: str) -> None:
    customer(company)
    agreement = agree(company)
    wanted = {"purpose": "CLAIMS", "shared": ["NAME"]}
    before = StoredEntry.objects.count()
    browser = signed_in(getattr(company, who))
    assert browser.post(reverse("agreement_share", args=[agreement.pk]), wanted).status_code == 403
    assert not Share.objects.exists() and StoredEntry.objects.count() == before


def test_a_page_drafts_an_agreement(company: Company) -> None:
    form = {
        "department_id": str(company.operations.pk),
        "relation": "ENTRUSTED",
        "purpose": "DELIVERY",
        "shared": ["PHONE", "ADDRESS"],
        "safeguards": "只在内网查看",
        "assessed_on": str(today()),
        "from_on": str(today()),
        "to_on": str(today() + timedelta(days=365)),
    }
    browser = signed_in(company.qian)
    assert browser.post(reverse("agreement_new"), form | {"partner": "两个都写"}).status_code == 422
    page = browser.post(reverse("agreement_new"), form, follow=True).content.decode()
    assert "华东运营部" in page and "待批准" in page
    assert "华东运营部" in browser.get(reverse("sharing_list")).content.decode()


FIELDS = st.lists(st.sampled_from(SharedField.values), unique=True)
DAYS = st.integers(-3, 3).map(lambda n: date(2026, 11, 27) + timedelta(days=n))


@given(agreed=FIELDS, wanted=FIELDS, purpose=st.sampled_from(SharePurpose.values), first=DAYS, last=DAYS, on=DAYS)
def test_terms_allow_exactly_what_was_agreed(
    agreed: list[str], wanted: list[str], purpose: str, first: date, last: date, on: date
) -> None:
    terms = SharingAgreement(state="APPROVED", purpose="CLAIMS", fields=agreed, from_on=first, to_on=last)
    allowed = set(wanted) <= set(agreed) and purpose == "CLAIMS" and first <= on <= last
    assert (refusal_of(terms, purpose=purpose, fields=wanted, on=on) is None) == allowed
    terms.state = "ENDED"
    assert refusal_of(terms, purpose=purpose, fields=wanted, on=on) is not None
