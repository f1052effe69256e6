"""Where an answer ends and the mail it answers begins. The rest is kept, it only moves out of the way."""

import re

ORIGINAL = re.compile(
    r"^[-—_=\s*]{2,}\s*(?:原始邮件|原邮件|回复的原邮件|原始信息|原始訊息|Original Message|Original)\s*[-—_=\s*]{2,}$",
    re.I,
)  # data, not a message
WROTE = re.compile(r"^(?:在|于|On |Am |Le )\s*.{4,240}(?:写道|寫道|wrote)\s*[:：]$", re.S)  # data, not a message
WROTE_SHORT = re.compile(r"^.{0,80}[<(].{3,80}@.{3,80}[>)].{0,60}(?:写道|寫道|wrote)\s*[:：]$")  # data, not a message
SENDER_LINE = re.compile(r"^[\s*]*(?:发件人|寄件者|寄件人|From)\s*[:：]", re.I)  # data, not a message
HEADER_LINE = re.compile(
    r"^[\s*]*(?:发送时间|发件时间|日期|时间|收件人|收件者|抄送|主题|主旨|Sent|Date|To|Cc|Subject)\s*[:：]", re.I
)  # data, not a message
SIGNATURE = re.compile(r"^--\s?$")
LINE_CHARS = 300
WRAPPED_LINES = 3


def split_quote(text: str) -> tuple[str, str]:
    """What is new in a mail, and what it repeats or signs. When nothing would be left, all of it counts as new."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cut = next((index for index in range(len(lines)) if _begins_quote(lines, index)), len(lines))
    cut = min(cut, _trailing_quote(lines))
    fresh = "\n".join(lines[:cut]).strip()
    if not fresh:
        return "\n".join(lines).strip(), ""
    return fresh, "\n".join(lines[cut:]).strip()


def _begins_quote(lines: list[str], index: int) -> bool:
    line = lines[index].strip()
    if not line or len(line) > LINE_CHARS:
        return False
    if ORIGINAL.match(line) or SIGNATURE.match(lines[index]):
        return True
    return _is_wrote(lines, index) or _is_header_block(lines, index)


def _is_wrote(lines: list[str], index: int) -> bool:
    """ "On Monday … wrote:", which mailers break over up to three lines."""
    joined = ""
    for line in lines[index : index + WRAPPED_LINES]:
        joined = f"{joined} {line.strip()[:LINE_CHARS]}".strip()
        if joined.endswith((":", "：")) and (WROTE.match(joined) or WROTE_SHORT.match(joined)):
            return True
    return False


def _is_header_block(lines: list[str], index: int) -> bool:
    """The block Outlook and QQ Mail put above the original: a sender line and two more header lines near it."""
    if not SENDER_LINE.match(lines[index]):
        return False
    near = [line for line in lines[index + 1 : index + 10] if line.strip()]
    return sum(1 for line in near[:5] if HEADER_LINE.match(line)) >= 2


def _trailing_quote(lines: list[str]) -> int:
    """Where a block of ``>`` lines begins that reaches to the end; quotes in the middle of an answer stay."""
    start = len(lines)
    while start and (lines[start - 1].lstrip().startswith(">") or not lines[start - 1].strip()):
        start -= 1
    return start
