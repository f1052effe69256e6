"""Waybills and what happened to them. Scans are added and never changed: a trigger of the database sees to it."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.carriers.numbers import Carrier
from bihuan.carriers.queries import Problem, ProviderCode
from bihuan.carriers.scans import Scan, ScanCode
from bihuan.customers.models import Customer
from bihuan.foundation.actor import Actor
from bihuan.organization.roles import HANDLERS, OBSERVERS, Role
from bihuan.parcels.states import ParcelState

LOST_AFTER = timedelta(minutes=2)
READERS = HANDLERS | OBSERVERS | {Role.LIAISON, Role.AUDIT_ADMIN}


class Source(models.TextChoices):
    """Where a scan was told: our own scanners, a carrier, an aggregator, or the simulator."""

    LOCAL = "LOCAL", _("本公司")
    SF = "SF", _("顺丰开放平台")
    YTO = "YTO", _("圆通开放平台")
    ZTO = "ZTO", _("中通开放平台")
    KUAIDI100 = "KUAIDI100", _("快递100")
    KDNIAO = "KDNIAO", _("快递鸟")
    SIMULATOR = "SIMULATOR", _("模拟")


class WaybillQuerySet(models.QuerySet["Waybill"]):
    def moving(self) -> "WaybillQuerySet":
        """On the way: not signed off, returned or cancelled."""
        return self.exclude(state__in=ParcelState.ended())

    def visible_to(self, actor: Actor) -> "WaybillQuerySet":
        """Staff who answer customers see every waybill: the person who asks may stand anywhere on its way.

        A customer sees none in lists; who knows a number may follow it (``queries.track``).
        """
        return self if actor.is_system or actor.units(READERS) else self.none()


class Waybill(models.Model):
    """One parcel. Who sent and who receives it is known to the vault; here stand masks."""

    number = models.CharField(max_length=40, unique=True)
    carrier = models.CharField(max_length=12, choices=Carrier)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+")
    recipient_label = models.CharField(max_length=40, blank=True)
    # keyed hash of number and last four digits of the recipient's phone
    phone_tail = models.BinaryField(max_length=16, null=True)
    origin = models.CharField(max_length=40, blank=True)
    destination = models.CharField(max_length=40, blank=True)
    weight_grams = models.PositiveIntegerField(null=True)
    insured_fen = models.PositiveBigIntegerField(default=0)
    promised_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=ParcelState, default=ParcelState.UNKNOWN)
    hub = models.CharField(max_length=80, blank=True)
    last_scan_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField()

    objects = WaybillQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="waybill_customer_recent", fields=["customer", "-registered_at"]),
            models.Index(
                name="waybill_stuck_at_hub",
                fields=["hub", "last_scan_at"],
                condition=~Q(state__in=ParcelState.ended()),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def has_ended(self) -> bool:
        """Signed off, returned or cancelled."""
        return self.state in ParcelState.ended()


class TrackingEvent(models.Model):
    """One scan of a waybill: its words hold references and masks, nothing personal in clear."""

    waybill = models.ForeignKey(Waybill, on_delete=models.PROTECT, related_name="scans")
    at = models.DateTimeField()
    code = models.CharField(max_length=16, choices=ScanCode)
    place = models.CharField(max_length=80, blank=True)
    text = models.TextField(blank=True)
    raw_code = models.CharField(max_length=24, blank=True)
    source = models.CharField(max_length=12, choices=Source)
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="tracking_event_once",
                fields=["waybill", "at", "code", "place"],
                condition=~Q(code=ScanCode.UNKNOWN),
            ),
            models.UniqueConstraint(
                name="tracking_event_unknown_once",
                fields=["waybill", "at", "raw_code", "place"],
                condition=Q(code=ScanCode.UNKNOWN),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.waybill_id} {self.code} {self.at:%Y-%m-%d %H:%M}"

    @property
    def scan(self) -> Scan:
        """The row as the rules read it."""
        return Scan(self.at, ScanCode(self.code), self.place, self.text, self.raw_code)


class Inquiry(models.Model):
    """When the carriers were last asked about a number, and what came of it: nobody asks twice in a short time.

    A number need not be a waybill of ours: people also track what they have only heard of.
    """

    number = models.CharField(max_length=40, unique=True)
    wished_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    rest_until = models.DateTimeField(null=True)
    provider = models.CharField(max_length=12, choices=ProviderCode, blank=True, default="")
    problem = models.CharField(max_length=16, choices=Problem, blank=True, default="")
    refused = models.PositiveIntegerField(default=0)
    # whose open pages wait for it
    units = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        indexes: ClassVar = [models.Index(name="inquiry_wished", fields=["wished_at"])]

    def __str__(self) -> str:
        return self.number

    def is_open(self, at: datetime) -> bool:
        """True while its job is queued or runs; one that was killed is given up."""
        return self.wished_at is not None and self.ended_at is None and at - self.wished_at < LOST_AFTER

    def is_due(self, at: datetime) -> bool:
        """True when the carriers may be asked (again)."""
        return not self.is_open(at) and (self.rest_until is None or at >= self.rest_until)
