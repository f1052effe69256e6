"""What can go wrong when another company is asked: stable codes, never its own words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Problem(models.TextChoices):
    UNREACHABLE = "UNREACHABLE", _("连不上")
    TIMED_OUT = "TIMED_OUT", _("超时没有答复")
    SERVER_ERROR = "SERVER_ERROR", _("对方系统出错")
    TOO_LONG = "TOO_LONG", _("答复过长")
    NOT_UNDERSTOOD = "NOT_UNDERSTOOD", _("答复看不懂")
    WRONG_NUMBER = "WRONG_NUMBER", _("答的是别的运单")
    KEYS_REFUSED = "KEYS_REFUSED", _("密钥或签名被拒")
    LIMIT_REACHED = "LIMIT_REACHED", _("次数或套餐用完")
    PHONE_WANTED = "PHONE_WANTED", _("要核对收件人手机尾号")
    RESTING = "RESTING", _("熔断中，暂不询问")
    NOT_CONFIGURED = "NOT_CONFIGURED", _("没有配置")

    @property
    def is_their_fault(self) -> bool:
        """True when it says something about the provider, and not about one parcel or about us."""
        return self not in NOT_THEIRS


NOT_THEIRS = frozenset({Problem.PHONE_WANTED, Problem.RESTING, Problem.NOT_CONFIGURED})


class ProviderFailed(Exception):
    """A provider gave no usable answer. Its text is the code alone: answers may quote keys and people."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem
