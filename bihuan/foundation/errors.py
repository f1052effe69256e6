"""Refusals: one exception family with stable codes, translated once at each edge (page, API, form, command)."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Something a person asked for and does not get.

    ``code`` is stable and part of the API; ``sentence`` is shown to people and may name values of ``facts``;
    ``rule`` says which rule refused and who owns it; ``next_step`` says what to do instead.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    sentence: ClassVar[str | Promise] = _("这一步现在不能做。")
    rule: ClassVar[str | Promise] = ""
    next_step: ClassVar[str | Promise] = ""

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        return str(self.sentence).format(**self.facts)


class NotVisible(Refusal):
    """The object does not exist for this actor: never says whether it exists for others."""

    code = "not_found"
    status = 404
    sentence = _("没有找到，或不在你的可见范围内。")
    next_step = _("核对编号，或请能看到它的同事、班组长处理。")


class NotAllowed(Refusal):
    """The actor sees the object but may not do this to it."""

    code = "not_allowed"
    status = 403
    sentence = _("你的岗位没有这项权限。")
    next_step = _("请联系班组长或系统管理员。")


class Invalid(Refusal):
    """Input that a rule does not accept; ``field`` in the facts names the form field."""

    code = "invalid"
    status = 422
    sentence = _("填写的内容不符合要求。")
    next_step = _("返回上一页，按提示改好再提交。")

    @property
    def field(self) -> str | None:
        return self.facts.get("field")
