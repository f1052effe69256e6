"""Personal data in free text: where it stands and what it is. Recognises writings, knows no person.

Phones, ID numbers and bank cards are found however their digits are grouped ("138 0000 1234", "138-0000-1234", full
width, 一三八…). A number counts as a whole: eleven digits inside a 13- to 15-digit waybill are no phone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bihuan.language.addresses import find_addresses
from bihuan.language.folding import fold_width


class Kind(StrEnum):
    PHONE = "PHONE"
    ID_NUMBER = "ID_NUMBER"
    BANK_CARD = "BANK_CARD"
    EMAIL = "EMAIL"
    ADDRESS = "ADDRESS"


@dataclass(frozen=True, slots=True)
class Finding:
    """One value in a text: the span it takes and the value in its normal form."""

    kind: Kind
    start: int
    end: int
    value: str


# Digits with single separators between them, taken as far as they go.
NUMBER = re.compile(r"(?<!\d)(?:\+|00)?\d(?:[ \-.·]?\d){6,30}[Xx]?(?!\d)")
GROUP = re.compile(r"\d+[Xx]?")
BRACKETED_AREA = re.compile(r"(?<!\d)\(?(0\d{2,3})\)[ -]?(\d{7,8}|\d{3,4}[ -]\d{4})(?!\d)")
EMAIL = re.compile(r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}")
HAN_DIGITS = str.maketrans("零〇○一幺二三四五六七八九", "0001123456789")
HAN_NUMBER = re.compile(r"[零〇○一幺二三四五六七八九]{7,}")

# Behind these letters eleven digits are a waybill all the same.
WAYBILL_LETTERS = re.compile(r"JD[A-Z]?$")
MOBILE = re.compile(r"1[3-9]\d{9}")
COUNTRY_CODE = re.compile(r"(?:\+|00)86[ \-]?|86[ \-](?=1[3-9])|86(?=1[3-9]\d{9}$)")
# Area codes: 010 and 02x with eight digits, the other provinces with seven or eight.
LANDLINE = re.compile(r"0(?:10|2\d)[1-9]\d{7}|0[3-9]\d{2}[1-9]\d{6,7}")
# UnionPay 62 with 16 to 19 digits, ICBC 9558, and the 16-digit ranges of the international schemes.
BANK_CARD = re.compile(r"62\d{14,17}|9558\d{12,15}|4\d{15}|5[1-5]\d{14}|35\d{14}")
ID_NUMBER = re.compile(r"[1-9]\d{5}(?P<born>(?:19|20)\d{6})\d{3}[\dX]")
# How people group the digits of one number that stands beside another one.
GROUPINGS = frozenset({
    (3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (4, 3, 4), (3, 3, 5), (4, 7), (4, 8), (4, 4, 4),  # mobile, landline
    (6, 8, 4), (6, 4, 4, 4),  # ID number
    (4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 4, 4, 4, 2), (4, 4, 4, 4, 1), (6, 13),  # bank card
})  # fmt: skip
MOST_GROUPS = 5

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK_CHARACTERS = "10X98765432"


def find(text: str) -> list[Finding]:
    """All phones, ID numbers, bank cards, mail addresses and doors of a text, in order, never overlapping."""
    plain = _with_ascii_digits(text)
    found = [*_emails(plain)]
    found += _outside(_bracketed_landlines(plain), found)
    found += _outside((finding for number in NUMBER.finditer(plain) for finding in _in_number(number)), found)
    found += _outside((Finding(Kind.ADDRESS, *span, text[slice(*span)]) for span in find_addresses(plain)), found)
    return sorted(found, key=lambda finding: finding.start)


def id_check_character(first_17: str) -> str:
    """The check character of a resident ID (GB 11643): weighted sum modulo 11."""
    return ID_CHECK_CHARACTERS[sum(w * int(d) for w, d in zip(ID_WEIGHTS, first_17, strict=True)) % 11]


def is_id_number(number: str) -> bool:
    """Region, a real birth date and the check character."""
    shape = ID_NUMBER.fullmatch(number)
    return bool(shape) and _is_date(number[6:14]) and id_check_character(number[:17]) == number[17]


def passes_luhn(number: str) -> bool:
    """The check digit of bank cards (ISO/IEC 7812): every second digit from the right doubled, digits summed."""
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[0::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def normal_phone(written: str) -> str:
    """A phone number as people write it, to its digits: without separators, country code, extension and width."""
    plain = re.split("[转轉#xX]", _with_ascii_digits(written).strip(), maxsplit=1)[0]
    return _national(plain)


def _national(written: str) -> str:
    """Digits (and X) of a number; behind a country code a landline gets its 0 back."""
    code = COUNTRY_CODE.match(written)
    digits = re.sub(r"[^\dX]", "", written[code.end() if code else 0 :].upper())
    return "0" + digits if code and digits[:1] not in ("0", "") and not MOBILE.fullmatch(digits) else digits


def _with_ascii_digits(text: str) -> str:
    narrow = fold_width(text)
    return HAN_NUMBER.sub(lambda digits: digits.group().translate(HAN_DIGITS), narrow)


def _emails(plain: str) -> Iterator[Finding]:
    if "@" in plain:
        for address in EMAIL.finditer(plain):
            yield Finding(Kind.EMAIL, *address.span(), address.group().lower())


def _bracketed_landlines(plain: str) -> Iterator[Finding]:
    if ")" in plain:
        for number in BRACKETED_AREA.finditer(plain):
            digits = re.sub(r"\D", "", number.group())
            if LANDLINE.fullmatch(digits):
                yield Finding(Kind.PHONE, *number.span(), digits)


def _outside(findings: Iterable[Finding], taken: list[Finding]) -> list[Finding]:
    return [f for f in findings if not any(f.start < other.end and other.start < f.end for other in taken)]


def _in_number(number: re.Match[str]) -> Iterator[Finding]:
    """The values of a cluster of digit groups: the whole cluster, else the longest stretches that make one."""
    written, offset = number.group(), number.start()
    groups = [group.span() for group in GROUP.finditer(written)]
    before = number.string[max(0, offset - 3) : offset]
    if before[-1:].isascii() and before[-1:].isalpha():
        groups = groups[:1] if len(groups) == 1 and not WAYBILL_LETTERS.search(before) else []
    whole = _national(written)
    kind = _classify(whole) if groups and _is_one_number(written, groups) else None
    if kind:
        yield Finding(kind, offset, number.end(), whole)
    elif len(groups) > 1:
        yield from _in_groups(written, groups, offset)


def _is_one_number(written: str, groups: list[tuple[int, int]]) -> bool:
    """Points separate digits in prices too: with them only the usual groupings count."""
    return "." not in written or _lengths(groups) in GROUPINGS


def _in_groups(written: str, groups: list[tuple[int, int]], offset: int) -> Iterator[Finding]:
    at = 0
    while at < len(groups):
        count, finding = _longest_value(written, groups[at : at + MOST_GROUPS], offset)
        if finding:
            yield finding
        at += count


def _longest_value(written: str, groups: list[tuple[int, int]], offset: int) -> tuple[int, Finding | None]:
    """The longest stretch from the first group on that is a value, and how many groups it takes."""
    for count in range(len(groups), 0, -1):
        taken = groups[:count]
        if count == 1 or _lengths(taken) in GROUPINGS:
            start, end = taken[0][0], taken[-1][1]
            value = _national(written[start:end])
            if kind := _classify(value):
                return count, Finding(kind, offset + start, offset + end, value)
    return 1, None


def _lengths(groups: list[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(end - start for start, end in groups)


def _classify(value: str) -> Kind | None:
    if MOBILE.fullmatch(value) or LANDLINE.fullmatch(value):
        return Kind.PHONE
    if is_id_number(value):
        return Kind.ID_NUMBER
    return Kind.BANK_CARD if BANK_CARD.fullmatch(value) and passes_luhn(value) else None


def _is_date(digits: str) -> bool:
    try:
        date.fromisoformat(digits)
    except ValueError:
        return False
    return True
