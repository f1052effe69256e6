"""Mails for tests."""

from email.message import EmailMessage
from email.policy import SMTP

ZHAO_ADDRESS = "zhaomin@mail.example"


def mail(
    body: str = "我的快件丢了，请尽快处理。", *, files: tuple[tuple[str, bytes, str], ...] = (), **headers: str
) -> bytes:
    """A plain mail; headers are given as ``message_id`` for Message-ID."""
    composed = EmailMessage(policy=SMTP)
    fields = {"from": f"赵敏 <{ZHAO_ADDRESS}>", "to": "service@bihuan.example", "subject": "快件丢失"} | headers
    for name, value in fields.items():
        if value:
            composed[name.replace("_", "-").title()] = value
    composed.set_content(body)
    for name, content, content_type in files:
        main, _slash, sub = content_type.partition("/")
        composed.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return composed.as_bytes()
