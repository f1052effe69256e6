"""Tariffs by edition: each holds from a day on until the next begins. Nothing is overwritten, so a bill of last year
can be reckoned again."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.tariffs.pricing import Rate, Terms


class Service(models.TextChoices):
    STANDARD = "STANDARD", _("标准快递")
    EXPRESS = "EXPRESS", _("特快")


class Coverage(models.TextChoices):
    FULL = "FULL", _("上门收件和派送")
    DELIVERY_ONLY = "DELIVERY_ONLY", _("只派送，不收件")
    NONE = "NONE", _("暂不服务")


class TariffEdition(models.Model):
    """A whole tariff; the one in force on a day is the latest that has begun."""

    from_on = models.DateField()
    source = models.CharField(max_length=200)
    divisor = models.PositiveIntegerField()
    insurance_basis_points = models.PositiveIntegerField()
    insurance_least_fen = models.PositiveIntegerField()
    insured_most_fen = models.PositiveIntegerField()
    heaviest_grams = models.PositiveIntegerField()
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=60)

    class Meta:
        indexes: ClassVar = [models.Index(name="tariff_in_force", fields=["-from_on", "-id"])]
        constraints: ClassVar = [models.CheckConstraint(name="tariff_divisor_positive", condition=Q(divisor__gt=0))]

    def __str__(self) -> str:
        return f"{self.from_on} {self.source}"

    @property
    def terms(self) -> Terms:
        return Terms(
            self.divisor,
            self.insurance_basis_points,
            self.insurance_least_fen,
            self.insured_most_fen,
            self.heaviest_grams,
        )


class ZoneRate(models.Model):
    """The price of a service in a zone."""

    edition = models.ForeignKey(TariffEdition, on_delete=models.PROTECT, related_name="rates")
    service = models.CharField(max_length=12, choices=Service)
    zone = models.CharField(max_length=8)
    first_grams = models.PositiveIntegerField()
    first_fen = models.PositiveIntegerField()
    step_grams = models.PositiveIntegerField()
    step_fen = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="zone_rate_once", fields=["edition", "service", "zone"]),
            models.CheckConstraint(name="zone_rate_step_positive", condition=Q(step_grams__gt=0)),
        ]

    @property
    def rate(self) -> Rate:
        return Rate(self.first_grams, self.first_fen, self.step_grams, self.step_fen)


class Route(models.Model):
    """From one province to another: the zone, and how long it takes."""

    edition = models.ForeignKey(TariffEdition, on_delete=models.PROTECT, related_name="routes")
    origin = models.CharField(max_length=20)
    destination = models.CharField(max_length=20)
    zone = models.CharField(max_length=8)
    standard_hours = models.PositiveSmallIntegerField()
    express_hours = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="route_once", fields=["edition", "origin", "destination"])
        ]


class Area(models.Model):
    """A city and what we do there."""

    edition = models.ForeignKey(TariffEdition, on_delete=models.PROTECT, related_name="areas")
    province = models.CharField(max_length=20)
    city = models.CharField(max_length=20)
    coverage = models.CharField(max_length=16, choices=Coverage)
    surcharge_fen = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="area_once", fields=["edition", "city"])]
