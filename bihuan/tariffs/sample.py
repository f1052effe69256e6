"""The tariff of the demo company: four zones by distance, the provincial capitals and large cities.

Pure. The numbers are invented and lie near what people know from the market.
"""

from bihuan.tariffs.pricing import Rate, Terms
from bihuan.tariffs.table import AreaRow, RateRow, TariffTable, ZoneRow

# fmt: off
# Provinces with their cities, by part of the country.
PARTS = {
    "EAST": {
        "上海": ["上海"], "江苏": ["南京", "苏州", "无锡"], "浙江": ["杭州", "宁波", "温州"],  # data, not a message
        "安徽": ["合肥"], "福建": ["福州", "厦门"], "江西": ["南昌"], "山东": ["济南", "青岛"],  # data, not a message
    },
    "NORTH": {
        "北京": ["北京"], "天津": ["天津"], "河北": ["石家庄", "唐山"], "山西": ["太原"],  # data, not a message
        "辽宁": ["沈阳", "大连"], "吉林": ["长春"], "黑龙江": ["哈尔滨"], "内蒙古": ["呼和浩特"],  # data, not a message
    },
    "SOUTH": {
        "广东": ["广州", "深圳", "东莞", "佛山"], "广西": ["南宁"], "海南": ["海口", "三亚"],  # data, not a message
        "湖北": ["武汉"], "湖南": ["长沙"], "河南": ["郑州"],  # data, not a message
    },
    "WEST": {
        "四川": ["成都", "绵阳"], "重庆": ["重庆"], "贵州": ["贵阳"], "云南": ["昆明"],  # data, not a message
        "陕西": ["西安"], "甘肃": ["兰州"], "宁夏": ["银川"],  # data, not a message
        "青海": ["西宁"], "新疆": ["乌鲁木齐"],  # data, not a message
        "西藏": ["拉萨"],  # data, not a message
    },
}
REMOTE = {"新疆", "西藏", "青海"}  # data, not a message
DELIVERY_ONLY = {"三亚"}  # data, not a message
# fmt: on
# zone: first kilogram, each further one, hours by standard and by express
ZONES = {"1": (800, 100, 24, 24), "2": (1000, 300, 48, 24), "3": (1300, 600, 72, 36), "4": (2000, 1500, 120, 72)}
EXPRESS_FACTOR = (18, 10)
REMOTE_SURCHARGE_FEN = 500


def sample_table() -> TariffTable:
    """The whole tariff."""
    places = [(part, province) for part, provinces in PARTS.items() for province in provinces]
    return TariffTable(
        Terms(),
        tuple(RateRow(service, zone, _rate(service, zone)) for service in ("STANDARD", "EXPRESS") for zone in ZONES),
        tuple(_route(origin, destination) for origin in places for destination in places),
        tuple(
            AreaRow(
                province,
                city,
                "DELIVERY_ONLY" if city in DELIVERY_ONLY else "FULL",
                REMOTE_SURCHARGE_FEN if province in REMOTE else 0,
            )
            for provinces in PARTS.values()
            for province, cities in provinces.items()
            for city in cities
        ),
    )


def _rate(service: str, zone: str) -> Rate:
    first, step, _standard, _express = ZONES[zone]
    times, by = EXPRESS_FACTOR if service == "EXPRESS" else (1, 1)
    return Rate(1000, first * times // by, 1000, step * times // by)


def _route(origin: tuple[str, str], destination: tuple[str, str]) -> ZoneRow:
    zone = "3"
    if origin[1] == destination[1]:
        zone = "1"
    elif origin[1] in REMOTE or destination[1] in REMOTE:
        zone = "4"
    elif origin[0] == destination[0]:
        zone = "2"
    return ZoneRow(origin[1], destination[1], zone, *ZONES[zone][2:])
