"""The last four digits of the recipient's phone, kept so that they can be compared and not read."""

from bihuan.crypto.blind_index import digest

TAIL = 4


def tail_digest(number: str, tail: str) -> bytes:
    """The keyed hash of a waybill and four digits; the number in it keeps equal tails apart."""
    return digest(f"{number}|{tail}", "waybill.phone_tail")
