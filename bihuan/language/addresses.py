"""Where in a text somebody's door is named: a street or estate with house, stair and room. Knows no place.

A street with a house number alone is a door only behind a city or district: 文三路18号 may be any shop.
"""

import re
from collections.abc import Iterator

# A house number or a part of a house, as 18号, 3栋, 2单元, 301室, A座.
PART = re.compile(r"[\dA-Za-z甲乙丙丁]{1,5}(?:[-—]\d{1,4})?(?:号院|号楼|号|弄|栋|幢|座|单元|楼|层|室|房|户|门)")
DOOR = re.compile(
    r"[路街道巷弄同村镇乡屯区苑园庄城厦府庭里湾坊寓院组队场心]"
    rf"((?:{PART.pattern}[ ,，]?)+(?:\d{{1,4}}(?![\d.年月日点件元票公]))?)"
)
STREETS = "路街道巷弄同村"
REGION = re.compile("省|市|县|(?<![小社园])区")
# What stands before a place goes on as far as Han characters do, but not beyond a word that leads to it.
RUN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{1,30}$")
LEADS = re.compile(r"送到|送至|寄到|寄至|发到|发往|寄往|送往|搬到|住址|地址|住在|家住|位于|放在|[是为在到住]")


def find_addresses(text: str) -> Iterator[tuple[int, int]]:
    """The spans of all addresses with a door, in order. Digits must be ASCII."""
    behind = 0
    for door in DOOR.finditer(text):
        before = RUN.search(text, max(behind, door.start() - 29), door.start() + 1)
        start = before.start() if before else door.start()
        leads = [lead.end() for lead in LEADS.finditer(text, start, door.start())]
        start = max([start, *leads])
        if _is_a_door(door, text[start : door.start()]):
            behind = door.start(1) + len(door[1].rstrip(" ,，"))
            yield start, behind


def _is_a_door(door: re.Match[str], region: str) -> bool:
    if len(PART.findall(door[1])) > 1:
        return True
    return door[0][0] in STREETS and bool(REGION.search(region))
