"""Customers see, copy, correct, take away and delete what is kept of them; who asks proves it first."""

import json
import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.calendar.queries import work_calendar
from bihuan.cases.models import Case
from bihuan.cases.tests import factories
from bihuan.customers.actions import CustomerDraft, register_customer
from bihuan.customers.models import Customer, CustomerAddress, CustomerEmail, CustomerPhone, PersonalDatum
from bihuan.customers.queries import find_by_phone, masked_label
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.moment import now
from bihuan.intake.models import Delivery, DeliveryState
from bihuan.journal.models import StoredEntry
from bihuan.journal.queries import entries_of
from bihuan.retention.actions import remove_last_addresses
from bihuan.rights import actions
from bihuan.rights.actions import ReasonUntrue
from bihuan.rights.deadline import due_of
from bihuan.rights.models import RefusalReason, RightsRequest
from bihuan.sharing import actions as sharing
from tests.people import Company, acting, build_company, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.feature("2.5")]
PHONE, EMAIL = "13800001234", "zhao@example.com"
FORM = {
    "category": "LOSS",
    "matter": "镜头三天没动，电话 13800001234。",
    "outcomes": ["find"],
    "customer_name": "赵敏娟",
    "customer_phone": PHONE,
    "customer_email": EMAIL,
}


@pytest.fixture
def company(db: None) -> Company:
    return build_company()


def file_case(browser: Client, **changes: object) -> Case:
    """Somebody files on the portal, and this browser may follow the case."""
    assert browser.post(reverse("portal_new", args=["complaint"]), {**FORM, **changes}).status_code == 302
    return Case.objects.latest("pk")


def close(case: Case) -> None:
    """As if it had been handled: nothing open stands in the way."""
    Case.objects.filter(pk=case.pk).update(state="CLOSED", closed_at=now(), cause="PROCESS")


def ask(browser: Client, case: Case, kind: str = "COPY", **more: str) -> RightsRequest:
    answer = browser.post(reverse("portal_right_new", args=[case.public_token]), {"kind": kind, **more})
    assert answer.status_code == 302, answer.content.decode()
    return RightsRequest.objects.latest("pk")


def mailed_code(browser: Client, asked: RightsRequest) -> str:
    browser.post(reverse("portal_right_code", args=[asked.token]))
    return Delivery.objects.filter(notice="RIGHT_CODE").latest("pk").secret


def prove(browser: Client, asked: RightsRequest) -> None:
    code = mailed_code(browser, asked)
    assert browser.post(reverse("portal_right_prove", args=[asked.token]), {"code": code}).status_code == 302


def shared_with(company: Company, partner: str) -> None:
    """Qian gives a partner the names of customers."""
    today = timezone.localtime(now()).date()
    terms = {"relation": "ENTRUSTED", "purpose": "CLAIMS", "fields": ["NAME"], "safeguards": "用后删除"}
    days = dict.fromkeys(("assessed_on", "from_on", "to_on"), today)
    draft = sharing.AgreementDraft(partner=partner, **terms, **days)
    agreement = sharing.create_agreement(actor=acting(company.qian), draft=draft, at=now())
    sharing.approve_agreement(actor=acting(company.he), agreement_id=agreement.pk, at=now())
    wanted = sharing.Wanted(purpose="CLAIMS", fields=["NAME"])
    sharing.share_customers(actor=acting(company.qian), agreement_id=agreement.pk, wanted=wanted, at=now())


def codes(customer_id: int) -> list[str]:
    return [entry.code for entry in entries_of("customer", customer_id) if entry.code.startswith("rights.")]


def download(browser: Client, address: str) -> bytes:
    answer = browser.get(address, follow=True)
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    return answer.getvalue()


def test_a_copy_is_given_to_who_has_the_code_and_to_nobody_before(company: Company) -> None:
    zhao = Client()
    case = file_case(zhao)
    asked = ask(zhao, case)
    wei = signed_in(company.wei)
    assert wei.post(reverse("rights_fulfil", args=[asked.pk])).status_code == 409
    asked.refresh_from_db()
    assert asked.state == "RECEIVED" and asked.answer_id is None
    prove(zhao, asked)
    assert wei.post(reverse("rights_fulfil", args=[asked.pk])).status_code == 302
    shared_with(company, "远禾理赔有限公司")
    actions.write_copy(request_id=asked.pk, at=now())
    actions.write_copy(request_id=asked.pk, at=now())
    page = zhao.get(reverse("portal_right", args=[asked.token])).content.decode()
    assert "已办好" in page and "下载 JSON" in page
    content = json.loads(download(zhao, reverse("portal_right_copy", args=[asked.token, "json"])))
    assert content["format"] == "bihuan.customer-data/1"
    assert {one["value"] for one in content["values"]} == {"赵敏娟", PHONE, EMAIL}
    assert [one["recipient"] for one in content["recipients"]] == ["远禾理赔有限公司"]
    assert content["cases"][0]["number"] == case.number
    assert PHONE in content["messages"][0]["text"]
    assert PHONE in download(zhao, reverse("portal_right_copy", args=[asked.token, "txt"])).decode()
    assert codes(case.customer_id) == [
        "rights.asked",
        "rights.code_sent",
        "rights.proved",
        "rights.fulfilled",
        "rights.copy_written",
        "rights.copy_fetched",
        "rights.copy_fetched",
    ]


def test_who_files_under_a_strangers_phone_gets_nothing_of_the_stranger(company: Company) -> None:
    file_case(Client())
    thief = Client()
    case = file_case(thief, customer_name="", customer_email="thief@example.com")
    asked = ask(thief, case)
    thief.post(reverse("portal_right_code", args=[asked.token]))
    sent = Delivery.objects.filter(notice="RIGHT_CODE").latest("pk")
    assert sent.recipient.value == EMAIL
    assert thief.post(reverse("portal_right_prove", args=[asked.token]), {"code": "00000000"}).status_code == 422
    assert thief.get(reverse("portal_right_copy", args=[asked.token, "json"])).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "RECEIVED"


def test_a_code_is_good_for_five_tries_and_half_an_hour(company: Company) -> None:
    zhao = Client()
    asked = ask(zhao, file_case(zhao))
    code = mailed_code(zhao, asked)
    late = now() + timedelta(minutes=31)
    with pytest.raises(actions.CodeWrong):
        actions.verify_code(actor=acting(company.lin), token=asked.token, code=code, at=late)
    for _try in range(5):
        zhao.post(reverse("portal_right_prove", args=[asked.token]), {"code": "1"})
    assert zhao.post(reverse("portal_right_prove", args=[asked.token]), {"code": code}).status_code == 422
    prove(zhao, asked)
    asked.refresh_from_db()
    assert (asked.state, asked.proof, asked.code_digest) == ("IDENTIFIED", "CODE", "")


def test_another_browser_with_the_link_sees_only_where_the_code_goes(company: Company) -> None:
    zhao, other = Client(), Client()
    asked = ask(zhao, file_case(zhao), words="请给我一份")
    page = other.get(reverse("portal_right", args=[asked.token])).content.decode()
    assert "输入验证码" in page and "请给我一份" not in page and "复制" not in page
    assert other.post(reverse("portal_right_new", args=[asked.case.public_token]), {"kind": "COPY"}).status_code == 404
    assert RightsRequest.objects.count() == 1


def test_a_refusal_without_reason_or_words_is_refused_and_nothing_changes(company: Company) -> None:
    zhao, wei = Client(), signed_in(company.wei)
    asked = ask(zhao, file_case(zhao))
    prove(zhao, asked)
    before = StoredEntry.objects.count()
    for given in ({"words": "不行"}, {"reason": "OTHERS"}, {"reason": "OTHERS", "words": "  "}, {"reason": "NO"}):
        assert wei.post(reverse("rights_refuse", args=[asked.pk]), given).status_code == 422
    # nothing is held and no contract runs: these reasons would not be true
    held = {"reason": "LEGAL_HOLD", "words": "有争议"}
    assert wei.post(reverse("rights_refuse", args=[asked.pk]), held).status_code == 422
    asked.refresh_from_db()
    assert asked.state == "IDENTIFIED" and StoredEntry.objects.count() == before


def test_the_customer_reads_the_reason_the_law_and_what_can_be_done(company: Company) -> None:
    zhao, wei = Client(), signed_in(company.wei)
    asked = ask(zhao, file_case(zhao))
    prove(zhao, asked)
    given = {"reason": "OTHERS", "words": "录音里有另一位客户的声音。"}
    assert wei.post(reverse("rights_refuse", args=[asked.pk]), given).status_code == 302
    page = zhao.get(reverse("portal_right", args=[asked.token])).content.decode()
    assert "会侵害他人的权益" in page and "另一位客户的声音" in page and "人民法院" in page
    assert Delivery.objects.filter(notice="RIGHT_REFUSED", recipient__value_index__isnull=False).exists()
    assert wei.post(reverse("rights_fulfil", args=[asked.pk])).status_code == 409


def test_to_a_stranger_no_reason_but_the_missing_proof_is_told(company: Company) -> None:
    zhao, wei = Client(), signed_in(company.wei)
    asked = ask(zhao, file_case(zhao), kind="ERASE")
    duty = {"reason": "DUTY_TO_KEEP", "words": "案件没办完"}
    assert wei.post(reverse("rights_refuse", args=[asked.pk]), duty).status_code == 409
    assert wei.post(reverse("rights_refuse", args=[asked.pk]), duty | {"reason": "NOT_PROVED"}).status_code == 302


@pytest.mark.parametrize("who", ["lin", "inspector", "security_admin", "audit_admin", "xu"])
def test_only_leaders_decide(company: Company, who: str) -> None:
    zhao = Client()
    asked = ask(zhao, file_case(zhao))
    prove(zhao, asked)
    browser = signed_in(getattr(company, who))
    before = StoredEntry.objects.count()
    for deed in ("rights_fulfil", "rights_refuse"):
        answer = browser.post(reverse(deed, args=[asked.pk]), {"reason": "OTHERS", "words": "不行"})
        assert answer.status_code in (403, 404)
    asked.refresh_from_db()
    assert asked.state == "IDENTIFIED" and StoredEntry.objects.count() == before


def test_a_caller_is_written_down_proved_by_a_colleague_and_corrected(company: Company) -> None:
    lin, wei = signed_in(company.lin), signed_in(company.wei)
    customer = register_customer(
        actor=acting(company.lin),
        draft=CustomerDraft(name="赵敏娟", phones=[PHONE], addresses=["杭州市西湖区文三路1号"]),
        at=now(),
    )
    page = lin.post(
        reverse("rights_new"),
        {
            "customer_id": customer.pk,
            "kind": "CORRECT",
            "value_kind": "PHONE",
            "new_value": "13900005678",
            "words": "换号了",
        },
    )
    asked = RightsRequest.objects.get()
    assert page.status_code == 302 and asked.taken_by_id == company.lin.pk and asked.channel == "DESK"
    assert lin.post(reverse("rights_identify", args=[asked.pk]), {"proof": "CALLBACK", "note": ""}).status_code == 422
    assert lin.post(reverse("rights_identify", args=[asked.pk]), {"proof": "CODE", "note": "说有码"}).status_code == 422
    proof = {"proof": "CALLBACK", "note": "回拨 13800001234，姓名地址都对"}
    assert lin.post(reverse("rights_identify", args=[asked.pk]), proof).status_code == 302
    asked.refresh_from_db()
    assert PHONE not in asked.proof_note and asked.proved_by_id == company.lin.pk
    phone = CustomerPhone.objects.get()
    desk = wei.get(reverse("rights_page", args=[asked.pk])).content.decode()
    assert f'value="phone:{phone.pk}"' in desk and PHONE not in desk and "13900005678" not in desk
    assert wei.post(reverse("rights_fulfil", args=[asked.pk]), {"field": f"phone:{phone.pk}"}).status_code == 302
    assert find_by_phone(acting(company.lin), "13900005678", at=now()) == customer
    assert find_by_phone(acting(company.lin), PHONE, at=now()) is None
    entry = StoredEntry.objects.get(code="customer.corrected")
    assert entry.payload["before"] == "138******34" and PHONE not in json.dumps(entry.payload)
    asked.refresh_from_db()
    assert asked.state == "FULFILLED" and asked.new_value is None


def test_a_correction_to_somebody_elses_phone_is_refused_and_nothing_changes(company: Company) -> None:
    lin = acting(company.lin)
    customer = register_customer(actor=lin, draft=CustomerDraft(name="赵敏娟", phones=[PHONE]), at=now())
    register_customer(actor=lin, draft=CustomerDraft(name="王芳", phones=["13900005678"]), at=now())
    wanted = actions.Ask(customer_id=customer.pk, kind="CORRECT", value_kind="PHONE", new_value="13900005678")
    asked = actions.request_right(actor=lin, ask=wanted, at=now())
    actions.verify_by_colleague(actor=lin, request_id=asked.pk, proof="CALLBACK", note="核对了", at=now())
    field = {"field": f"phone:{customer.phones.get().pk}"}
    assert signed_in(company.wei).post(reverse("rights_fulfil", args=[asked.pk]), field).status_code == 409
    asked.refresh_from_db()
    assert asked.state == "IDENTIFIED" and customer.phones.get().value == PHONE


def test_an_erased_customer_leaves_a_case_without_a_name(company: Company) -> None:
    zhao, wei = Client(), signed_in(company.wei)
    case = file_case(zhao)
    asked = ask(zhao, case, kind="ERASE")
    prove(zhao, asked)
    page = wei.get(reverse("rights_page", args=[asked.pk])).content.decode()
    assert "现在不能删除" in page and "还有没办结的案件" in page
    assert wei.post(reverse("rights_fulfil", args=[asked.pk])).status_code == 409
    assert Customer.objects.get(pk=case.customer_id).erased_at is None and PersonalDatum.objects.exists()
    close(case)
    assert wei.post(reverse("rights_fulfil", args=[asked.pk])).status_code == 302
    assert not CustomerPhone.objects.exists() and not PersonalDatum.objects.exists()
    assert masked_label(case.customer_id) == "已删除的客户"
    case.refresh_from_db()
    assert case.customer_label == "" and case.customer_id is not None
    shown = zhao.get(reverse("portal_right", args=[asked.token])).content.decode()
    assert "已办好" in shown and "案件经过、答复和证据" in shown and "保存不少于三年" in shown
    # the last mail still has to leave; then its address goes as well
    assert CustomerEmail.objects.get().value == EMAIL
    assert remove_last_addresses(at=now()) == 0
    Delivery.objects.update(state=DeliveryState.SENT)
    assert remove_last_addresses(at=now()) == 1
    assert CustomerEmail.objects.get().value == ""
    assert find_by_phone(acting(company.lin), PHONE, at=now()) is None
    # nobody makes an erased entry somebody again; who comes back is a new customer
    again = {"kind": "PHONE", "value": PHONE}
    assert signed_in(company.lin).post(reverse("customer_detail", args=[case.customer_id]), again).status_code == 404
    assert file_case(Client()).customer_id != case.customer_id


def test_a_hold_forbids_erasing_and_is_a_reason_that_is_told(company: Company) -> None:
    zhao, wei, qian = Client(), signed_in(company.wei), signed_in(company.qian)
    case = file_case(zhao, customer_address="浙江省杭州市文三路1号")
    close(case)
    assert qian.post(reverse("hold_new"), {"case_number": case.number, "reason": "法院调查令"}).status_code == 302
    asked = ask(zhao, case, kind="ERASE")
    prove(zhao, asked)
    assert wei.post(reverse("rights_fulfil", args=[asked.pk])).status_code == 409
    assert CustomerPhone.objects.exists() and Customer.objects.get(pk=case.customer_id).name == "赵敏娟"
    with pytest.raises(ReasonUntrue):
        actions.refuse_right(
            actor=acting(company.wei), request_id=asked.pk, reason="DUTY_TO_KEEP", words="没办完", at=now()
        )
    given = {"reason": "LEGAL_HOLD", "words": "法院在调查，结束后再删。"}
    assert wei.post(reverse("rights_refuse", args=[asked.pk]), given).status_code == 302
    hold = qian.get(reverse("hold_list")).content.decode()
    assert case.number in hold and "保全中" in hold
    lifted = qian.post(reverse("hold_lift", args=[re.findall(r"holds/(\d+)/lift", hold)[0]]), {"note": "调查结束"})
    assert lifted.status_code == 302
    again = ask(zhao, case, kind="ERASE")
    prove(zhao, again)
    assert wei.post(reverse("rights_fulfil", args=[again.pk])).status_code == 302
    assert not CustomerAddress.objects.exists()


@pytest.mark.parametrize("who", ["lin", "wei", "system_admin", "audit_admin"])
def test_holds_are_placed_by_those_who_answer_for_data(company: Company, who: str) -> None:
    case = factories.open_complaint()
    before = StoredEntry.objects.count()
    given = {"case_number": case.number, "reason": "随手"}
    assert signed_in(getattr(company, who)).post(reverse("hold_new"), given).status_code == 403
    assert StoredEntry.objects.count() == before


def test_a_copy_goes_after_a_week_and_a_colleague_who_takes_it_is_journalled(company: Company) -> None:
    zhao, wei = Client(), signed_in(company.wei)
    asked = ask(zhao, file_case(zhao))
    prove(zhao, asked)
    actions.fulfil_right(actor=acting(company.wei), request_id=asked.pk, at=now())
    actions.write_copy(request_id=asked.pk, at=now())
    assert PHONE in download(wei, reverse("rights_copy", args=[asked.pk, "txt"])).decode()
    assert codes(asked.customer_id)[-1] == "rights.copy_fetched"
    assert signed_in(company.lin).get(reverse("rights_copy", args=[asked.pk, "txt"])).status_code == 403
    assert actions.remove_old_copies(at=now() + timedelta(days=8)) == 1
    assert not StoredFile.objects.exists()
    assert wei.get(reverse("rights_copy", args=[asked.pk, "txt"])).status_code == 410


def test_a_late_request_shows_on_the_list_and_the_answer_says_so(company: Company) -> None:
    zhao, wei = Client(), signed_in(company.wei)
    asked = ask(zhao, file_case(zhao))
    RightsRequest.objects.filter(pk=asked.pk).update(due_at=now() - timedelta(hours=1))
    assert "已超期" in wei.get(reverse("rights_list")).content.decode()
    actions.refuse_right(
        actor=acting(company.wei), request_id=asked.pk, reason=RefusalReason.NOT_PROVED, words="没有核实", at=now()
    )
    assert StoredEntry.objects.get(code="rights.refused").payload["was_late"] is True
    assert "已超期" not in wei.get(reverse("rights_list")).content.decode()
    assert "已拒绝" in wei.get(reverse("rights_list") + "?done=1").content.decode()


def test_the_clock_counts_working_days_with_the_holidays_and_never_beyond_thirty_days() -> None:
    office = work_calendar("OFFICE")
    at = timezone.make_aware(datetime(2026, 9, 24, 15, 0))
    # 2026-09-25 to 27 and 10-01 to 07 are off, 09-20 and 10-10 are made up
    assert timezone.localtime(due_of(at, office)).date().isoformat() == "2026-10-22"
    spring = timezone.make_aware(datetime(2026, 2, 13, 10, 0))
    assert timezone.localtime(due_of(spring, office)).date().isoformat() == "2026-03-12"
    beyond = timezone.make_aware(datetime(2029, 12, 20, 9, 0))
    assert timezone.localtime(due_of(beyond, office)).date().isoformat() == "2030-01-19"


def test_the_same_request_is_not_taken_twice(company: Company) -> None:
    zhao = Client()
    case = file_case(zhao)
    ask(zhao, case)
    assert zhao.post(reverse("portal_right_new", args=[case.public_token]), {"kind": "COPY"}).status_code == 409
    assert RightsRequest.objects.count() == 1
