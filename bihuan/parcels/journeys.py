"""Journeys a simulator plays: how a parcel goes when all is well, and each way in which it goes wrong.

Pure: the same dice and moment tell the same story.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from bihuan.carriers.scans import Scan, ScanCode

# fmt: off
PLACES = (
    "上海", "杭州", "南京", "武汉", "成都", "广州", "深圳", "北京", "西安", "郑州", "长沙",  # data, not a message
)
WORDS = {
    ScanCode.COLLECTED: "快件已揽收",  # data, not a message
    ScanCode.DEPARTED: "快件已发出",  # data, not a message
    ScanCode.ARRIVED: "快件已到达",  # data, not a message
    ScanCode.DELIVERING: "正在派送，请保持电话畅通",  # data, not a message
    ScanCode.SIGNED_SELF: "签收人：本人签收",  # data, not a message
    ScanCode.SIGNED_PROXY: "签收人：门卫代收",  # data, not a message
    ScanCode.DAMAGED: "外包装破损，已登记",  # data, not a message
    ScanCode.LOST: "多方查找未果，已登记遗失",  # data, not a message
}
OUTLET, HUB = "{city}营业部", "{city}转运中心"  # data, not a message
# fmt: on


class Story(StrEnum):
    NORMAL = "NORMAL"
    DELAYED = "DELAYED"
    STRANDED = "STRANDED"
    LOST = "LOST"
    DAMAGED = "DAMAGED"
    FALSE_SIGN_OFF = "FALSE_SIGN_OFF"


@dataclass(frozen=True, slots=True)
class Journey:
    """What the simulator tells of one parcel."""

    origin: str
    destination: str
    promised_at: datetime
    scans: tuple[Scan, ...]


Step = tuple[float, ScanCode, str]
ENDINGS: dict[Story, Callable[[str, str], list[Step]]] = {
    Story.NORMAL: lambda hub, outlet: [
        (34, ScanCode.DEPARTED, hub),
        (40, ScanCode.DELIVERING, outlet),
        (43, ScanCode.SIGNED_SELF, outlet),
    ],
    Story.DELAYED: lambda hub, outlet: [
        (70, ScanCode.DEPARTED, hub),
        (90, ScanCode.DELIVERING, outlet),
        (93, ScanCode.SIGNED_SELF, outlet),
    ],
    Story.STRANDED: lambda hub, outlet: [],
    Story.LOST: lambda hub, outlet: [(34, ScanCode.DEPARTED, hub), (80, ScanCode.LOST, hub)],
    Story.DAMAGED: lambda hub, outlet: [(31, ScanCode.DAMAGED, hub), (40, ScanCode.DELIVERING, outlet)],
    Story.FALSE_SIGN_OFF: lambda hub, outlet: [
        (34, ScanCode.DEPARTED, hub),
        (40, ScanCode.DELIVERING, outlet),
        (41, ScanCode.SIGNED_PROXY, outlet),
    ],
}
LENGTH = timedelta(hours=96)


def tell(story: Story, dice: Random, at: datetime) -> Journey:
    """A journey of this kind that has been told in full by ``at``."""
    origin, destination = dice.sample(PLACES, 2)
    start = at - LENGTH - timedelta(minutes=dice.randrange(600))
    hub, outlet = HUB.format(city=destination), OUTLET.format(city=destination)
    steps: list[Step] = [
        (0, ScanCode.COLLECTED, OUTLET.format(city=origin)),
        (4, ScanCode.DEPARTED, HUB.format(city=origin)),
        (30, ScanCode.ARRIVED, hub),
        *ENDINGS[story](hub, outlet),
    ]
    scans = tuple(
        Scan(start + timedelta(hours=hours, minutes=dice.randrange(30)), code, place, WORDS.get(code, ""))
        for hours, code, place in steps
    )
    return Journey(origin, destination, start + timedelta(hours=72), scans)


# the categories of complaints and the stories that lead to them
STORY_OF = {
    "DELAY": Story.DELAYED,
    "LOSS": Story.LOST,
    "DAMAGE": Story.DAMAGED,
    "DELIVERY": Story.FALSE_SIGN_OFF,
}
