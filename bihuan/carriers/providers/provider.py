"""The one face of all who can be asked where a parcel is."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.carriers.client import Request
from bihuan.carriers.hearing import Told
from bihuan.carriers.numbers import Carrier
from bihuan.carriers.problems import Problem, ProviderFailed
from bihuan.carriers.scans import ScanCode


class ProviderCode(models.TextChoices):
    """In the order in which they are asked: the carrier itself first, then who gathers from all."""

    SF = "SF", _("顺丰开放平台")
    YTO = "YTO", _("圆通开放平台")
    ZTO = "ZTO", _("中通开放平台")
    KUAIDI100 = "KUAIDI100", _("快递100")
    KDNIAO = "KDNIAO", _("快递鸟")


@dataclass(frozen=True, slots=True)
class Question:
    """Where is this parcel? Some carriers answer only who knows the last digits of the recipient's phone."""

    number: str
    carrier: Carrier
    phone_tail: str = field(default="", repr=False)


class Agreed(Protocol):
    """The keys as a provider sees them."""

    @property
    def address(self) -> str: ...

    def __getitem__(self, name: str) -> str: ...


# A look-up changes nothing, so all that may have gone wrong on the way is worth another try.
ON_THE_WAY = frozenset({Problem.UNREACHABLE, Problem.TIMED_OUT, Problem.SERVER_ERROR})
# Where every look-up is counted and paid, only what surely never arrived.
NEVER_ARRIVED = frozenset({Problem.UNREACHABLE})


# Some refuse in words only. What they say tells more than that they refuse.
# fmt: off
IN_WORDS = {
    Problem.LIMIT_REACHED: ("套餐", "次数", "余额", "频", "限流"),  # data, not a message
    Problem.KEYS_REFUSED: ("签名", "商户", "授权", "digest", "appkey"),  # data, not a message
    Problem.PHONE_WANTED: ("手机", "尾号"),  # data, not a message
    Problem.SERVER_ERROR: ("系统",),  # data, not a message
}
# fmt: on


class Provider(ABC):
    """What differs from one to the next: data first, then how to ask and how to read."""

    code: ClassVar[ProviderCode]
    address: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]
    options: ClassVar[Mapping[str, str]] = {}
    # whose parcels it knows, by its own name for their carrier
    carriers: ClassVar[Mapping[Carrier, str]]
    codes: ClassVar[Mapping[str, ScanCode]]
    is_carrier: ClassVar[bool] = True  # False for those who gather from all
    repeats: ClassVar[frozenset[Problem]] = ON_THE_WAY
    # the same parcel is not asked for again before
    pause: ClassVar[timedelta] = timedelta(minutes=10)

    @abstractmethod
    def request(self, keys: Agreed, question: Question, at: datetime) -> Request:
        """The question as the public document wants it, signed."""

    @abstractmethod
    def tell(self, answer: Any, question: Question) -> Iterable[Told]:
        """The lines of an answer; none when the parcel is not known there. Raises ProviderFailed."""


def form(url: str, body: str) -> Request:
    """A form whose fields are encoded already."""
    return Request(url, body.encode(), {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})


def milliseconds(at: datetime) -> str:
    """A moment as the platforms stamp it."""
    return str(int(at.timestamp() * 1000))


def tables(lines: list[Any]) -> list[dict[str, Any]]:
    """The lines of an answer, each a table of names and values. Raises ProviderFailed when one is something else."""
    if not all(isinstance(line, dict) for line in lines):
        raise ProviderFailed(Problem.NOT_UNDERSTOOD)
    return lines


def refusal_in(words: str) -> ProviderFailed:
    """What a refusal in words means."""
    folded = words.lower()
    found = (problem for problem, known in IN_WORDS.items() if any(word in folded for word in known))
    return ProviderFailed(next(found, Problem.NOT_UNDERSTOOD))
