"""How sure it is that two customers are one. Pure: keyed hashes are compared, no clear value is needed.

STRONG: the same phone, mail address or account on both. LIKELY: the same postal address and the same surname, which may
be two people of one household. WEAK: surname and last four digits, which every ten-thousandth Wang has.
"""

from dataclasses import dataclass

from bihuan.customers.kinds import MatchLevel

ORDER = list(MatchLevel)


@dataclass(frozen=True, slots=True)
class Traits:
    """What a customer can be recognised by, as blind indexes."""

    contacts: frozenset[bytes] = frozenset()
    addresses: frozenset[bytes] = frozenset()
    surname_tails: frozenset[bytes] = frozenset()
    surname_label: str = ""


def match_level(one: Traits, other: Traits) -> MatchLevel:
    """The strongest evidence that both are the same customer."""
    if one.contacts & other.contacts:
        return MatchLevel.STRONG
    same_surname = bool(one.surname_label) and one.surname_label == other.surname_label
    if one.addresses & other.addresses and same_surname:
        return MatchLevel.LIKELY
    if one.surname_tails & other.surname_tails:
        return MatchLevel.WEAK
    return MatchLevel.NONE


def is_doubtful(level: str) -> bool:
    """True when a leader has to decide."""
    return ORDER.index(MatchLevel(level)) >= ORDER.index(MatchLevel.WEAK)
