"""Why a trial is refused."""

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import Invalid, Refusal


class ProviderUnknown(Invalid):
    code = "provider_unknown"
    sentence = _("没有这个查询渠道。")


class TrialUnderWay(Refusal):
    code = "trial_under_way"
    sentence = _("上一次试查还没有结束。")
    next_step = _("请等几秒再试。")
