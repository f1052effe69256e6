"""People, mails and conversations for the tests of intake."""

from datetime import UTC, datetime

from bihuan.foundation.actor import Actor, ActorKind, Grant, Via
from bihuan.intake.actions import MailReceipt, Received, receive_mail, receive_message
from bihuan.intake.models import Channel, Message
from bihuan.mail.tests.factories import ZHAO_ADDRESS as ZHAO_ADDRESS
from bihuan.mail.tests.factories import mail as mail
from bihuan.organization.roles import Role

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TEAM = 5
POSTMAN = Actor.system("mail")


def staff(number: int, name: str, *roles: str) -> Actor:
    """A person with these roles over one team."""
    grants = tuple(Grant(role=role, unit_ids=frozenset({TEAM})) for role in roles)
    return Actor(kind=ActorKind.STAFF, id=number, name=name, grants=grants)


LIN = staff(1, "林晓", Role.AGENT)
WEI = staff(2, "魏然", Role.SUPERVISOR)
XU = staff(3, "徐进", Role.LIAISON)
QIAN = staff(4, "钱一", Role.SECURITY_ADMIN)
SUN = staff(5, "孙立", Role.SYSTEM_ADMIN)
ZHAO = Actor(kind=ActorKind.CUSTOMER, id=None, name="", via=Via.PORTAL)


def take(raw: bytes, at: datetime = AT) -> MailReceipt:
    """Let the mail job take a mail in."""
    return receive_mail(actor=POSTMAN, raw=raw, at=at)


def taken(raw: bytes, at: datetime = AT) -> Message:
    """The message a mail became."""
    return Message.objects.select_related("conversation").get(pk=take(raw, at).message_id)


def said(
    body: str = "快件什么时候到？", *, channel: str = Channel.PORTAL, at: datetime = AT, **fields: object
) -> Message:
    """Something Zhao said on a channel."""
    return receive_message(actor=ZHAO, received=Received(channel=channel, body=body, **fields), at=at)
