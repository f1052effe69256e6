"""Invented customers: senders, receivers and small shops, with contact details nobody can be reached by.

Mail addresses lie under example.com (RFC 2606), and every phone number carries 0000 in the middle. The same seed gives
the same people, so the simulator writes in the names of customers the demo already knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any

from bihuan.demo.wordlists import wordlist

COMPANY_SHARE = 0.08
OTHER_NAME_SHARE = 0.015
MAIL_SHARE = 0.45
PREFIXES = (
    "130", "131", "132", "135", "136", "137", "138", "139", "150", "151", "152", "155", "157", "158", "159",
    "166", "173", "176", "177", "178", "180", "181", "182", "183", "185", "186", "187", "188", "189", "199",
)  # fmt: skip
SUFFIXES = 10_000
FEMALE, MALE = "女士", "先生"


@dataclass(frozen=True, slots=True)
class City:
    """Where somebody lives: full name for addresses, short name for speech."""

    province: str
    name: str
    short: str
    district: str


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as he would write himself down. ``title`` is how the desk addresses him."""

    name: str
    phone: str
    email: str
    address: str
    city: City
    is_company: bool
    title: str


def invent_people(rng: Random, count: int) -> list[Person]:
    """``count`` customers with different phones; addresses follow the weights of the cities."""
    cities = list(_cities(rng, count))
    suffixes = rng.sample(range(len(PREFIXES) * SUFFIXES), count)
    return [
        _person(rng, number, suffix, city) for number, (suffix, city) in enumerate(zip(suffixes, cities, strict=True))
    ]


def other_city(rng: Random, than: City) -> City:
    """Somewhere else: the other end of a parcel's way."""
    while True:
        (city,) = _cities(rng, 1)
        if city.short != than.short:
            return city


def _cities(rng: Random, count: int) -> Iterator[City]:
    rows, cumulated = _weighted_cities()
    for row in rng.choices(rows, cum_weights=cumulated, k=count):
        yield City(row["province"], row["name"], row["short"], rng.choice(row["districts"]))


@cache
def _weighted_cities() -> tuple[list[dict[str, Any]], list[float]]:
    rows = wordlist("places")["cities"]
    return rows, list(accumulate(row["weight"] for row in rows))


def _person(rng: Random, number: int, suffix: int, city: City) -> Person:
    is_company = rng.random() < COMPANY_SHARE
    name, title = _company(rng, city) if is_company else _name(rng)
    words = wordlist("names")
    prefix, tail = divmod(suffix, SUFFIXES)
    return Person(
        name=name,
        phone=f"{PREFIXES[prefix]}0000{tail:04d}",
        email=f"{rng.choice(words['mail_words'])}{number:04d}@example.com" if rng.random() < MAIL_SHARE else "",
        address=_address(rng, city),
        city=city,
        is_company=is_company,
        title=title,
    )


def _company(rng: Random, city: City) -> tuple[str, str]:
    words = wordlist("names")
    name = f"{city.short}{rng.choice(words['company_words'])}{rng.choice(words['company_trades'])}"
    return name, f"{rng.choice(words['surnames'][:20])}老板"


def _name(rng: Random) -> tuple[str, str]:
    words = wordlist("names")
    if rng.random() < OTHER_NAME_SHARE:
        return rng.choice(words["other"]), "客户"
    surnames = words["surnames"]
    # Frequency falls with the rank, about as in the census.
    surname = surnames[min(int(rng.expovariate(1 / 16)), len(surnames) - 1)]
    is_woman = rng.random() < 0.52
    given = rng.choice(words["female" if is_woman else "male"])
    return surname + given, surname + (FEMALE if is_woman else MALE)


def _address(rng: Random, city: City) -> str:
    words = wordlist("names")
    street = f"{rng.choice(words['streets'])}{rng.randint(1, 388)}号"
    home = f"{rng.choice(words['estates'])}{rng.randint(1, 22)}幢{rng.randint(1, 30)}{rng.randint(1, 4):02d}室"
    return f"{city.name}{city.district}{street}{home}"
