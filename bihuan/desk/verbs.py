"""One view for every verb on a case: the form it takes and the action it calls stand in one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bihuan.cases import actions, queries
from bihuan.desk import forms as inputs
from bihuan.foundation.moment import now


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb as a page offers it: its form, its action, and what is said when it is done."""

    form: type[forms.Form]
    act: Callable[..., Any]
    done: Any
    shape: Callable[[dict[str, Any]], dict[str, Any]] = dict


def _findings(data: dict[str, Any]) -> dict[str, Any]:
    return {"findings": actions.Findings(**data)}


def _plan(data: dict[str, Any]) -> dict[str, Any]:
    step = actions.Milestone(title=data["milestone"], due_on=data["due_on"])
    return {"owner": data["owner"], "milestones": [step], "message": data["message"]}


CASE_DEEDS: Mapping[str, Deed] = {
    "claim": Deed(inputs.EmptyForm, actions.claim_case, _("案件归你承办。")),
    "assign": Deed(inputs.AssignForm, actions.assign_case, _("已改派。")),
    "confirm": Deed(inputs.MessageForm, actions.confirm_case, _("已与客户确认，承诺开始计时。")),
    "promise": Deed(inputs.MessageForm, actions.promise_reply, _("已约定回复时间。")),
    "hand_over": Deed(inputs.HandOverForm, actions.hand_over_case, _("已转协办，部门时钟开始。")),
    "forward": Deed(inputs.HandOverForm, actions.hand_over_case, _("已转部门决定。")),
    "find": Deed(inputs.FindingsForm, actions.submit_findings, _("调查结果已记录。"), _findings),
    "answer": Deed(inputs.MessageForm, actions.answer_case, _("已答复客户。")),
    "reply": Deed(inputs.MessageForm, actions.reply_to_customer, _("已发给客户。")),
    "note": Deed(inputs.NoteForm, actions.add_note, _("备注已存。")),
    "priority": Deed(inputs.PriorityForm, actions.reprioritize_case, _("优先级已改，时限重新计算。")),
    "extend": Deed(inputs.ExtensionForm, actions.extend_case_promise, _("已延期并告知客户。")),
    "callback": Deed(inputs.CallbackForm, actions.record_callback, _("回访已记录。")),
    "close": Deed(inputs.EmptyForm, actions.close_case, _("案件已办结。")),
    "assess": Deed(inputs.AssessmentForm, actions.assess_suggestion, _("评估已记录。")),
    "decline": Deed(inputs.MessageForm, actions.decline_suggestion, _("已答复建议人。")),
    "plan": Deed(inputs.PlanForm, actions.plan_suggestion, _("实施计划已记录并告知建议人。"), _plan),
    "progress": Deed(inputs.MessageForm, actions.report_progress, _("进展已告知建议人。")),
    "finish": Deed(inputs.MessageForm, actions.finish_suggestion, _("结果已告知建议人。")),
}

HANDOFF_DEEDS: Mapping[str, Deed] = {
    "accept": Deed(inputs.EmptyForm, actions.accept_handoff, _("已接收，时钟归本部门。")),
    "return": Deed(inputs.ReturnForm, actions.return_handoff, _("已退回，计时还给客服。")),
    "answer": Deed(inputs.FindingsForm, actions.answer_handoff, _("已答复客服。"), _findings),
    "decide": Deed(inputs.DecisionForm, actions.decide_suggestion, _("决定已告知建议人。")),
}


def go_back(request: HttpRequest, fallback: str, *args: object) -> HttpResponse:
    """To the page the form named, when it is one of ours, else to the fallback."""
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return redirect(wanted)
    return redirect(fallback, *args)


@login_required
@require_POST
def do_case_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Do a verb on a case and go back to it."""
    deed = CASE_DEEDS.get(verb)
    if deed is None:
        raise Http404
    case = queries.get_case(actor=request.actor, number=number)  # type: ignore[attr-defined]
    form = deed.form(request.POST)
    if not form.is_valid():
        return render(
            request, "desk/verb_form.html", {"form": form, "case": case, "verb": verb, "nav": "case_list"}, status=422
        )
    deed.act(actor=request.actor, case_id=case.pk, at=now(), **deed.shape(form.cleaned_data))  # type: ignore[attr-defined]
    messages.success(request, deed.done)
    return go_back(request, "case_page", number)


@login_required
@require_POST
def do_handoff_verb(request: HttpRequest, handoff_id: int, verb: str) -> HttpResponse:
    """Do a verb of the department on a hand-off and go back to it."""
    deed = HANDOFF_DEEDS.get(verb)
    if deed is None:
        raise Http404
    form = deed.form(request.POST)
    if not form.is_valid():
        context = {"form": form, "handoff_id": handoff_id, "verb": verb}
        return render(request, "desk/handoff_form.html", context, status=422)
    deed.act(actor=request.actor, handoff_id=handoff_id, at=now(), **deed.shape(form.cleaned_data))  # type: ignore[attr-defined]
    messages.success(request, deed.done)
    return go_back(request, "handoff_page", handoff_id)
