"""Text out of mails: header words, charsets, HTML, quoted answers. Every function is linear in its input.

The stdlib's header parser loses characters that a mailer split between two encoded words, and ``html.parser`` takes a
minute for 60 kB of ``<a <a <a``: both are replaced here by small scanners that cannot be made slow.
"""

import base64
import binascii
import codecs
import html
import quopri
import re
from collections.abc import Iterator

ENCODED_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
FOLD = re.compile(r"\r?\n[ \t]|[\r\n]")
# Names that mean more than they say: mailers write gb2312 and use all of GB18030.
CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "cn-gb": "gb18030",
            "gb_2312-80": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs", "utf8": "utf-8", "us-ascii": "utf-8",
            "ascii": "utf-8", "unicode-1-1-utf-7": "utf-7", "hz-gb-2312": "hz"}  # fmt: skip
# Codecs that are no charsets of text, or that take more than linear time.
NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})
GUESSES = ("utf-8", "gb18030", "big5hkscs")


def decode_bytes(data: bytes, charset: str | None) -> str:
    """Text of bytes in a declared charset, in the likeliest one when the declaration is missing or wrong."""
    declared = _usable(charset)
    for candidate in dict.fromkeys((*([declared] if declared else []), *GUESSES)):
        try:
            return data.decode(candidate)
        except (UnicodeError, ValueError):
            continue
    return data.decode(declared or "utf-8", errors="replace")


def _usable(charset: str | None) -> str | None:
    name = (charset or "").strip(" \"'").lower()
    name = CHARSETS.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return None if found.name.replace("-", "_") in NO_CHARSETS or not found._is_text_encoding else name


def decode_header(value: str | None) -> str:
    """A header as a person reads it: unfolded, encoded words joined before they are decoded (RFC 2047 and beyond)."""
    text = FOLD.sub(" ", value or "")
    pieces: list[str] = []
    position = 0
    for start, end, decoded in _runs(text):
        pieces += [_raw_text(text[position:start]), decoded]
        position = end
    pieces.append(_raw_text(text[position:]))
    return re.sub(r"[\x00-\x1f\x7f]+", " ", "".join(pieces)).strip()


def _runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Runs of neighbouring encoded words: (start, end, text). Bytes of one charset are joined first."""
    words = list(ENCODED_WORD.finditer(text))
    index = 0
    while index < len(words):
        run = [words[index]]
        while index + len(run) < len(words) and _touch(text, run[-1], words[index + len(run)]):
            run.append(words[index + len(run)])
        yield run[0].start(), run[-1].end(), _decode_run(run)
        index += len(run)


def _touch(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    return text[left.end() : right.start()].isspace() or left.end() == right.start()


def _decode_run(run: list[re.Match[str]]) -> str:
    parts: list[tuple[str, bytes]] = []
    for word in run:
        charset, data = word[1].partition("*")[0].lower(), _word_bytes(word[2], word[3])
        if parts and parts[-1][0] == charset:
            parts[-1] = (charset, parts[-1][1] + data)
        else:
            parts.append((charset, data))
    return "".join(decode_bytes(data, charset) for charset, data in parts)


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return quopri.decodestring(data.replace(b"_", b" "))
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return base64.b64decode(letters[:-1] + b"=" * (-(len(letters) - 1) % 4))


def _raw_text(text: str) -> str:
    """Eight-bit characters that stand in a header unencoded."""
    return text if text.isascii() else decode_bytes(text.encode("utf-8", "surrogateescape"), None)


TAG_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
BLOCK_NAMES = (
    "address article aside blockquote br center dd div dl dt footer form h1 h2 h3 h4 h5 h6 header hr li main ol p pre "
    "section table tbody thead tr ul"
)
BLOCKS = frozenset(BLOCK_NAMES.split())
SPACED = frozenset(["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"])
SWALLOWED = frozenset({"head", "script", "style", "title", "noscript", "template"})
SPACES = re.compile(r"[ \t\r\n\f\v\u00a0\u3000]+")
HTML_CHARS = 2_000_000


class HtmlText:
    """Turns HTML into lines of text in one pass; quoted blocks get ``> `` in front."""

    def __init__(self, source: str) -> None:
        self.source = source[:HTML_CHARS]
        self.lower = self.source.lower()
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.absent: set[str] = set()

    def text(self) -> str:
        """The text."""
        position = 0
        while position < len(self.source):
            start = self.source.find("<", position)
            start = len(self.source) if start < 0 else start
            self._add(self.source[position:start])
            position = self._markup(start) if start < len(self.source) else start
        self._break(spaced=False)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip()

    def _markup(self, start: int) -> int:
        """Deal with what begins at a ``<``; returns where to go on."""
        if self.source.startswith("<!--", start):
            return self._after("-->", start) or start + 4
        name = TAG_NAME.match(self.source, start)
        if name is None and self.source[start + 1 : start + 2] not in ("!", "?"):
            self._add("<")
            return start + 1
        end = self._after(">", start)
        if end is None:
            return len(self.source)
        return self._tag(name[1].lower(), self.source[start + 1] == "/", end) if name else end

    def _tag(self, name: str, closes: bool, end: int) -> int:
        if name in SWALLOWED and not closes:
            closed = self._after(f"</{name}", end)
            return self._after(">", closed) or closed if closed else end
        if name in BLOCKS:
            self._break(spaced=name in SPACED or (name == "br" and not self.line))
        if name in ("td", "th"):
            self.line.append(" ")
        if name == "li" and not closes:
            self.line.append("- ")
        if name == "blockquote":
            self.quotes = max(0, self.quotes + (-1 if closes else 1))
        return end

    def _after(self, mark: str, position: int) -> int | None:
        """The place behind the next ``mark``; remembers marks that do not come again, so that nobody looks twice."""
        if mark in self.absent:
            return None
        found = self.lower.find(mark, position)
        if found < 0:
            self.absent.add(mark)
            return None
        return found + len(mark)

    def _add(self, text: str) -> None:
        if text:
            self.line.append(SPACES.sub(" ", html.unescape(text)))

    def _break(self, *, spaced: bool) -> None:
        """End the line, if it holds anything; ``spaced`` leaves an empty one behind it."""
        line = SPACES.sub(" ", "".join(self.line)).strip()
        self.line = []
        if line:
            self.lines.append("> " * min(self.quotes, 3) + line)
        if spaced and self.lines and self.lines[-1]:
            self.lines.append("")


def html_to_text(source: str) -> str:
    """The text of an HTML document, block elements on lines of their own."""
    return HtmlText(source).text()
