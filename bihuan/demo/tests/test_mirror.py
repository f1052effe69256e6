"""The mirror of the verbs is exact: a story through real actions and through a chronicle leaves the same trace."""

from datetime import timedelta

import pytest
from django.db import transaction

from bihuan.cases.models import CallbackResult, ReturnReason
from bihuan.demo import agent_verbs
from bihuan.demo.building import copy_batch
from bihuan.demo.tests.factories import MONDAY, Setting, build_setting
from bihuan.demo.tests.twins import Twins, facts, trace
from bihuan.demo.voices import COMPLAINT, CONSULTATION, SUGGESTION, Told
from bihuan.intake.models import Delivery, DeliveryState

pytestmark = pytest.mark.django_db

COMPLAINT_TOLD = Told(
    kind=COMPLAINT,
    category="DELIVERY",
    title="显示已签收，本人没收到",
    matter="明明没收到，系统写本人签收，请今天给我一个说法。",
    expected="今天送上门",
    waybill="YH773104829156",
)


@pytest.fixture
def setting() -> Setting:
    return build_setting()


def _assert_same(twins: Twins) -> None:
    twins.finish_both()
    assert trace(twins.mark, twins.end_of_real) == trace(twins.end_of_real)
    assert facts(twins.case.pk) == facts(twins.story.case.id)


def test_a_complaint_leaves_the_same_trace_through_two_rounds(setting: Setting) -> None:
    twins = Twins(setting, COMPLAINT_TOLD)
    _investigate(twins)
    twins.later(minutes=10)
    twins.answer("lin", "已查明。")
    twins.later(hours=2)
    twins.call_back("zhou", CallbackResult.UNREACHED, "无人接听。")
    twins.later(hours=20)
    twins.call_back("zhou", CallbackResult.UNSATISFIED, "不认可。")
    twins.later(minutes=20)
    twins.claim("qian")
    twins.later(minutes=20)
    twins.submit_findings("qian")
    twins.reply("qian", "正在安排。")
    twins.answer("qian", "已重新处理。")
    twins.later(minutes=40)
    twins.assign("wei", "lin", "换人收尾")
    twins.later(hours=1)
    twins.call_back("YH2203", CallbackResult.SATISFIED, "满意。")
    twins.close("lin")
    _assert_same(twins)


def _investigate(twins: Twins) -> None:
    """Confirmed late, handed to the wrong department, returned, handed on, extended, and answered late."""
    twins.later(minutes=70)
    twins.confirm("lin", "您好，已经受理。")
    twins.later(minutes=5)
    twins.add_note("lin", "客户着急。")
    twins.hand_over("lin", "EAST-QUALITY", "请核实签收定位。")
    twins.later(minutes=30)
    twins.give_back("YH2111", ReturnReason.NOT_OURS, "请转运营部。")
    twins.later(minutes=3)
    twins.hand_over("lin", "EAST-OPERATIONS", "请核实签收定位。")
    twins.later(minutes=25)
    twins.accept("xu")
    twins.later(hours=5)
    twins.add_evidence("xu", "签收凭证", "定位相距 800 米。")
    twins.extend("lin", 120, "还差监控", "要晚一些答复您。")
    twins.later(days=3)
    twins.answer_handoff("xu")


def test_a_consultation_leaves_the_same_trace(setting: Setting) -> None:
    told = Told(kind=CONSULTATION, category="COD", title="代收货款多久到账", matter="代收货款多久到账？")
    twins = Twins(setting, told)
    twins.later(minutes=12)
    twins.promise_reply("YH2301", "今天答复您。")
    twins.hand_over("YH2301", "HQ-BUSINESS", "请核实。")
    twins.later(hours=9)
    twins.accept("YH1101")
    twins.answer_handoff("YH1101")
    twins.later(minutes=4)
    twins.answer("YH2301", "第三个工作日到账。")
    twins.later(hours=3)
    twins.close("YH2301")
    _assert_same(twins)


def test_a_suggestion_leaves_the_same_trace(setting: Setting) -> None:
    told = Told(kind=SUGGESTION, category="DELIVERY", title="雨天套防水袋", matter="下雨天给包裹套个防水袋。")
    twins = Twins(setting, told)
    twins.later(hours=2)
    twins.assess("YH2401", 4, 5, "可行。")
    twins.hand_over("YH2401", "EAST-OPERATIONS", "请评估。")
    twins.later(days=2)
    twins.adopt("xu", "采纳。")
    twins.later(hours=1)
    twins.plan("YH2401", "运营部", "试点", "计划已定。")
    twins.later(days=1)
    twins.report_progress("YH2401", "进展。")
    twins.later(days=1)
    twins.finish("YH2401", "完成。")
    twins.later(hours=1)
    twins.close("YH2401")
    _assert_same(twins)


def test_answers_of_the_past_count_as_mailed(setting: Setting) -> None:
    story = setting.open(COMPLAINT_TOLD)
    lin = setting.cast.actor(setting.company.staff["lin"])
    agent_verbs.confirm(story, lin, "您好，已经受理。", MONDAY + timedelta(minutes=9))
    with transaction.atomic():
        copy_batch([story])
    (delivery,) = Delivery.objects.all()
    assert delivery.state == DeliveryState.SENT
    assert delivery.message.body == "您好，已经受理。"
