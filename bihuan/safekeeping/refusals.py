"""Why a rotation is refused."""

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import Invalid, Refusal


class RotationUnderWay(Refusal):
    code = "rotation_under_way"
    sentence = _("已有一次密钥轮换没有结束。")
    next_step = _("请等它完成，或先取消。")


class RotationStepRefused(Refusal):
    code = "rotation_step_refused"
    sentence = _("这次轮换现在的状态不允许这一步。")


class PaceUnknown(Invalid):
    code = "pace_unknown"
    sentence = _("请选择列出的速度。")


class KeyringRefused(Refusal):
    """The keyring cannot be used or changed that way; the reason names the key, never its value."""

    code = "keyring_refused"
    sentence = _("密钥库不允许这一步：{reason}")
    next_step = _("请对照运维手册检查密钥文件。")
