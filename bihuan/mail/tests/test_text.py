"""Charsets, header words, HTML and quotes."""

import base64
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.mail.quotes import split_quote
from bihuan.mail.text import decode_bytes, decode_header, html_to_text

LOST = "您好，我的快件丢失了"


@pytest.mark.parametrize(
    ("charset", "declared"),
    [
        ("gbk", "gb2312"),
        ("gb18030", "GB18030"),
        ("gb18030", None),
        ("gb18030", "no-such-charset"),
        ("gb18030", "us-ascii"),
        ("utf-8", None),
        ("utf-8", "utf8"),
        ("utf-8", '"UTF-8"'),
        ("utf-7", "utf-7"),
        ("hz", "hz-gb-2312"),
    ],
)
def test_chinese_is_read_in_the_charset_it_was_written_in(charset, declared):
    assert decode_bytes(LOST.encode(charset), declared) == LOST


def test_traditional_chinese_is_read():
    assert decode_bytes("您好，包裹遺失".encode("big5"), "big5") == "您好，包裹遺失"


def test_rare_characters_behind_a_gb2312_label_are_read():
    assert decode_bytes("镕喆𠮷".encode("gb18030"), "gb2312") == "镕喆𠮷"


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "base64", "rot13", "undefined"])
def test_a_codec_that_is_no_charset_is_not_used(charset):
    assert decode_bytes(LOST.encode(), charset) == LOST


def encoded_words(text: str, charset: str, cut: int) -> str:
    """As many Chinese mailers do it: bytes cut anywhere, also in the middle of a character."""
    data = text.encode(charset)
    words = (data[:cut], data[cut:])
    return "\r\n ".join(f"=?{charset}?B?{base64.b64encode(word).decode()}?=" for word in words)


@pytest.mark.parametrize("charset", ["gb2312", "gb18030", "utf-8", "big5"])
@pytest.mark.parametrize("cut", range(1, 9))
def test_a_character_cut_between_two_encoded_words_is_joined_again(charset, cut):
    text = "快件快件" if charset != "big5" else "包裹包裹"
    assert decode_header(encoded_words(text, charset, cut)) == text


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("=?utf-8?Q?=E5=BF=AB=E4=BB=B6?= lost", "快件 lost"),
        ("=?UTF-8?q?a_b?= =?utf-8?B?5b+r?=", "a b快"),
        ("=?utf-8*zh?B?5b+r?=", "快"),
        ("=?utf-8?B?5b+r", "=?utf-8?B?5b+r"),
        ("=?utf-8?B?5b+?=", decode_bytes(b"\xe5\xbf", "utf-8")),
        ("=?utf-8?B?5b+r 5Lu2?=", "快件"),
        ("plain\r\n folded", "plain folded"),
        ("a\x00b", "a b"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_header_is_read_as_a_person_reads_it(header, shown):
    assert decode_header(header) == shown


def test_unencoded_eight_bit_headers_are_read():
    raw = "快件丢失".encode("gb18030").decode("ascii", "surrogateescape")
    assert decode_header(raw) == "快件丢失"


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_header_breaks_the_decoder(text):
    assert isinstance(decode_header(text), str)


@settings(deadline=None)
@given(st.text(alphabet="<>/!-a \"'=&;#pdiv", max_size=300))
def test_no_html_breaks_the_reader(source):
    assert isinstance(html_to_text(source), str)


def test_html_becomes_lines_of_text():
    source = (
        "<html><head><title>t</title><style>p{color:red}</style></head><body><p>您好，<br>我的快件 <b>丢</b>了</p>"
        "<!-- hidden --><ul><li>单号 &lt;SF1&gt;</li><li>寄件&nbsp;人</li></ul><script>alert('x')</script>"
        "<blockquote>原来的话<br>第二行</blockquote>1 < 2</body></html>"
    )
    assert html_to_text(source).split("\n") == [
        "您好，",
        "我的快件 丢了",
        "",
        "- 单号 <SF1>",
        "- 寄件 人",
        "",
        "> 原来的话",
        "> 第二行",
        "",
        "1 < 2",
    ]


@pytest.mark.parametrize(
    "unit", ["<!", "<a ", "<!--", "</ ", "<a b='", "<div>", "<script>", "<blockquote>", "&#", "<td> ", "<title>"]
)
def test_hostile_html_takes_no_longer_than_its_length(unit):
    started = time.process_time()
    html_to_text(unit * 60_000)
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("text", "fresh"),
    [
        ("谢谢\n\n在 2026年11月23日 10:00，远禾速运 <s@x.cn> 写道：\n> 您好", "谢谢"),
        ("谢谢\n\nOn Mon, Nov 23, 2026 at 10:00 AM Yuanhe\n<service@x.example> wrote:\n> hi", "谢谢"),
        ("谢谢\n------------------ 原始邮件 ------------------\n发件人: 远禾\n您好", "谢谢"),
        ("谢谢\n-----Original Message-----\nFrom: x", "谢谢"),
        ("谢谢\n\n发件人： 远禾速运\n发送时间： 2026年11月23日\n收件人： 赵敏\n主题： 回复\n\n您好", "谢谢"),
        ("谢谢\nFrom: Yuanhe\nSent: Monday\nTo: Zhao\nSubject: x\n\nhello", "谢谢"),
        ("谢谢\n> 您好\n> 再见\n", "谢谢"),
        ("谢谢\n-- \n赵敏 13800001234", "谢谢"),
        ("> 丢了吗？\n没有\n> 找到了吗？\n找到了", "> 丢了吗？\n没有\n> 找到了吗？\n找到了"),
        ("发件人：张三，单号 SF123，一直没收到", "发件人：张三，单号 SF123，一直没收到"),
        ("> 只有引用", "> 只有引用"),
        ("", ""),
    ],
)
def test_the_new_part_of_an_answer_is_told_from_the_quoted(text, fresh):
    assert split_quote(text)[0] == fresh


def test_what_is_quoted_is_kept():
    fresh, quoted = split_quote("谢谢\n-----Original Message-----\n您好")
    assert (fresh, quoted) == ("谢谢", "-----Original Message-----\n您好")


@settings(deadline=None)
@given(st.text(max_size=400))
def test_no_text_loses_more_than_blank_space_when_it_is_split(text):
    fresh, quoted = split_quote(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert "".join((fresh + quoted).split()) == "".join(lines.split())


@pytest.mark.parametrize("text", ["> " * 50_000, "On " + "a" * 500_000, "From: x\n" * 20_000, "-" * 500_000])
def test_hostile_text_takes_no_longer_than_its_length(text):
    started = time.process_time()
    split_quote(text)
    assert time.process_time() - started < 3
