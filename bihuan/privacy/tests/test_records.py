"""The record of processing: complete, in versions, assessed where the law wants it, to print and as a file."""

import pytest
from django.urls import reverse

from bihuan.exports.models import ExportJob
from bihuan.exports.running import run
from bihuan.journal.models import StoredEntry
from bihuan.privacy.models import ProcessingRecord
from tests.people import Company, build_company, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.feature("2.5")]
FORM = {
    "name": "投诉处理",
    "purpose": "查清并答复客户的投诉",
    "basis": "CONTRACT",
    "subjects": "寄件人、收件人",
    "data_kinds": "姓名、电话、地址",
    "retention": "办结后三年",
    "safeguards": "加密存放，逐次查看留痕",
}


@pytest.fixture
def company(db: None) -> Company:
    return build_company()


def test_every_change_is_a_version_and_the_first_one_stays(company: Company) -> None:
    keeper = signed_in(company.security_admin)
    page = keeper.post(reverse("record_new"), FORM, follow=True).content.decode()
    assert "投诉处理" in page and "第 1 版" in page
    activity_id = ProcessingRecord.objects.get().activity_id
    form = keeper.get(reverse("record_next", args=[activity_id])).content.decode()
    assert "办结后三年" in form
    keeper.post(reverse("record_next", args=[activity_id]), FORM | {"retention": "办结后四年"})
    page = keeper.get(reverse("record_page", args=[activity_id])).content.decode()
    assert "办结后三年" in page and "办结后四年" in page
    assert "办结后三年" not in keeper.get(reverse("record_list")).content.decode()
    entry = StoredEntry.objects.filter(code="privacy.record_written").latest("id")
    assert entry.payload == {"activity_id": activity_id, "version": 2, "changed": ["retention"]}


@pytest.mark.parametrize(
    "risk",
    [
        {"is_sensitive": "on"},
        {"recipients": "理赔公司"},
        {"is_sensitive": "on", "assessed_on": "2026-11-01"},
        {"recipients": "理赔公司", "assessment": "必要"},
    ],
)
def test_what_is_risky_needs_an_assessment_with_its_day(company: Company, risk: dict[str, str]) -> None:
    keeper = signed_in(company.security_admin)
    answer = keeper.post(reverse("record_new"), FORM | risk)
    assert answer.status_code == 422 and "影响评估" in answer.content.decode()
    assert not ProcessingRecord.objects.exists()
    whole = risk | {"assessed_on": "2026-11-01", "assessment": "必要，风险低，措施相称"}
    assert keeper.post(reverse("record_new"), FORM | whole).status_code == 302


@pytest.mark.parametrize("gap", ["name", "purpose", "basis", "subjects", "data_kinds", "retention", "safeguards"])
def test_a_record_with_a_gap_is_refused(company: Company, gap: str) -> None:
    assert signed_in(company.security_admin).post(reverse("record_new"), FORM | {gap: " "}).status_code == 422
    assert not ProcessingRecord.objects.exists()


def test_an_activity_that_ended_keeps_its_record_and_takes_no_more(company: Company) -> None:
    keeper = signed_in(company.security_admin)
    keeper.post(reverse("record_new"), FORM)
    activity_id = ProcessingRecord.objects.get().activity_id
    assert keeper.post(reverse("record_end", args=[activity_id])).status_code == 302
    assert keeper.post(reverse("record_next", args=[activity_id]), FORM).status_code == 409
    assert "已停止" in keeper.get(reverse("record_list")).content.decode()
    assert ProcessingRecord.objects.count() == 1


def test_the_auditor_takes_the_record_as_a_file(company: Company) -> None:
    signed_in(company.security_admin).post(reverse("record_new"), FORM)
    auditor = signed_in(company.audit_admin)
    assert auditor.post(reverse("record_export")).status_code == 302
    job = ExportJob.objects.get()
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == ("DONE", 1)
    assert StoredEntry.objects.filter(code="privacy.records_exported").exists()


@pytest.mark.parametrize("who", ["lin", "wei", "qian", "he", "audit_admin", "system_admin"])
def test_only_the_security_administrator_writes(company: Company, who: str) -> None:
    before = StoredEntry.objects.count()
    assert signed_in(getattr(company, who)).post(reverse("record_new"), FORM).status_code == 403
    assert not ProcessingRecord.objects.exists() and StoredEntry.objects.count() == before
