"""Refusals of the promise ledger."""

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import Invalid, NotVisible, Refusal


class PromiseNotFound(NotVisible):
    code = "promise_not_found"
    sentence = _("没有找到这项承诺。")


class PolicyMissing(Refusal):
    code = "promise_policy_missing"
    sentence = _("没有为「{case_kind} · {kind} · P{priority}」规定时限。")
    next_step = _("请系统管理员发布这一行时限政策。")


class PromiseAlreadyRunning(Refusal):
    code = "promise_already_running"
    sentence = _("同一项承诺已经在计时。")


class PromiseEnded(Refusal):
    code = "promise_ended"
    sentence = _("这项承诺已经结束。")


class PromisePaused(Refusal):
    code = "promise_paused"
    sentence = _("这项承诺已暂停，请先恢复计时。")
    next_step = _("恢复计时后再试。")


class PromiseNotPaused(Refusal):
    code = "promise_not_paused"
    sentence = _("这项承诺没有暂停。")


class PromiseExpired(Refusal):
    """The due time has passed: nothing may make a broken promise look kept."""

    code = "promise_expired"
    sentence = _("承诺已在 {due_at} 到期，不能再延期或暂停。")
    rule = _("延期只能在到期前提出，并先告知客户。")
    next_step = _("请尽快答复客户并说明原因；超时会如实记录。")


class StatutoryNeverPauses(Refusal):
    code = "statutory_never_pauses"
    sentence = _("法定时限不能暂停。")
    rule = _("《快递暂行条例》：自接到投诉之日起 7 日内处理并告知用户。")


class StatutoryNeverExtends(Refusal):
    code = "statutory_never_extends"
    sentence = _("法定时限不能延期。")
    rule = _("《快递暂行条例》：自接到投诉之日起 7 日内处理并告知用户。")


class ExtensionIncomplete(Invalid):
    code = "extension_incomplete"
    sentence = _("延期要写明原因和发给客户的告知原文，并且至少延长一分钟。")


class PolicyInvalid(Invalid):
    code = "promise_policy_invalid"
    sentence = _("时限要大于 0 分钟，临期比例在 1% 到 99% 之间，并写明承诺的内容和依据。")
