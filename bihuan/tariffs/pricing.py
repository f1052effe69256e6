"""What a parcel costs, line by line. Pure; money in integer fen, weight in grams, sides in whole centimetres.

Freight = first weight + steps begun beyond it, on the larger of real and volumetric weight.
Volumetric weight = length × width × height ÷ divisor (6,000 cm³ per kilogram, the custom of the trade).
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

GRAMS_PER_KILO = 1000
BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a whole tariff."""

    divisor: int = 6000
    insurance_basis_points: int = 50
    insurance_least_fen: int = 100
    insured_most_fen: int = 2_000_000
    heaviest_grams: int = 50_000


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of one service in one zone."""

    first_grams: int
    first_fen: int
    step_grams: int
    step_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is sent."""

    weight_grams: int
    length_cm: int = 0
    width_cm: int = 0
    height_cm: int = 0
    insured_fen: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill: what, how it was reckoned, how much (None for a line that only explains)."""

    label: str
    reckoning: str
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class Bill:
    lines: tuple[Line, ...]
    billed_grams: int
    total_fen: int


def volumetric_grams(load: Load, divisor: int) -> int:
    """Length × width × height × 1,000 ÷ divisor, rounded up to the gram; 0 without all three sides."""
    return -(-load.length_cm * load.width_cm * load.height_cm * GRAMS_PER_KILO // divisor)


def insurance_fen(insured_fen: int, terms: Terms) -> int:
    """The share of the insured value, rounded half up to the fen, at least the least; nothing insured costs nothing."""
    if not insured_fen:
        return 0
    share = (insured_fen * terms.insurance_basis_points + BASIS_POINTS // 2) // BASIS_POINTS
    return max(share, terms.insurance_least_fen)


def steps_beyond(billed_grams: int, rate: Rate) -> int:
    """Steps begun beyond the first weight."""
    return -(-max(0, billed_grams - rate.first_grams) // rate.step_grams)


def reckon(load: Load, rate: Rate, terms: Terms, surcharge_fen: int = 0) -> Bill:
    """The bill of one parcel."""
    volumetric = volumetric_grams(load, terms.divisor)
    billed = max(load.weight_grams, volumetric)
    steps = steps_beyond(billed, rate)
    lines = [
        *_weight_lines(load, volumetric, billed, terms),
        Line(_("首重"), _("{kilos} 公斤以内").format(kilos=kilos(rate.first_grams)), rate.first_fen),
    ]
    if steps:
        words = _("{steps} 个续重 × {price}（每 {kilos} 公斤）")
        reckoning = words.format(steps=steps, price=yuan(rate.step_fen), kilos=kilos(rate.step_grams))
        lines.append(Line(_("续重"), reckoning, steps * rate.step_fen))
    if surcharge_fen:
        lines.append(Line(_("偏远附加费"), _("按目的地"), surcharge_fen))
    if load.insured_fen:
        words = _("声明价值 {value} × {percent}%，最低 {least}")
        percent = f"{terms.insurance_basis_points / 100:g}"
        reckoning = words.format(value=yuan(load.insured_fen), percent=percent, least=yuan(terms.insurance_least_fen))
        lines.append(Line(_("保价费"), reckoning, insurance_fen(load.insured_fen, terms)))
    return Bill(tuple(lines), billed, sum(line.amount_fen or 0 for line in lines))


def _weight_lines(load: Load, volumetric: int, billed: int, terms: Terms) -> list[Line]:
    lines = [Line(_("实际重量"), _("{kilos} 公斤").format(kilos=kilos(load.weight_grams)), None)]
    if volumetric:
        sides = f"{load.length_cm} × {load.width_cm} × {load.height_cm} ÷ {terms.divisor}"
        lines.append(
            Line(_("体积重量"), _("{sides} = {kilos} 公斤").format(sides=sides, kilos=kilos(volumetric)), None)
        )
    larger = _("取较大的一个：{kilos} 公斤") if volumetric else _("{kilos} 公斤")
    lines.append(Line(_("计费重量"), larger.format(kilos=kilos(billed)), None))
    return lines


def kilos(grams: int) -> str:
    """Grams as kilograms without needless zeros."""
    return f"{grams / GRAMS_PER_KILO:g}"


def yuan(fen: int) -> str:
    return f"¥{fen / 100:.2f}"
