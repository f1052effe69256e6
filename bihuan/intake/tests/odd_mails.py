"""A thousand odd mails from a seed: every make, charset and kind of breakage that a mailbox meets.

Each comes with what must become of it: ``received``, ``automatic``, ``quarantined``, or ``any`` for noise where only
being accounted for matters.
"""

import base64
import quopri
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

COMPLAINTS = (
    "我的快件丢了，已经三天没有物流信息，请尽快处理。",
    "包裹外箱破损，里面的杯子碎了两个，要求赔偿。",
    "快递员没有打电话就放在驿站，我要投诉。",
    "派送太慢，说好昨天到的，到现在还没有。",
    "建议增加晚上派送的时段，白天家里没人。",
    "How long does it take to Chengdu? 谢谢 😀",
)
CHARSETS = ("utf-8", "gb2312", "gbk", "gb18030", "utf-16", "iso-2022-jp", "x-unknown", "us-ascii")


@dataclass
class OddMail:
    """One mail and what must become of it."""

    raw: bytes
    expected: str
    kind: str


@dataclass
class Maker:
    """Makes mails; remembers ids so that later ones can answer, repeat or abuse earlier ones."""

    random: random.Random
    number: int = 0
    ids: list[str] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)

    def text(self) -> str:
        return f"{self.random.choice(COMPLAINTS)} 第{self.number}封"

    def head(self, **fields: str) -> bytes:
        """Header lines with a new Message-ID; an empty value leaves a field out."""
        message_id = f"<{self.number}.{self.random.getrandbits(48):x}@mail{self.random.randrange(5)}.example>"
        sender = f"user{self.number}@customer.example"
        lines = {"From": sender, "To": "service@bihuan.example", "Subject": "complaint", "Message-ID": message_id}
        lines |= {"Date": "Mon, 23 Nov 2026 10:00:00 +0800"} | {k.replace("_", "-"): v for k, v in fields.items()}
        if lines["Message-ID"] == message_id:
            self.ids.append(message_id)
        return "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value).encode()

    def multipart(self, kind: str, *parts: bytes, end: bool = True) -> bytes:
        mark = f"b{self.random.getrandbits(32):x}"
        inner = b"".join(f"--{mark}\r\n".encode() + part + b"\r\n" for part in parts)
        closing = f"--{mark}--\r\n".encode() if end else b""
        return f'Content-Type: multipart/{kind}; boundary="{mark}"\r\n\r\n'.encode() + inner + closing


Make = Callable[[Maker], tuple[bytes, str]]


def in_charset(it: Maker) -> tuple[bytes, str]:
    charset = it.random.choice(CHARSETS)
    try:
        data = it.text().encode(charset)
    except (LookupError, UnicodeEncodeError):
        data = it.text().encode("gb18030")
    encoding, encoded = it.random.choice(
        [("base64", base64.encodebytes(data)), ("quoted-printable", quopri.encodestring(data)), ("8bit", data)]
    )
    kind = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return it.head() + kind.encode() + encoded, "received"


def traditional(it: Maker) -> tuple[bytes, str]:
    return it.head() + b"Content-Type: text/plain; charset=big5\r\n\r\n" + "包裹遺失".encode("big5"), "received"


def split_words(it: Maker) -> tuple[bytes, str]:
    data = it.text().encode("gb18030")
    cut = it.random.randrange(1, len(data))
    words = "\r\n ".join(f"=?gb2312?B?{base64.b64encode(part).decode()}?=" for part in (data[:cut], data[cut:]))
    return it.head(Subject=words) + b"\r\nbody", "received"


def html_only(it: Maker) -> tuple[bytes, str]:
    page = f"<html><style>p{{}}</style><p>{it.text()}<br><table><tr><td>1</table><script>x</script>"
    return it.head() + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + page.encode(), "received"


def hostile_html(it: Maker) -> tuple[bytes, str]:
    unit = it.random.choice(["<!--", "<a ", "</ ", "<div>", "<b a='"])
    return it.head() + b"Content-Type: text/html\r\n\r\n<p>x</p>" + (unit * 5000).encode(), "received"


def alternative(it: Maker) -> tuple[bytes, str]:
    plain = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + it.text().encode()
    page = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>" + it.text().encode()
    return it.head() + it.multipart("alternative", plain, page), "received"


def nested(it: Maker) -> tuple[bytes, str]:
    inner = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + it.text().encode()
    for _ in range(it.random.randrange(1, 8)):
        inner = it.multipart(it.random.choice(["mixed", "related", "signed", "x-unknown"]), inner)
    return it.head() + inner, "received"


def too_deep(it: Maker) -> tuple[bytes, str]:
    inner = b"\r\nx"
    for _ in range(40):
        inner = it.multipart("mixed", inner)
    return it.head() + inner, "quarantined"


def with_files(it: Maker) -> tuple[bytes, str]:
    names = [b"filename*=UTF-8''%E7%A0%B4.png", b'filename="=?gb2312?B?xsY=?=.png"', b'filename="\xc6\xc6.exe"', b""]
    content = base64.encodebytes(b"\x89PNG\r\n\x1a\n" + it.random.randbytes(200))
    parts = [
        b"Content-Type: image/png\r\nContent-Disposition: attachment; "
        + it.random.choice(names)
        + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + content
        for _ in range(it.random.randrange(1, 4))
    ]
    return it.head() + it.multipart("mixed", b"\r\n" + it.text().encode(), *parts), "received"


def broken_base64(it: Maker) -> tuple[bytes, str]:
    part = b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n5b+r5Lu2*&^%$#\r\n=5b+"
    return it.head() + it.multipart("mixed", part), "received"


def cut_off(it: Maker) -> tuple[bytes, str]:
    part = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + it.text().encode()
    return it.head() + it.multipart("mixed", part, end=False), "received"


def forwarded(it: Maker) -> tuple[bytes, str]:
    inner = b"Content-Type: message/rfc822\r\n\r\n" + it.head() + b"\r\n\xc4\xe3\xba\xc3 inner"
    return it.head(Subject="Fwd: x") + it.multipart("mixed", b"\r\nsee", inner), "received"


def outlook_rich(it: Maker) -> tuple[bytes, str]:
    tnef = b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\n\x78\x9f\x3e\x22"
    return it.head() + it.multipart("mixed", b"\r\n" + it.text().encode(), tnef), "received"


def without_id(it: Maker) -> tuple[bytes, str]:
    return it.head(Message_ID="") + b"\r\n" + it.text().encode(), "received"


def with_bad_id(it: Maker) -> tuple[bytes, str]:
    bad = it.random.choice([f"{it.number}", f"<{it.number}", f"{it.number} x y", f"[{it.number}@x]"])
    return it.head(Message_ID=bad) + b"\r\n" + it.text().encode(), "received"


def with_bad_lines(it: Maker) -> tuple[bytes, str]:
    raw = it.head() + b"\r\n" + it.text().encode()
    return raw.replace(b"\r\n", it.random.choice([b"\n", b"\r"])), "received"


def with_bad_fields(it: Maker) -> tuple[bytes, str]:
    extra = it.random.choice(
        [
            b"Date: yesterday\r\n",
            b"Content-Type: ;;;=\r\n",
            b"Content-Transfer-Encoding: no-such\r\n",
            b"References: <<<>>>\r\n",
            b"X-Odd: \xff\xfe\r\n",
            b"no colon here\r\n",
            b"Content-Type: text/plain; charset=\r\n",
            b"Content-Type: multipart/mixed\r\n",
        ]
    )
    return it.head() + extra + b"\r\n" + it.text().encode(), "received"


def with_odd_characters(it: Maker) -> tuple[bytes, str]:
    text = it.text() + it.random.choice(["\x00", "\u202e", "\ud83d".encode("utf-8", "surrogatepass").decode("latin-1")])
    return it.head(Subject=it.random.choice(["\x01\x02x", "a" * 5000])) + b"\r\n" + text.encode(), "received"


def long_line(it: Maker) -> tuple[bytes, str]:
    return it.head() + b"\r\n" + it.text().encode() * 2000, "received"


def answer(it: Maker) -> tuple[bytes, str]:
    earlier = it.random.choice(it.ids or ["<unknown@x.example>"])
    return it.head(
        In_Reply_To=earlier, References=f"<a@b.example> {earlier}"
    ) + b"\r\n" + it.text().encode(), "received"


def repeated(it: Maker) -> tuple[bytes, str]:
    return (it.random.choice(it.sent), "duplicate") if it.sent else (it.head() + b"\r\nfirst", "received")


def relayed(it: Maker) -> tuple[bytes, str]:
    raw, expected = repeated(it)
    return b"Received: from relay.example\r\nX-Spam-Score: 1\r\n" + raw, expected


def id_reused(it: Maker) -> tuple[bytes, str]:
    if not it.ids:
        return it.head() + b"\r\nfirst", "received"
    return it.head(Message_ID=it.random.choice(it.ids)) + f"\r\nanother {it.number}".encode(), "quarantined"


def auto_submitted(it: Maker) -> tuple[bytes, str]:
    mark = it.random.choice(
        [
            {"Auto_Submitted": "auto-replied"},
            {"Auto_Submitted": "auto-generated"},
            {"X_Autoreply": "yes"},
            {"Precedence": "auto_reply"},
            {"Subject": "自动回复：我在休假"},
            {"Subject": "Out of Office: x"},
        ]
    )
    return it.head(**mark) + b"\r\n" + it.text().encode(), "automatic"


def listed(it: Maker) -> tuple[bytes, str]:
    mark = it.random.choice([{"List_Id": "<news.example>"}, {"Precedence": "bulk"}, {"List_Unsubscribe": "<x>"}])
    return it.head(**mark) + b"\r\nnews", "automatic"


def bounced(it: Maker) -> tuple[bytes, str]:
    status = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nAction: failed\r\n"
    head = it.head(From=it.random.choice(["MAILER-DAEMON@mx.example", "<>"]), Return_Path="<>")
    expected = "automatic" if b"MAILER" in head else "quarantined"
    return head + it.multipart("report", b"\r\nfailed", status), expected


def without_sender(it: Maker) -> tuple[bytes, str]:
    sender = it.random.choice(["", "<>", "nobody", "a@b", "@", "=?utf-8?B?5b+r?="])
    return it.head(From=sender) + b"\r\n" + it.text().encode(), "quarantined"


def with_odd_sender(it: Maker) -> tuple[bytes, str]:
    address = f"u{it.number}@customer.example"
    sender = it.random.choice(
        [
            f'"赵, 敏" <{address}>',
            f"=?gb2312?B?1dTD9A==?= <{address}>",
            f"{address}, b@c.example",
            f"<{address.upper()}>",
        ]
    )
    return it.head(From=sender) + b"\r\n" + it.text().encode(), "received"


def empty(it: Maker) -> tuple[bytes, str]:
    return it.head(Subject="") + b"\r\n" + b" \r\n" * it.number, "quarantined"


def subject_only(it: Maker) -> tuple[bytes, str]:
    return it.head(Subject=f"where is my parcel {it.number}") + b"\r\n", "received"


def only_a_quote(it: Maker) -> tuple[bytes, str]:
    return it.head() + f"\r\n> {it.text()}\r\n> x".encode(), "received"


def noise(it: Maker) -> tuple[bytes, str]:
    return it.random.randbytes(it.random.randrange(0, 2000)), "any"


def damaged(it: Maker) -> tuple[bytes, str]:
    raw = bytearray(it.random.choice(it.sent) if it.sent else it.head() + b"\r\nx")
    for _ in range(it.random.randrange(1, 20)):
        raw[it.random.randrange(len(raw))] = it.random.randrange(256)
    return bytes(raw), "any"


def with_huge_head(it: Maker) -> tuple[bytes, str]:
    return it.head() + b"X-Filler: " + b"x" * 300_000 + b"\r\n", "quarantined"


MAKERS: tuple[Make, ...] = (
    in_charset, in_charset, in_charset, traditional, split_words, html_only, hostile_html, alternative, nested,
    too_deep,
    with_files, with_files, broken_base64, cut_off, forwarded, outlook_rich, without_id, with_bad_id, with_bad_lines,
    with_bad_fields, with_bad_fields, with_odd_characters, long_line, answer, answer, answer, repeated, repeated,
    relayed, id_reused, auto_submitted, auto_submitted, listed, bounced, without_sender, with_odd_sender, empty,
    subject_only, only_a_quote, noise, damaged, with_huge_head,
)  # fmt: skip


def odd_mails(count: int, seed: int = 20261123) -> Iterator[OddMail]:
    """That many mails; the same ones for the same seed."""
    it = Maker(random.Random(seed))
    for number in range(count):
        it.number = number
        make = it.random.choice(MAKERS)
        raw, expected = make(it)
        if expected == "received" and make not in (repeated, relayed, with_bad_lines):
            it.sent.append(raw)
        yield OddMail(raw, expected, make.__name__)
