"""A leader leads a storm on the pages; an agent sees the parcel beside the case, and takes a scan as evidence."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.cache import cache
from django.test import Client

from bihuan.carriers.scans import Scan, ScanCode
from bihuan.cases.models import Case, Evidence
from bihuan.cases.tests import factories
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.incidents.models import Incident
from bihuan.journal.models import StoredEntry
from bihuan.parcels import actions as parcels
from bihuan.parcels.models import TrackingEvent
from bihuan.parcels.queries import evidence_of
from tests.people import build_company, signed_in

HUB = "武汉转运中心"
SYSTEM = Actor.system("tests")
NUMBER = "YH773104829156"


@pytest.fixture
def company(db):
    cache.clear()
    return build_company()


@pytest.fixture
def stranded(company):
    """Zhao's complaint about a parcel that has lain in Wuhan for two days."""
    at = now()
    parcels.register_waybill(actor=SYSTEM, draft=parcels.WaybillDraft(number=NUMBER), at=at)
    scans = [
        Scan(at - timedelta(hours=60), ScanCode.COLLECTED, "上海浦东营业部"),
        Scan(at - timedelta(hours=48), ScanCode.ARRIVED, HUB),
    ]
    parcels.record_scans(actor=SYSTEM, number=NUMBER, scans=scans, source="LOCAL", at=at)
    return factories.open_complaint(waybill=NUMBER)


def test_the_parcel_stands_beside_the_case_with_what_seems_wrong(company, stranded):
    page = signed_in(company.lin).get(f"/cases/{stranded.number}/parcel").content.decode()
    assert "疑似滞留" in page and HUB in page and "和本案的分类不同" in page


def test_the_page_of_the_case_asks_for_the_parcel_by_itself(company, stranded):
    page = signed_in(company.lin).get(f"/cases/{stranded.number}").content.decode()
    assert f'hx-get="/cases/{stranded.number}/parcel"' in page


@pytest.mark.parametrize("waybill", ["", "YH773100000000", "没有单号"])
def test_a_case_without_a_known_parcel_says_so(company, waybill):
    case = factories.open_complaint(waybill=waybill)
    answer = signed_in(company.lin).get(f"/cases/{case.number}/parcel")
    assert answer.status_code == 200 and "没有这个运单的记录" in answer.content.decode()


@pytest.mark.feature("4.10")
def test_a_scan_taken_as_evidence_is_kept_with_its_hash(company, stranded):
    scan = TrackingEvent.objects.latest("at")
    answer = signed_in(company.lin).post(f"/cases/{stranded.number}/parcel/{scan.pk}/evidence")
    assert answer.status_code == 302
    evidence = Evidence.objects.select_related("file").get(case=stranded)
    assert evidence.file.sha256 == sha256(evidence_of(scan)).hexdigest()
    assert StoredEntry.objects.get(code="case.evidence_added").payload["sha256"] == evidence.file.sha256


def test_a_scan_of_another_parcel_is_no_evidence_here(company, stranded):
    other = parcels.register_waybill(actor=SYSTEM, draft=parcels.WaybillDraft(number="YH773104829157"), at=now())
    parcels.record_scans(
        actor=SYSTEM, number=other.number, scans=[Scan(now(), ScanCode.LOST, HUB)], source="LOCAL", at=now()
    )
    scan = TrackingEvent.objects.get(waybill=other)
    assert signed_in(company.lin).post(f"/cases/{stranded.number}/parcel/{scan.pk}/evidence").status_code == 404
    assert not Evidence.objects.exists()


def test_an_agent_of_another_division_sees_neither_case_nor_parcel(company, stranded):
    assert signed_in(company.bai).get(f"/cases/{stranded.number}/parcel").status_code == 404


@pytest.mark.feature("4.6")
def test_a_leader_opens_tells_answers_and_the_customer_reads_the_notice(company, stranded):
    qian = signed_in(company.qian)
    opened = qian.post("/incidents/new", {"title": "武汉暴雨", "kind": "WEATHER", "hub": HUB})
    incident = Incident.objects.get()
    assert opened.status_code == 302 and stranded.number in qian.get(opened.url).content.decode()
    early = qian.post(
        f"/incidents/{incident.pk}/do/answer", {"message": "好了", "cause": "FORCE_MAJEURE", "cause_stage": "LINEHAUL"}
    )
    assert early.status_code == 409 and Case.objects.get().state == "RECEIVED"
    qian.post(f"/incidents/{incident.pk}/do/tell", {"notice": "暴雨停运，晚到两天。"})
    for address in ("/service/", f"/service/track?number={NUMBER}"):
        assert "暴雨停运" in Client().get(address).content.decode()
    qian.post(
        f"/incidents/{incident.pk}/do/answer", {"message": "好了", "cause": "FORCE_MAJEURE", "cause_stage": "LINEHAUL"}
    )
    assert Case.objects.get().state == "ANSWERED"
    assert qian.post(f"/incidents/{incident.pk}/do/close").status_code == 409
    assert "武汉暴雨" in signed_in(company.lin).get(f"/cases/{stranded.number}/parcel").content.decode()


def test_a_jammed_hub_is_suggested_to_leaders_and_an_agent_cannot_lead(company, stranded):
    lin = signed_in(company.lin)
    assert lin.get("/incidents").status_code == 200
    assert lin.post("/incidents/new", {"title": "x", "kind": "WEATHER"}).status_code == 403
    assert not Incident.objects.exists()
