"""What is told to the customer by mail and stands in the conversation of the request."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor
from bihuan.intake import actions as intake
from bihuan.intake.models import Message
from bihuan.rights.models import BASES, RefusalReason, RightsRequest

SPEAKER = Actor.system("rights-desk")


def tell(request: RightsRequest, notice: str, body: str, *, secret: str = "", at: datetime) -> Message:
    """Send a notice to the confirmed address on file; without one it stands on the customer's page only."""
    return intake.send_notice(
        actor=SPEAKER, conversation_id=request.conversation_id, notice=notice, body=body, secret=secret, at=at
    )


def address_of(request: RightsRequest) -> str:
    """Where the customer sees the request."""
    return f"{settings.PUBLIC_URL}/service/rights/{request.token}"


def received_words(request: RightsRequest) -> str:
    due = timezone.localtime(request.due_at)
    return _("已收到你的请求“{what}”，我们在 {due} 前答复。核实身份和看结果：{address}").format(
        what=request.get_kind_display(), due=f"{due:%Y-%m-%d}", address=address_of(request)
    )


def code_words(code: str) -> str:
    return _("你的验证码是 {code}，30 分钟内有效，只能用一次。如果不是你本人在操作，请不要告诉任何人。").format(
        code=code
    )


def fulfilled_words(request: RightsRequest, words: str) -> str:
    said = _("你的请求“{what}”已办好。").format(what=request.get_kind_display())
    return "\n\n".join(part for part in (said, words, address_of(request)) if part)


def refused_words(request: RightsRequest, reason: RefusalReason, words: str) -> str:
    """The reason with the law it rests on, and what can be done against it (个人信息保护法 50, 65)."""
    return _(
        "你的请求“{what}”我们没有办理。\n\n原因：{reason}（{basis}）\n\n{words}\n\n"
        "你可以向履行个人信息保护职责的部门投诉，也可以向人民法院起诉（个人信息保护法第五十条、第六十五条）。\n{address}"
    ).format(
        what=request.get_kind_display(),
        reason=reason.label,
        basis=BASES[reason],
        words=words,
        address=address_of(request),
    )


def copy_words(request: RightsRequest, until: datetime) -> str:
    day = timezone.localtime(until)
    return _("你的资料副本已备好，{until} 前凭验证码领取：{address}").format(
        until=f"{day:%Y-%m-%d}", address=address_of(request)
    )
