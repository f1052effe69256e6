"""Masks of personal values. Pure: what a person without a reason sees instead of the value.

``SCREEN`` is what pages show, ``WAYBILL`` what may be printed. Phones hide at least six digits on both: the minimum of
GB/T 41833 for waybills, kept everywhere so that no two writings of one number can be laid over each other. The other
forms are the custom of the trade (domain facts, 7.2).
"""

import re
from enum import StrEnum

from bihuan.customers.kinds import IDENTITIES, DatumKind
from bihuan.language.pinyin import surname


class Grade(StrEnum):
    SCREEN = "SCREEN"
    WAYBILL = "WAYBILL"


STARS = "***"
ERASED = "***"
SHORTEST_PHONE_SHOWN = 8
SHORTEST_LANDLINE = 10
HIDDEN_AT_LEAST = 6
SHORTEST_IDENTITY_SHOWN = 5
NAME_DOTS = re.compile("([·•・. ])")
REGION = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区|特别行政区))?"
    r"(?:[\u4e00-\u9fff]{2,10}?(?:自治州|地区|盟|市))?"
    r"(?:[\u4e00-\u9fff]{1,9}?(?:自治县|自治旗|新区|区|县|旗|市))?"
)
# The first of these behind the region ends what a screen shows: a street, a community, a village.
STREET = re.compile(
    r"[\u4e00-\u9fff]{1,10}?(?:街道|大街|大道|公路|胡同|社区|小区|花园|新村|街|路|巷|弄|镇|乡|村|屯|苑|园)(?:大街|大道|[东南西北中]?路|街)?"
)
# What a waybill leaves out: building parts, floors and rooms, down to the end.
UNIT_AND_ROOM = re.compile(r"[\dA-Za-z一二三四五六七八九十]+(?:单元|室|楼|层|栋|幢|座|门|房|户|号楼|[-—#]).*$")


def mask(kind: str, value: str, grade: Grade = Grade.SCREEN) -> str:
    """The mask of one value of a kind."""
    return _MASKS[DatumKind(kind)](value, grade)


def mask_name(name: str, grade: Grade = Grade.SCREEN) -> str:
    """The surname stays: 王芳 → 王*, 欧阳娜娜 → 欧阳**, 买买提·吐尔逊 → 买**·***."""
    parts = NAME_DOTS.split(name.strip())
    if len(parts) > 1:
        rest = (part if NAME_DOTS.fullmatch(part) else "*" * len(part) for part in parts[1:])
        return _keep_first(parts[0], 1) + "".join(rest)
    word = parts[0]
    shown = 1 if word[:1].isascii() else len(surname(word))
    return "*" * len(word) if len(word) <= 1 else _keep_first(word, min(shown, len(word) - 1))


def _keep_first(word: str, shown: int) -> str:
    return word[:shown] + "*" * (len(word) - shown)


def mask_company(name: str, grade: Grade = Grade.SCREEN) -> str:
    """The first two characters: 远禾科技有限公司 → 远禾***."""
    return name.strip()[:2] + STARS if len(name.strip()) > 2 else mask_name(name)


def mask_phone(digits: str, grade: Grade = Grade.SCREEN) -> str:
    """Mobile 138******34, landline 010-******78; short numbers not at all."""
    if len(digits) < SHORTEST_PHONE_SHOWN or not digits.isdecimal():
        return "*" * len(digits)
    if digits.startswith("0") and len(digits) >= SHORTEST_LANDLINE:
        area = 3 if digits[1] in "12" else 4
        return f"{digits[:area]}-{_hide_middle(digits[area:], 0, 2)}"
    return _hide_middle(digits, 3 if len(digits) >= 11 else 0, 2)


def _hide_middle(digits: str, shown_first: int, shown_last: int) -> str:
    """At least six digits hidden: what is shown at the end gives way."""
    last = max(0, min(shown_last, len(digits) - shown_first - HIDDEN_AT_LEAST))
    hidden = len(digits) - shown_first - last
    return digits[:shown_first] + "*" * hidden + digits[shown_first + hidden :]


def mask_id_number(number: str, grade: Grade = Grade.SCREEN) -> str:
    """First three and last two on screen; never printed."""
    if grade is Grade.WAYBILL or len(number) < 15:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


def mask_bank_card(number: str, grade: Grade = Grade.SCREEN) -> str:
    """The issuer's four and the last four on screen; never printed."""
    if grade is Grade.WAYBILL or len(number) < 15:
        return "*" * len(number)
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"


def mask_email(address: str, grade: Grade = Grade.SCREEN) -> str:
    """zhangsan@a.com → z***@a.com."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}{STARS}@{domain}" if at and len(local) > 1 else f"{STARS}@{domain}" if at else STARS


def mask_identity(account: str, grade: Grade = Grade.SCREEN) -> str:
    """The first and the last character of an account; nothing of a short one, nothing in print."""
    if grade is Grade.WAYBILL or len(account) < SHORTEST_IDENTITY_SHOWN:
        return "*" * len(account)
    return f"{account[0]}{'*' * (len(account) - 2)}{account[-1]}"


def mask_address(address: str, grade: Grade = Grade.SCREEN) -> str:
    """To the street or community on screen, without unit and room on a waybill; else to the region."""
    plain = "".join(address.split())
    if grade is Grade.WAYBILL:
        return UNIT_AND_ROOM.sub("", plain) + STARS
    region = region_of(plain)
    street = STREET.match(plain, len(region))
    return (plain[: street.end()] if street else region) + STARS


def region_of(address: str) -> str:
    """Province, city and district an address begins with; empty when it begins with none."""
    found = REGION.match("".join(address.split()))
    return found.group() if found else ""


_MASKS = {
    DatumKind.NAME: mask_name,
    DatumKind.PHONE: mask_phone,
    DatumKind.ID_NUMBER: mask_id_number,
    DatumKind.BANK_CARD: mask_bank_card,
    DatumKind.EMAIL: mask_email,
    DatumKind.ADDRESS: mask_address,
    **dict.fromkeys(IDENTITIES, mask_identity),
}
