"""One complaint through the loop, verb by verb, and what each verb refuses."""

import io
import json
import zipfile
from datetime import timedelta
from hashlib import sha256

import pytest

from bihuan.cases import actions, queries
from bihuan.cases.models import Callback, Case, HandoffState
from bihuan.cases.tests import factories
from bihuan.cases.tests.factories import FOUND, a_voice, open_complaint
from bihuan.cases.workflow import Level, State, TransitionRefused
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.foundation.files.store import store_file
from bihuan.foundation.moment import now
from bihuan.intake.actions import receive_mail
from bihuan.journal.actions import run_consumers_once
from bihuan.journal.models import ParkedEntry, StoredEntry
from bihuan.organization.queries import NoUnitYet
from bihuan.promises.actions import escalate_due
from bihuan.promises.models import Promise, PromiseKind, PromiseState
from tests.people import acting, visitor


def states_of(case):
    return {promise.kind: promise.state for promise in Promise.objects.about("case", case.pk)}


def entries(case):
    return StoredEntry.objects.filter(subject="case", subject_id=case.pk)


def test_a_complaint_opens_with_a_number_a_team_and_two_clocks(company, complaint):
    assert complaint.number.startswith("TS-")
    assert complaint.team == company.complaints
    assert complaint.customer_label == "赵**"
    assert states_of(complaint) == {PromiseKind.FIRST_REPLY: "RUNNING", PromiseKind.STATUTORY: "RUNNING"}
    assert complaint.next_due_at == Promise.objects.get(kind=PromiseKind.FIRST_REPLY).due_at


@pytest.mark.feature("4.2")
@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"expected": " "}, actions.ExpectedOutcomeMissing),
        ({"matter": " "}, actions.MatterMissing),
        ({"category": "NOPE"}, actions.CategoryUnknown),
    ],
)
def test_an_incomplete_complaint_is_refused_and_nothing_is_stored(company, changes, refused):
    with pytest.raises(refused):
        open_complaint(**changes)
    assert not Case.objects.exists() and not StoredEntry.objects.filter(subject="case").exists()


@pytest.mark.feature("3.11")
def test_the_same_idempotency_key_gives_the_same_case(company):
    first, second = open_complaint(idempotency_key="k1"), open_complaint(idempotency_key="k1")
    assert first.pk == second.pk and Case.objects.count() == 1


@pytest.mark.django_db
def test_without_any_unit_a_case_is_refused_with_a_code_and_a_way_out():
    with pytest.raises(NoUnitYet) as refused:
        open_complaint()
    assert (refused.value.code, refused.value.status) == ("no_unit_yet", 409) and refused.value.next_step
    assert not Case.objects.exists()


def test_a_key_is_kept_so_that_nobody_reads_it(company):
    """A shop may take the customer's phone for one."""
    case = open_complaint(idempotency_key="15:13800001234")
    assert case.idempotency_key and "13800001234" not in case.idempotency_key


def test_what_evidence_is_called_and_the_name_of_its_file_are_masked(company, complaint):
    file = store_file(name="赵敏娟-13800001234.txt", content=b"signed", at=now())
    evidence = actions.add_evidence(
        actor=acting(company.lin), case_id=complaint.pk, item="赵敏娟的签收单", file=file, statement="", at=now()
    )
    file.refresh_from_db()
    assert (evidence.item, file.name) == ("赵**的签收单", "赵**-138******34.txt")


def test_personal_data_in_the_words_goes_to_the_vault(company):
    case = open_complaint(matter="我是赵敏娟，电话 13800001234，请回电", title="赵敏娟的快递")
    assert "13800001234" not in case.title + str(list(entries(case).values()))
    assert "赵敏娟" not in case.title
    assert "138******34" in "".join(event.words for event in queries.timeline(case))


def test_the_whole_loop_closes_and_every_clock_is_settled(company, complaint):
    case = factories.close(company, complaint)
    assert case.state == State.CLOSED and case.closed_at
    assert set(states_of(case).values()) == {PromiseState.KEPT}
    assert case.next_due_at is None


@pytest.mark.feature("4.5")
def test_a_department_returns_with_a_reason_and_the_clock_moves_back(company, complaint):
    factories.confirm(company, complaint)
    handoff = factories.hand_over(company, complaint)
    with pytest.raises(actions.ReturnReasonMissing):
        actions.return_handoff(actor=acting(company.xu), handoff_id=handoff.pk, reason="", note="x", at=now())
    actions.return_handoff(
        actor=acting(company.xu), handoff_id=handoff.pk, reason="NOT_OURS", note="卸车在汉阳", at=now()
    )
    complaint.refresh_from_db()
    assert complaint.state == State.CONFIRMED
    assert states_of(complaint)[PromiseKind.DEPARTMENT] == PromiseState.CANCELLED
    returned = entries(complaint).get(code="case.handoff_returned")
    assert returned.payload["returns"] == 1


@pytest.mark.feature("1.5")
def test_a_liaison_sees_only_cases_sent_to_the_department(company, complaint):
    assert not Case.objects.visible_to(acting(company.xu)).exists()
    factories.confirm(company, complaint)
    handoff = factories.hand_over(company, complaint)
    assert list(Case.objects.visible_to(acting(company.xu))) == [complaint]
    assert not Case.objects.visible_to(acting(company.deng)).exists()
    with pytest.raises(NotVisible):
        actions.accept_handoff(actor=acting(company.deng), handoff_id=handoff.pk, at=now())
    handoff.refresh_from_db()
    assert handoff.state == HandoffState.WAITING


@pytest.mark.feature("4.13")
def test_a_handler_cannot_call_back_the_own_case(company, complaint):
    factories.answer(company, complaint)
    with pytest.raises(actions.CallbackByHandler):
        actions.record_callback(actor=acting(company.lin), case_id=complaint.pk, result="SATISFIED", note="", at=now())
    assert not Callback.objects.exists()


@pytest.mark.feature("4.13")
def test_two_unsatisfied_answers_bring_the_case_to_headquarters_with_all_evidence(company, complaint):
    factories.answer(company, complaint)
    actions.add_evidence(
        actor=acting(company.lin), case_id=complaint.pk, item="录音", file=None, statement="客户说三天没人理", at=now()
    )
    actions.record_callback(actor=acting(company.zhou), case_id=complaint.pk, result="UNSATISFIED", note="", at=now())
    complaint.refresh_from_db()
    assert (complaint.level, complaint.round, complaint.state, complaint.owner) == (
        Level.REGION,
        2,
        State.CONFIRMED,
        None,
    )
    with pytest.raises(NotAllowed):
        actions.submit_findings(actor=acting(company.zhou), case_id=complaint.pk, findings=FOUND, at=now())
    qian = acting(company.qian)
    actions.submit_findings(actor=qian, case_id=complaint.pk, findings=FOUND, at=now())
    actions.answer_case(actor=qian, case_id=complaint.pk, message="再加 200 元", at=now())
    actions.record_callback(actor=acting(company.zhou), case_id=complaint.pk, result="UNSATISFIED", note="", at=now())
    complaint.refresh_from_db()
    assert (complaint.level, complaint.round) == (Level.HQ, 3)
    assert complaint.evidence.count() == 1
    assert complaint in queries.list_escalated(actor=acting(company.he), level=Level.HQ)


@pytest.mark.feature("4.12")
def test_a_complaint_does_not_close_without_cause_or_callback(company, complaint):
    factories.answer(company, complaint)
    with pytest.raises(actions.CallbackMissing):
        actions.close_case(actor=acting(company.lin), case_id=complaint.pk, at=now())
    Case.objects.filter(pk=complaint.pk).update(cause="")
    with pytest.raises(actions.CauseMissing):
        actions.close_case(actor=acting(company.lin), case_id=complaint.pk, at=now())
    complaint.refresh_from_db()
    assert complaint.is_open


def test_a_verb_out_of_turn_is_refused_and_nothing_changes(company, complaint):
    before = entries(complaint).count()
    with pytest.raises(TransitionRefused):
        actions.answer_case(actor=acting(company.lin), case_id=complaint.pk, message="好了", at=now())
    complaint.refresh_from_db()
    assert complaint.state == State.RECEIVED and entries(complaint).count() == before


@pytest.mark.feature("1.3")
def test_a_case_of_another_region_is_invisible_in_list_search_and_detail(company, complaint):
    bai = acting(company.bai)
    assert not queries.list_cases(actor=bai, wanted=queries.CaseFilter()).items
    assert not queries.search_cases(actor=bai, text=complaint.number)
    assert not queries.search_cases(actor=bai, text="武汉")
    with pytest.raises(NotVisible):
        queries.get_case(actor=bai, number=complaint.number)
    assert queries.search_cases(actor=acting(company.lin), text="停在武汉") == [complaint]


@pytest.mark.feature("1.4")
def test_an_auditor_reads_but_cannot_write(company, complaint):
    auditor = acting(company.audit_admin)
    assert queries.get_case(actor=auditor, number=complaint.number) == complaint
    with pytest.raises(NotAllowed):
        actions.add_note(actor=auditor, case_id=complaint.pk, text="x", at=now())
    assert not entries(complaint).filter(code="case.noted").exists()


def test_a_second_taker_is_told_that_a_colleague_was_first(company, complaint):
    actions.claim_case(actor=acting(company.lin), case_id=complaint.pk, at=now())
    with pytest.raises(actions.AlreadyClaimed):
        actions.claim_case(actor=acting(company.zhou), case_id=complaint.pk, at=now())
    complaint.refresh_from_db()
    assert complaint.owner == company.lin


def test_a_leader_reassigns_but_only_to_people_of_the_team(company, complaint):
    with pytest.raises(actions.AgentNotAvailable):
        actions.assign_case(
            actor=acting(company.wei), case_id=complaint.pk, agent_id=company.bai.pk, reason="", at=now()
        )
    actions.assign_case(actor=acting(company.wei), case_id=complaint.pk, agent_id=company.zhou.pk, reason="", at=now())
    complaint.refresh_from_db()
    assert complaint.owner == company.zhou


@pytest.mark.feature("4.16")
def test_the_archive_bundle_verifies_by_its_checksums(company, complaint):
    case = factories.close(company, complaint)
    archive = actions.archive_case(actor=acting(company.qian), case_id=case.pk, at=now())
    with zipfile.ZipFile(io.BytesIO(archive.content)) as bundle:
        sums = dict(reversed(line.split("  ")) for line in bundle.read("SHA256SUMS").decode().splitlines())
        assert {name: sha256(bundle.read(name)).hexdigest() for name in sums} == sums
        document = json.loads(bundle.read("case.json"))
    assert document["number"] == case.number and document["cause"] == "PROCESS"
    assert entries(case).get(code="case.archived").payload["sha256"] == archive.sha256


def test_the_customer_rates_a_closed_case_and_only_from_one_to_five(company, complaint):
    zhao = visitor(complaint.pk)
    with pytest.raises(actions.NotYetClosed):
        actions.rate_case(actor=zhao, case_id=complaint.pk, rating=5, comment="", at=now())
    factories.close(company, complaint)
    with pytest.raises(actions.RatingOutOfScale):
        actions.rate_case(actor=zhao, case_id=complaint.pk, rating=6, comment="", at=now())
    assert actions.rate_case(actor=zhao, case_id=complaint.pk, rating=4, comment="还行", at=now()).rating == 4


def test_urging_is_counted_and_limited(company, complaint):
    zhao, at = visitor(complaint.pk), now()
    for _turn in range(2):
        actions.urge_case(actor=zhao, case_id=complaint.pk, at=at)
    with pytest.raises(actions.UrgedEnough):
        actions.urge_case(actor=zhao, case_id=complaint.pk, at=at)


@pytest.mark.feature("3.7")
def test_a_follow_code_works_once_and_guessing_ends(company, complaint):
    code = actions.issue_follow_code(actor=visitor(), case=complaint, at=now())
    assert actions.redeem_follow_code(actor=visitor(), number=complaint.number, code=code, at=now()) == complaint
    with pytest.raises(actions.FollowCodeWrong):
        actions.redeem_follow_code(actor=visitor(), number=complaint.number, code=code, at=now())
    fresh = actions.issue_follow_code(actor=visitor(), case=complaint, at=now())
    for _guess in range(5):
        with pytest.raises(actions.FollowCodeWrong):
            actions.redeem_follow_code(actor=visitor(), number=complaint.number, code="AAAAAAAA", at=now())
    with pytest.raises(actions.FollowCodeWrong):
        actions.redeem_follow_code(actor=visitor(), number=complaint.number, code=fresh, at=now())


@pytest.mark.feature("4.7")
def test_extending_needs_reason_and_notice_and_sends_the_notice(company, complaint):
    factories.confirm(company, complaint)
    lin = acting(company.lin)
    with pytest.raises(actions.TextMissing):
        actions.extend_case_promise(actor=lin, case_id=complaint.pk, minutes=60, reason="", notice="晚一小时", at=now())
    before = Promise.objects.get(kind=PromiseKind.RESOLUTION).due_at
    actions.extend_case_promise(
        actor=lin, case_id=complaint.pk, minutes=60, reason="等监控", notice="监控要晚一小时才到，请您谅解。", at=now()
    )
    assert Promise.objects.get(kind=PromiseKind.RESOLUTION).due_at > before
    assert "监控要晚一小时" in queries.timeline(complaint)[-1].words


@pytest.mark.feature("4.14")
def test_a_suggestion_gets_decision_progress_result_and_thanks(company):
    case = actions.open_case(
        actor=visitor(),
        voice=a_voice(kind="SUGGESTION", category="FEE", expected="", matter="建议运费按百克计"),
        at=now(),
    )
    lin = acting(company.lin)
    actions.assess_suggestion(actor=lin, case_id=case.pk, feasibility=4, value=5, note="值得", at=now())
    handoff = actions.hand_over_case(
        actor=lin, case_id=case.pk, department_id=company.business.pk, request="请定是否采纳", at=now()
    )
    actions.decide_suggestion(actor=acting(company.deng), handoff_id=handoff.pk, adopted=True, reason="采纳", at=now())
    milestone = actions.Milestone("试点", now().date())
    actions.plan_suggestion(
        actor=lin, case_id=case.pk, owner="业务部 邓凯", milestones=[milestone], message="已排期", at=now()
    )
    for note in ("试点开始", "试点过半"):
        actions.report_progress(actor=lin, case_id=case.pk, message=note, at=now())
    actions.finish_suggestion(actor=lin, case_id=case.pk, message="已上线，谢谢您", at=now())
    closed = actions.close_case(actor=lin, case_id=case.pk, at=now())
    assert closed.state == State.CLOSED
    words = [event.words for event in queries.timeline(closed)]
    assert [word for word in words if word in ("采纳", "已排期", "试点开始", "试点过半", "已上线，谢谢您")] == [
        "采纳",
        "已排期",
        "试点开始",
        "试点过半",
        "已上线，谢谢您",
    ]


@pytest.mark.feature("4.1")
def test_a_consultation_is_answered_at_once_and_archived(company):
    case = actions.open_case(
        actor=visitor(), voice=a_voice(kind="CONSULTATION", category="INFO", expected="", matter="几点派送"), at=now()
    )
    assert case.team == company.consultations
    actions.answer_case(actor=acting(company.lin), case_id=case.pk, message="下午三点前", at=now())
    assert actions.close_case(actor=acting(company.lin), case_id=case.pk, at=now()).state == State.CLOSED


@pytest.mark.feature("4.9")
def test_a_late_promise_raises_the_attention_of_leader_region_and_headquarters(company, complaint):
    escalate_due(at=complaint.opened_at + timedelta(days=6))
    run_consumers_once()
    complaint.refresh_from_db()
    assert complaint.attention == 3
    assert complaint in queries.list_at_risk(actor=acting(company.he)).items
    assert complaint in queries.list_at_risk(actor=acting(company.wei)).items
    assert complaint not in queries.list_at_risk(actor=acting(company.tan)).items
    assert not ParkedEntry.objects.exists()


@pytest.mark.feature("3.4")
def test_a_mail_opens_a_case_and_its_reply_joins_it(company):
    raw = (
        "From: =?utf-8?b?6LW15pWP5aif?= <zhao@customer.example>\r\nTo: service@bihuan.example\r\n"
        "Subject: =?utf-8?b?5oqV6K+J5b+r5Lu25Lii5aSx?=\r\nMessage-ID: <one@customer.example>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nDate: Mon, 23 Nov 2026 10:00:00 +0800\r\n\r\n"
        "我要投诉，快件丢失了，三天没有更新。\r\n"
    ).encode()
    receive_mail(actor=Actor.system("mail"), raw=raw, at=now())
    run_consumers_once()
    case = Case.objects.get()
    assert (case.kind, case.channel, case.category.code) == ("COMPLAINT", "MAIL", "LOSS")
    follow_up = raw.replace(b"<one@", b"<two@").replace(
        b"\r\nContent-Type", b"\r\nIn-Reply-To: <one@customer.example>\r\nContent-Type"
    )
    receive_mail(actor=Actor.system("mail"), raw=follow_up, at=now())
    receive_mail(actor=Actor.system("mail"), raw=follow_up, at=now())
    run_consumers_once()
    assert Case.objects.count() == 1
    assert entries(case).filter(code="case.message_received").count() == 1
