"""Cases on their way, made through the same actions people use."""

from bihuan.cases import actions
from bihuan.cases.models import Case, Handoff
from bihuan.foundation.moment import now
from tests.people import Company, acting, visitor

FOUND = actions.Findings(
    findings="装车 214 票，卸车 213 票，缺的一票就是本件。",
    solution="按保价全额赔偿。",
    cause="PROCESS",
    cause_stage="LINEHAUL",
    cause_station="汉阳营业部",
)


def a_voice(**changes: object) -> actions.Voice:
    """Zhao's lost lens, with whatever a test wants to be different."""
    voice: dict[str, object] = {
        "kind": "COMPLAINT",
        "category": "LOSS",
        "matter": "镜头是周五要用的，物流停在武汉三天了，打网点电话没人接。",
        "channel": "PORTAL",
        "expected": "尽快找回",
        "customer_name": "赵敏娟",
        "customer_phone": "13800001234",
        "region": "浙江",
        "waybill": "YH773104829156",
    }
    return actions.Voice(**(voice | changes))  # type: ignore[arg-type]


def open_complaint(**changes: object) -> Case:
    return actions.open_case(actor=visitor(), voice=a_voice(**changes), at=now())


def confirm(company: Company, case: Case) -> Case:
    return actions.confirm_case(actor=acting(company.lin), case_id=case.pk, message="您好，已正式受理。", at=now())


def hand_over(company: Company, case: Case) -> Handoff:
    return actions.hand_over_case(
        actor=acting(company.lin),
        case_id=case.pk,
        department_id=company.operations.pk,
        request="请交装车监控和清单。",
        at=now(),
    )


def investigate(company: Company, case: Case) -> Case:
    """Confirm, hand over, accept and answer: the case waits for the answer to the customer."""
    confirm(company, case)
    handoff = hand_over(company, case)
    actions.accept_handoff(actor=acting(company.xu), handoff_id=handoff.pk, at=now())
    actions.answer_handoff(actor=acting(company.xu), handoff_id=handoff.pk, findings=FOUND, at=now())
    case.refresh_from_db()
    return case


def answer(company: Company, case: Case) -> Case:
    investigate(company, case)
    return actions.answer_case(actor=acting(company.lin), case_id=case.pk, message="按保价赔偿 3000 元。", at=now())


def close(company: Company, case: Case) -> Case:
    answer(company, case)
    actions.record_callback(actor=acting(company.zhou), case_id=case.pk, result="SATISFIED", note="满意", at=now())
    return actions.close_case(actor=acting(company.lin), case_id=case.pk, at=now())
