"""The published time limits."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from bihuan.calendar.models import Calendar
from bihuan.organization.models import Unit
from bihuan.promises.models.kinds import PromiseKind


class PromisePolicyQuerySet(models.QuerySet["PromisePolicy"]):
    def current(self) -> "PromisePolicyQuerySet":
        return self.filter(replaced_at=None)


class PromisePolicy(models.Model):
    """A published row: how much working time a kind of promise gets. Never changed, only replaced.

    ``priority`` and ``division`` are null when the row holds for all of them; the most specific row wins.
    ``number`` counts the editions of the same row. ``source`` names the law or the rule behind it.
    """

    case_kind = models.CharField(max_length=16)
    kind = models.CharField(max_length=12, choices=PromiseKind)
    priority = models.PositiveSmallIntegerField(null=True)
    division = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")
    risk_percent = models.PositiveSmallIntegerField(default=75)
    text = models.CharField(max_length=80)
    text_en = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=120)
    number = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=60)
    replaced_at = models.DateTimeField(null=True)

    objects = PromisePolicyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="promise_policy_one_current",
                fields=["case_kind", "kind", "priority", "division"],
                condition=Q(replaced_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="promise_policy_has_time", condition=Q(minutes__gt=0)),
            models.CheckConstraint(
                name="promise_policy_risk_share", condition=Q(risk_percent__gte=1, risk_percent__lte=99)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_kind}/{self.kind}/P{self.priority}: {self.minutes} min"

    @property
    def label(self) -> str:
        """What is promised, in the reader's language."""
        return self.text_en if self.text_en and (get_language() or "").startswith("en") else self.text
