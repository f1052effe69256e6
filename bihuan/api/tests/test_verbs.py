"""Every verb of the processes through the API, by the people who do it; what is refused changes nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.api.tests.caller import Caller
from bihuan.cases.models import Case
from bihuan.intake.models import Message
from bihuan.journal.models import StoredEntry
from tests.people import Company

HELLO = {"message": "您好，已经核对，结果会按时告诉您。"}
FINDINGS = {
    "findings": "装车 214 票，卸车 213 票。",
    "solution": "按保价全额赔偿。",
    "cause": "PROCESS",
    "cause_stage": "LINEHAUL",
    "cause_station": "汉阳",
}


def state_of(caller: Caller, number: str) -> str:
    return str(caller.get(f"/cases/{number}").json()["state"])


def handed_over(company: Company, lin: Caller, number: str) -> int:
    """The hand-off of a confirmed complaint."""
    asked = {"department_id": company.operations.pk, "request": "请交装车监控。"}
    assert lin.post(f"/cases/{number}/hand-over", asked).status_code == 200
    (waiting,) = Caller(company.xu).get("/handoffs").json()
    assert (waiting["case"], waiting["request"]) == (number, "请交装车监控。")
    return int(waiting["id"])


@pytest.mark.feature("15.1")
def test_a_complaint_goes_the_whole_way(company: Company, lin: Caller) -> None:
    xu, zhou, wei = (Caller(staff) for staff in (company.xu, company.zhou, company.wei))
    number = lin.open_case()
    states = []

    def do(caller: Caller, verb: str, body: object = None) -> None:
        answer = caller.post(f"/cases/{number}/{verb}", body)
        assert answer.status_code == 200, answer.content.decode()
        states.append(answer.json()["state"])

    do(zhou, "claim")
    do(wei, "assign", {"agent_id": company.lin.pk, "reason": "换班"})
    do(lin, "confirm", HELLO)
    do(lin, "notes", {"text": "客户急用"})
    do(lin, "replies", HELLO)
    do(lin, "priority", {"impact": "HIGH", "urgency": "HIGH"})
    do(lin, "extension", {"minutes": 60, "reason": "等监控", "notice": "需要多一小时"})
    handoff = handed_over(company, lin, number)
    assert xu.post(f"/handoffs/{handoff}/accept").json()["state"] == "ACCEPTED"
    assert xu.post(f"/handoffs/{handoff}/answer", FINDINGS).json()["state"] == "ANSWERED"
    do(lin, "answer", HELLO)
    do(Caller(company.qian), "callback", {"result": "SATISFIED", "note": "满意"})
    do(lin, "close")
    closed = lin.get(f"/cases/{number}").json()
    assert (closed["state"], closed["cause"], closed["priority"], closed["verbs"]) == ("CLOSED", "PROCESS", 1, [])
    assert [done["state"] for done in xu.get("/handoffs", done=True).json()] == ["ANSWERED"]
    told = [event["code"] for event in lin.get(f"/cases/{number}/timeline").json()]
    wanted = ["case.opened", "case.claimed", "case.assigned", "case.handed_over", "case.called_back", "case.closed"]
    assert [code for code in told if code in wanted] == wanted


@pytest.mark.feature("15.1")
def test_an_unsatisfied_customer_sends_the_case_one_level_higher(company: Company, lin: Caller) -> None:
    number = lin.open_case()
    lin.post(f"/cases/{number}/claim")
    for verb, body in (("confirm", HELLO), ("findings", FINDINGS), ("answer", HELLO)):
        assert lin.post(f"/cases/{number}/{verb}", body).status_code == 200
    unhappy = Caller(company.zhou).post(f"/cases/{number}/callback", {"result": "UNSATISFIED", "note": "还没收到"})
    assert (unhappy.json()["level"], unhappy.json()["round"], unhappy.json()["owner"]) == (1, 2, None)


@pytest.mark.feature("15.1")
def test_a_consultation_is_promised_answered_and_closed(company: Company) -> None:
    qian = Caller(company.qian)
    number = qian.open_case(kind="CONSULTATION", category="SERVICE", expected="")
    states = [qian.post(f"/cases/{number}/{verb}", HELLO).json().get("state") for verb in ("promise", "answer")]
    assert states[0] == "PROMISED" and "close" in qian.get(f"/cases/{number}").json()["verbs"]
    assert qian.post(f"/cases/{number}/close").json()["state"] == "CLOSED"


@pytest.mark.feature("15.1")
def test_a_suggestion_is_assessed_decided_planned_and_finished(company: Company) -> None:
    qian, xu = Caller(company.qian), Caller(company.xu)
    number = qian.open_case(kind="SUGGESTION", category="SERVICE", expected="")
    assert qian.post(f"/cases/{number}/assessment", {"feasibility": 4, "value": 5, "note": "可行"}).status_code == 200
    handoff = handed_over(company, qian, number)
    assert xu.post(f"/handoffs/{handoff}/decision", {"adopted": True, "reason": "好主意"}).status_code == 200
    steps = [{"title": "试点", "due_on": str(timezone.localdate() + timedelta(days=7))}]
    plan = {"owner": "许建国", "milestones": steps, **HELLO}
    for verb, body in (("plan", plan), ("progress", HELLO), ("finish", HELLO)):
        done = qian.post(f"/cases/{number}/{verb}", body)
        assert done.status_code == 200, done.content.decode()


def test_a_suggestion_can_be_declined(company: Company) -> None:
    qian = Caller(company.qian)
    number = qian.open_case(kind="SUGGESTION", category="SERVICE", expected="")
    qian.post(f"/cases/{number}/assessment", {"feasibility": 1, "value": 1, "note": "做不到"})
    assert qian.post(f"/cases/{number}/decline", HELLO).status_code == 200


def test_a_department_gives_a_case_back_with_a_reason(company: Company, lin: Caller) -> None:
    number = lin.open_case()
    lin.post(f"/cases/{number}/confirm", HELLO)
    handoff, xu = handed_over(company, lin, number), Caller(company.xu)
    returned = xu.post(f"/handoffs/{handoff}/return", {"reason": "NOT_OURS", "note": "归业务部"})
    assert (returned.json()["state"], state_of(lin, number)) == ("RETURNED", "CONFIRMED")
    again = xu.post(f"/handoffs/{handoff}/accept")
    assert (again.status_code, again.json()["code"]) == (409, "handoff_not_open")


REFUSED = [
    ("answer", HELLO, "lin", 409, "transition_refused"),
    ("close", None, "lin", 422, "cause_missing"),
    ("callback", {"result": "SATISFIED", "note": ""}, "zhou", 409, "transition_refused"),
    ("confirm", {"message": " "}, "lin", 422, "text_missing"),
    ("confirm", {}, "lin", 422, "invalid"),
    ("assign", {"agent_id": 2**63}, "wei", 422, "invalid"),
    ("assign", {"agent_id": 2**62}, "wei", 409, "agent_not_available"),
    ("assign", {"agent_id": 1}, "lin", 403, "not_allowed"),
    ("confirm", HELLO, "bai", 404, "not_found"),
    ("confirm", HELLO, "inspector", 403, "not_allowed"),
    ("notes", {"text": "看看"}, "xu", 404, "not_found"),
    ("promise", HELLO, "lin", 409, "transition_refused"),
]


@pytest.mark.feature("15.1")
@pytest.mark.parametrize(("verb", "body", "who", "status", "code"), REFUSED)
def test_a_refused_verb_says_why_and_changes_nothing(
    company: Company, lin: Caller, verb: str, body: object, who: str, status: int, code: str
) -> None:
    number, caller = lin.open_case(), Caller(getattr(company, who))

    def everything() -> tuple[object, ...]:
        return Case.objects.values().get(number=number), Message.objects.count(), StoredEntry.objects.count()

    before = everything()
    refused = caller.post(f"/cases/{number}/{verb}", body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert refused.json()["message"] and everything() == before


def test_an_extension_needs_the_words_for_the_customer(lin: Caller) -> None:
    number = lin.open_case()
    lin.post(f"/cases/{number}/confirm", HELLO)
    due, wish = Case.objects.get(number=number).next_due_at, {"minutes": 30, "reason": "等", "notice": "请稍等"}
    assert lin.post(f"/cases/{number}/extension", wish | {"notice": " "}).status_code == 422
    assert Case.objects.get(number=number).next_due_at == due
    assert lin.post(f"/cases/{number}/extension", wish).status_code == 200
