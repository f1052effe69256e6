"""Normal forms of contact details and the keyed hashes they are found by. Pure but for the keyring."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bihuan.crypto.blind_index import digest
from bihuan.customers.kinds import IDENTITIES
from bihuan.foundation.errors import Invalid
from bihuan.language.folding import fold, fold_width
from bihuan.language.personal_data import normal_phone

PHONE_DIGITS = re.compile(r"\d{5,15}")
EMAIL = re.compile(r"[^@\s,;<>()\"]{1,64}@[^@\s,;<>()\"]{1,190}\.[^@\s,;<>()\"]{2,}")
IDENTITY = re.compile(r"\S{3,64}")
TAIL = 4


class PhoneInvalid(Invalid):
    code = "phone_invalid"
    sentence = _("电话号码不完整，请写 5 到 15 位数字。")


class EmailInvalid(Invalid):
    code = "email_invalid"
    sentence = _("邮箱地址的格式不对。")


class IdentityInvalid(Invalid):
    code = "identity_invalid"
    sentence = _("账号要 3 到 64 个字符，中间没有空格。")


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone number, mail address or postal address in its normal form, with its blind index."""

    value: str
    index: bytes


def read_phone(written: str) -> Contact | None:
    """A phone as written; None when blank. Raises PhoneInvalid."""
    if not written.strip():
        return None
    value = normal_phone(written)
    if not PHONE_DIGITS.fullmatch(value):
        raise PhoneInvalid(field="phone")
    return Contact(value, digest(value, "customers.phone"))


def read_email(written: str) -> Contact | None:
    """A mail address as written; None when blank. Raises EmailInvalid."""
    value = fold_width(written).strip().lower()
    if not value:
        return None
    if not EMAIL.fullmatch(value):
        raise EmailInvalid(field="email")
    return Contact(value, digest(value, "customers.email"))


def read_address(written: str) -> Contact | None:
    """A postal address as written; None when blank."""
    value = " ".join(written.split())
    return Contact(value, digest("".join(fold(value).split()), "customers.address")) if value else None


def read_identity(kind: str, written: str) -> Contact:
    """An account of a kind as written, in half width and without regard to case. Raises IdentityInvalid."""
    value = fold_width(written).strip()
    if kind not in IDENTITIES or not IDENTITY.fullmatch(value):
        raise IdentityInvalid(field="value")
    return Contact(value, digest(f"{kind} {value.lower()}", "customers.identity"))


def surname_tail_index(family: str, phone: str) -> bytes:
    """Hash of a surname and the last four digits: 王 + 1234."""
    return digest(f"{family} {phone[-TAIL:]}", "customers.surname_tail")


def initials_tail_index(letters: str, phone: str) -> bytes:
    """Hash of a name's pinyin initials and last four digits: wf + 1234."""
    return digest(f"{letters} {phone[-TAIL:]}", "customers.initials_tail")


def datum_index(kind: str, value: str) -> bytes:
    """Hash of a value lifted from a text, so that the same value is kept once per customer."""
    return digest(f"{kind} {value}", "customers.datum")
