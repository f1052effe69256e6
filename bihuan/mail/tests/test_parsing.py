"""Mails of every make, read without a database."""

from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.mail import parsing
from bihuan.mail.parsing import parse_mail, salvage_mail
from bihuan.mail.parts import MailUnreadable
from bihuan.mail.reasons import MailReason
from bihuan.mail.tests.factories import ZHAO_ADDRESS, mail

HEAD = b"From: a@b.example\r\nSubject: x\r\n"


def unreadable(raw: bytes) -> MailReason:
    with pytest.raises(MailUnreadable) as caught:
        parse_mail(raw)
    return caught.value.reason


def multipart(*parts: bytes, kind: str = "mixed") -> bytes:
    inner = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return HEAD + f'Content-Type: multipart/{kind}; boundary="b"\r\n\r\n'.encode() + inner + b"--b--\r\n"


def test_a_plain_mail_is_understood():
    parsed = parse_mail(mail("您好", message_id="<a@b>", in_reply_to="<c@d>", references="<e@f> <c@d>"))
    assert (parsed.message_id, parsed.ancestors) == ("<a@b>", ["<c@d>", "<e@f>"])
    assert (parsed.sender, parsed.sender_name) == (ZHAO_ADDRESS, "赵敏")
    assert (parsed.subject, parsed.body, parsed.files, parsed.automatic) == ("快件丢失", "您好", [], None)


def test_html_alone_is_read_as_text():
    raw = multipart(b"Content-Type: text/html; charset=gbk\r\n\r\n" + "<p>快件<br>丢了</p>".encode("gbk"))
    assert parse_mail(raw).body == "快件\n丢了"


def test_plain_text_is_preferred_to_html_and_an_empty_one_is_not():
    plain, page = b"Content-Type: text/plain\r\n\r\nplain", b"Content-Type: text/html\r\n\r\n<p>page</p>"
    assert parse_mail(multipart(plain, page, kind="alternative")).body == "plain"
    assert parse_mail(multipart(b"Content-Type: text/plain\r\n\r\n \r\n", page, kind="alternative")).body == "page"


def test_texts_around_an_attachment_belong_together():
    parts = (b"Content-Type: text/plain\r\n\r\none", b"Content-Type: image/png; name=a.png\r\n\r\nx", b"\r\ntwo")
    parsed = parse_mail(multipart(*parts))
    assert parsed.body == "one\n\ntwo" and [file.name for file in parsed.files] == ["a.png"]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b"filename*=UTF-8''%E7%A0%B4%E6%8D%9F.jpg", "破损.jpg"),
        (b"filename*0*=gb18030''%C6%C6; filename*1*=%CB%F0.jpg", "破损.jpg"),
        (b'filename="=?utf-8?B?56C05o2fLmpwZw==?="', "破损.jpg"),
        (b'filename="\xc6\xc6\xcb\xf0.jpg"', "破损.jpg"),
        (b"filename=photo.jpg", "photo.jpg"),
    ],
)
def test_file_names_are_read_in_every_spelling(header, name):
    part = b"Content-Type: image/jpeg\r\nContent-Disposition: attachment; " + header + b"\r\n\r\n\xff\xd8\xff"
    assert [file.name for file in parse_mail(multipart(b"\r\nhi", part)).files] == [name]


def test_a_forwarded_mail_is_an_attachment_and_keeps_its_text():
    inner = b"Content-Type: message/rfc822\r\n\r\nFrom: x@y.example\r\nSubject: inner\r\n\r\ninner text"
    parsed = parse_mail(multipart(b"\r\nsee below", inner))
    assert parsed.body == "see below"
    assert message_from_bytes(parsed.files[0].content)["subject"] == "inner"


def test_a_forwarded_text_is_not_taken_for_a_quote():
    body = "请看\n\n发件人： 商家\n发送时间： 今天\n主题： 退款\n\n我们不退"
    assert parse_mail(mail(body, subject="转发: 退款")).body == body


def test_a_signed_mail_is_read_without_its_signature():
    signed = (
        b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA"
    )
    parsed = parse_mail(multipart(b"\r\nhello", signed, kind="signed"))
    assert (parsed.body, parsed.files) == ("hello", [])


def test_an_encrypted_mail_keeps_what_cannot_be_read_as_a_file():
    raw = (
        HEAD + b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA"
    )
    assert [file.name for file in parse_mail(raw).files] == ["smime.p7m"]


def test_a_mail_that_says_all_in_its_subject_is_understood():
    assert parse_mail(mail("", subject="快件三天没动了")).body == "快件三天没动了"


def test_an_answer_comes_from_the_address_people_read():
    raw = mail(**{"from": "shop <noreply@shop.example>", "reply_to": "Wang <wang@mail.example>"})
    assert parse_mail(raw).sender == "wang@mail.example"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", MailReason.EMPTY),
        (b"\r\n \r\n", MailReason.EMPTY),
        (b"no header at all", MailReason.NO_SENDER),
        (b"Subject: x\r\n\r\nhello", MailReason.NO_SENDER),
        (b"From: <>\r\n\r\nhello", MailReason.NO_SENDER),
        (b"From: somebody at home\r\n\r\nhello", MailReason.NO_SENDER),
        (b"From: root@localhost\r\n\r\nhello", MailReason.NO_SENDER),
        (b"From: a@b.example\r\n\r\n \r\n", MailReason.NO_CONTENT),
        (HEAD + b"X: " + b"a" * 300_000, MailReason.TOO_COMPLEX),
        (HEAD + b"Content-Type: text/plain;" + b'a="' * 9000 + b"\r\n\r\nx", MailReason.TOO_COMPLEX),
        (multipart(*[b"Content-Type: text/plain\r\n\r\nx"] * 250), MailReason.TOO_COMPLEX),
        (multipart(*[b"\r\nx"] * 250), MailReason.TOO_COMPLEX),
    ],
)
def test_what_cannot_be_understood_is_named(raw, reason):
    assert unreadable(raw) == reason


def test_parts_nested_too_deep_are_refused():
    layers = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth) for depth in range(100)
    )
    assert unreadable(HEAD + layers + b"\r\nx") == MailReason.TOO_COMPLEX


def test_a_mail_above_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(parsing, "LIMIT_BYTES", 100)
    assert unreadable(mail("x" * 200)) == MailReason.TOO_LARGE


def test_the_same_mail_by_another_way_has_the_same_fingerprint():
    raw = mail("您好", message_id="<a@b>")
    relayed = b"Received: from somewhere else\r\nX-Spam: no\r\n" + raw
    assert parse_mail(raw).fingerprint == parse_mail(relayed).fingerprint
    assert parse_mail(raw).fingerprint != parse_mail(mail("再见", message_id="<a@b>")).fingerprint


def test_anything_can_be_salvaged():
    assert salvage_mail("乱七八糟 zhao@mail.example".encode("gb18030")).sender == "zhao@mail.example"
    assert salvage_mail(b"").body == ""


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600))
def test_no_bytes_break_the_parser(noise):
    for raw in (noise, HEAD + noise, HEAD + b"\r\n" + noise, multipart(noise)):
        try:
            parsed = parse_mail(raw)
        except MailUnreadable as refusal:
            assert refusal.reason in MailReason
        else:
            assert parsed.body.encode() is not None and "\x00" not in parsed.body + parsed.subject


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_a_good_mail_breaks_the_parser(data):
    raw = bytearray(mail("您好，快件丢了", message_id="<a@b>", files=(("a.txt", b"hello", "text/plain"),)))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=6))
    try:
        parse_mail(bytes(raw))
    except MailUnreadable as refusal:
        assert refusal.reason in MailReason


def test_the_parser_knows_no_business_and_no_database():
    source = Path(parsing.__file__).read_text(encoding="utf-8")
    assert "objects." not in source and "intake.models" not in source
