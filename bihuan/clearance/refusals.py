"""Why somebody does not get into the vault."""

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import Invalid, NotAllowed, Refusal


class UndertakingNeeded(NotAllowed):
    code = "undertaking_needed"
    sentence = _("保密承诺没有签或已经到期，客户资料库先对你关闭。")
    rule = _("签了保密承诺、通过测验才能查客户")
    next_step = _("请到「保密承诺」页读完、答题并签名，马上恢复。")


class VaultIsPaused(NotAllowed):
    code = "vault_paused"
    sentence = _("你的客户资料访问已暂停：短时间内的查看超出平常。")
    rule = _("异常查看自动暂停，由上级核实")
    next_step = _("请向班组长说明情况，由其在「泄露雷达」页恢复。")


class RevealTooFast(Refusal):
    code = "reveal_too_fast"
    status = 429
    sentence = _("查看明文太快了，请稍等一分钟。")
    rule = _("每分钟最多看 {limit} 次")


class QuizInvalid(Invalid):
    code = "quiz_invalid"
    sentence = _("这道题要有至少两个选项，其中正好一个以 * 开头：{question}")


class UndertakingTextMissing(Invalid):
    code = "undertaking_text_missing"
    sentence = _("请填写承诺内容。")


class UndertakingOutdated(Refusal):
    code = "undertaking_outdated"
    sentence = _("承诺刚换了新版，请重新读一遍。")


class QuizFailed(Invalid):
    code = "quiz_failed"
    sentence = _("答对 {score}%，要达到 {needed}% 才算通过。再读一遍，重新作答。")


class SignatureDiffers(Invalid):
    code = "signature_differs"
    sentence = _("请写你本人的姓名作为签名。")


class LimitsInvalid(Invalid):
    code = "vault_limits_invalid"
    sentence = _("每个上限都要是 1 到 1000 之间的整数。")


class LiftNoteMissing(Invalid):
    code = "lift_note_missing"
    sentence = _("请写明核实的结果。")


class OwnAlert(NotAllowed):
    code = "own_alert"
    sentence = _("不能解除自己的暂停。")
    next_step = _("请上级或安全管理员处理。")


class AlertLifted(Refusal):
    code = "alert_lifted"
    sentence = _("这条警报已经处理过了。")
