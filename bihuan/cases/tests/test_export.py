"""The list of cases as a file: asked for on the page or through the API, within rights, masked, and in the journal."""

import csv
import io
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from bihuan.api.tests.caller import Caller
from bihuan.cases.models import Case
from bihuan.cases.tests import factories
from bihuan.exports.models import ExportJob, ExportState
from bihuan.exports.running import run
from bihuan.journal.models import StoredEntry
from bihuan.organization.models import RoleGrant
from bihuan.organization.roles import Role
from tests.people import LONG_AGO, Company, signed_in


def fetched(browser: Client, job: ExportJob) -> bytes:
    """What the browser gets for the file of an export, its redirect followed."""
    link = browser.get(f"/exports/{job.pk}/file")
    assert link.status_code == 302
    return content_of(browser.get(link["Location"]))


def content_of(response: Any) -> bytes:
    """The bytes that a server would send."""

    async def receive() -> list[bytes]:
        return [piece async for piece in response]

    assert response.status_code == 200
    return b"".join(async_to_sync(receive)())


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def finished(job: ExportJob) -> ExportJob:
    run(job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.feature("13.12")
def test_a_supervisor_exports_what_the_list_is_narrowed_to(company: Company) -> None:
    lost = factories.open_complaint(matter="赵敏娟说电话13800001234没人接")
    factories.open_complaint(region="广东")
    factories.confirm(company, factories.open_complaint())
    wei = signed_in(company.wei)
    started = wei.post("/cases/export?state=RECEIVED", {"format": "CSV"})
    assert (started.status_code, started["Location"]) == (302, "/exports")
    job = finished(ExportJob.objects.get())
    assert (job.state, job.done, job.filters) == (ExportState.DONE, 1, {"state": "RECEIVED"})
    content = fetched(wei, job)
    heading, row = lines(content)
    assert heading[:2] == ["案件号", "类型"] and row[0] == lost.number
    assert "13800001234" not in content.decode() and "赵敏娟" not in content.decode()
    told = StoredEntry.objects.filter(subject="export").order_by("id").values_list("code", "actor_name")
    assert list(told) == [("cases.exported", "魏强"), ("cases.exported", "魏强"), ("cases.export_fetched", "魏强")]


def test_an_agent_does_not_take_the_list_out(company: Company) -> None:
    lin = signed_in(company.lin)
    assert "/cases/export" not in lin.get("/cases").content.decode()
    before = StoredEntry.objects.count()
    assert lin.post("/cases/export", {"format": "CSV"}).status_code == 403
    assert not ExportJob.objects.exists() and StoredEntry.objects.count() == before


def test_a_colleague_sees_neither_the_export_nor_its_file(company: Company) -> None:
    wei, qian = signed_in(company.wei), signed_in(company.qian)
    wei.post("/cases/export", {"format": "CSV"})
    job = finished(ExportJob.objects.get())
    link = wei.get(f"/exports/{job.pk}/file")["Location"]
    assert [qian.get(address).status_code for address in (link, f"/exports/{job.pk}/file")] == [404, 404]
    assert qian.post(f"/exports/{job.pk}/cancel").status_code == 404
    assert Client().get(link).status_code == 404


def test_rights_are_asked_again_when_the_job_runs_and_when_the_file_is_fetched(company: Company) -> None:
    factories.open_complaint()
    wei = signed_in(company.wei)
    wei.post("/cases/export", {"format": "CSV"})
    ready = finished(ExportJob.objects.get())
    wei.post("/cases/export", {"format": "CSV"})
    RoleGrant.objects.filter(staff=company.wei).delete()
    RoleGrant.objects.create(staff=company.wei, role=Role.SUPERVISOR, unit=company.consultations, from_on=LONG_AGO)
    late = finished(ExportJob.objects.latest("pk"))
    assert (late.state, late.done) == (ExportState.DONE, 0)
    refused = wei.get(wei.get(f"/exports/{ready.pk}/file")["Location"])
    assert refused.status_code == 403 and "export_beyond_rights" in refused.content.decode()


def test_the_page_shows_progress_and_cancels(company: Company) -> None:
    wei = signed_in(company.wei)
    wei.post("/cases/export", {"format": "XLSX"})
    job = ExportJob.objects.get()
    page = wei.get("/exports").content.decode()
    assert "<progress" in page and "every 1s" in page
    wei.post(f"/exports/{job.pk}/cancel")
    job.refresh_from_db()
    after = wei.get("/exports").content.decode()
    assert job.state == ExportState.CANCELLED and "<progress" not in after and "every 1s" not in after


@pytest.mark.feature("13.12", "15.1")
def test_a_program_exports_through_the_api(company: Company) -> None:
    case, wei = factories.open_complaint(), Caller(company.wei)
    started = wei.post("/exports", {"format": "CSV", "kind": "COMPLAINT", "columns": ["number", "customer"]})
    assert started.status_code == 202 and started.json()["state"] == "QUEUED"
    path = f"/exports/{started.json()['id']}"
    early = wei.get(f"{path}/file")
    assert (early.status_code, early.json()["code"]) == (409, "export_not_ready")
    finished(ExportJob.objects.get())
    assert wei.get(path).json()["is_ready"] and wei.get("/exports").json()[0]["percent"] == 100
    assert lines(content_of(wei.get(f"{path}/file"))) == [["案件号", "客户"], [case.number, case.customer_label]]
    for caller in (Caller(company.qian), Caller(company.he)):
        assert [caller.get(path).status_code, caller.get(f"{path}/file").status_code] == [404, 404]


def test_the_api_refuses_an_export_without_the_right_or_the_scope(company: Company) -> None:
    for caller in (Caller(company.lin), Caller(company.wei, scopes=["case.view"])):
        assert caller.post("/exports", {"format": "CSV"}).status_code == 403
    wei = Caller(company.wei)
    unknown = wei.post("/exports", {"columns": ["phone"]})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_column")
    assert not ExportJob.objects.exists() and not Case.objects.exists()
    assert [wei.post("/exports", {}).status_code for _time in range(3)] == [202, 202, 429]


def test_cancelling_through_the_api_ends_an_export(company: Company) -> None:
    wei = Caller(company.wei)
    path = f"/exports/{wei.post('/exports', {}).json()['id']}"
    assert wei.post(f"{path}/cancel").json()["state"] == "CANCELLED"
