"""Whose parcel it may be. Pure."""

from bihuan.carriers.numbers import Carrier, recognize


def hints_for(number: str, carrier: str = "") -> tuple[Carrier, ...]:
    """The carrier that is known, else those the number hints at, the likeliest first."""
    known = Carrier(carrier) if carrier else Carrier.OTHER
    return recognize(number).carriers if known is Carrier.OTHER else (known,)
