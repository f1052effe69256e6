"""Reads of tariffs, open to everybody: what a parcel costs, where we go, how long it takes."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import Invalid
from bihuan.tariffs.models import Area, Coverage, Route, Service, TariffEdition, ZoneRate
from bihuan.tariffs.pricing import Bill, Line, Load, kilos, reckon, yuan

__all__ = [
    "AreaUnknown",
    "Coverage",
    "InsuredTooHigh",
    "Line",
    "Load",
    "Quote",
    "Reach",
    "RouteUnserved",
    "Service",
    "TariffMissing",
    "TooHeavy",
    "list_cities",
    "list_quotes",
    "quote",
    "reach",
]

# data, not a message: what people write behind the name of a city or province
ENDINGS = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市")  # data, not a message


class TariffMissing(Invalid):
    code = "tariff_missing"
    sentence = _("这一天还没有生效的价目表。")
    next_step = _("请联系客服询价。")


class AreaUnknown(Invalid):
    code = "area_unknown"
    sentence = _("没有找到「{city}」，请写城市名，例如「成都」。")


class RouteUnserved(Invalid):
    code = "route_unserved"
    sentence = _("{city}：{coverage}。")
    next_step = _("请换一个城市，或联系客服确认。")


class TooHeavy(Invalid):
    code = "parcel_too_heavy"
    sentence = _("单件最重 {kilos} 公斤，请分开寄或询问零担价格。")


class InsuredTooHigh(Invalid):
    code = "insured_too_high"
    sentence = _("最高可保 {most}。")


@dataclass(frozen=True, slots=True)
class Quote:
    """A bill with where it holds: from, to, service, hours, and the tariff it was reckoned by."""

    service: Service
    origin: str
    destination: str
    hours: int
    bill: Bill
    from_on: date

    @property
    def days(self) -> int:
        return -(-self.hours // 24)


@dataclass(frozen=True, slots=True)
class Reach:
    """What we do in a city."""

    city: str
    province: str
    coverage: Coverage
    surcharge_fen: int


def _edition(on: date) -> TariffEdition:
    found = TariffEdition.objects.filter(from_on__lte=on).order_by("-from_on", "-id").first()
    if found is None:
        raise TariffMissing()
    return found


def _bare(name: str) -> str:
    word = "".join(name.split())
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending)
    return word


def _area(edition: TariffEdition, name: str, field: str) -> Area:
    """The city; "四川成都" and "四川省成都市" are understood too."""
    word = _bare(name)[:40]
    areas = edition.areas.filter(city=word).first()
    if areas is None and word:
        ends = [area for area in edition.areas.all() if word.endswith(area.city) and area.province in word]
        areas = ends[0] if ends else None
    if areas is None:
        raise AreaUnknown(city=name.strip()[:20], field=field)
    return areas


def reach(*, city: str, on: date) -> Reach:
    """Whether and how we serve a city. Raises AreaUnknown, TariffMissing."""
    area = _area(_edition(on), city, "city")
    return Reach(area.city, area.province, Coverage(area.coverage), area.surcharge_fen)


def list_cities(*, on: date) -> list[str]:
    """The cities of the tariff in force; empty when there is none."""
    newest = TariffEdition.objects.filter(from_on__lte=on).order_by("-from_on", "-id").first()
    return list(newest.areas.order_by("id").values_list("city", flat=True)) if newest else []


def list_quotes(*, origin: str, destination: str, load: Load, on: date) -> list[Quote]:
    """What each service costs, the cheapest first.

    Raises TariffMissing, AreaUnknown, RouteUnserved, TooHeavy, InsuredTooHigh.
    """
    edition = _edition(on)
    start, end = _area(edition, origin, "origin"), _area(edition, destination, "destination")
    _require_served(start, end)
    terms = edition.terms
    if load.weight_grams > terms.heaviest_grams:
        raise TooHeavy(kilos=kilos(terms.heaviest_grams), field="weight_kg")
    if load.insured_fen > terms.insured_most_fen:
        raise InsuredTooHigh(most=yuan(terms.insured_most_fen), field="insured_yuan")
    route = edition.routes.filter(origin=start.province, destination=end.province).first()
    if route is None:
        raise RouteUnserved(city=end.city, coverage=Coverage.NONE.label, field="destination")
    rates = ZoneRate.objects.filter(edition=edition, zone=route.zone)
    surcharge = start.surcharge_fen + end.surcharge_fen
    quotes = [
        Quote(
            Service(row.service),
            start.city,
            end.city,
            _hours(route, row.service),
            reckon(load, row.rate, terms, surcharge),
            edition.from_on,
        )
        for row in rates
    ]
    return sorted(quotes, key=lambda item: item.bill.total_fen)


def quote(*, origin: str, destination: str, service: str, load: Load, on: date) -> Quote:
    """What one service costs. Raises what ``list_quotes`` raises."""
    quotes = list_quotes(origin=origin, destination=destination, load=load, on=on)
    return next(item for item in quotes if item.service == service)


def _require_served(start: Area, end: Area) -> None:
    if start.coverage != Coverage.FULL:
        raise RouteUnserved(city=start.city, coverage=Coverage(start.coverage).label, field="origin")
    if end.coverage == Coverage.NONE:
        raise RouteUnserved(city=end.city, coverage=Coverage.NONE.label, field="destination")


def _hours(route: Route, service: str) -> int:
    return route.standard_hours if service == Service.STANDARD else route.express_hours
