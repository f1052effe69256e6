"""Calendars, their editions, the weekly hours and the days that differ.

Nothing is overwritten: hours and days carry the edition they hold ``since`` and the one ``until`` which they held, so
a due time computed a year ago is explained with the calendar of a year ago.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.calendar.days import MINUTES_PER_DAY


class DayKind(models.TextChoices):
    """The stored kinds of ``bihuan.calendar.worktime.DayKind`` with their names."""

    HOLIDAY = "HOLIDAY", _("放假")
    WORKDAY = "WORKDAY", _("调休上班")
    SPECIAL = "SPECIAL", _("特殊班次")


class Calendar(models.Model):
    """A named calendar; ``edition`` is the one in force."""

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    zone = models.CharField(max_length=40, default="Asia/Shanghai")
    edition = models.OneToOneField("CalendarEdition", null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class CalendarEdition(models.Model):
    """One state of a calendar. Its id is never used twice, so processes may cache by it for ever.

    ``covered_until`` is inclusive; null means that no holiday table limits the calendar.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    covered_from = models.DateField(null=True)
    covered_until = models.DateField(null=True)
    source = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="calendar_edition_number", fields=["calendar", "number"]),
            models.CheckConstraint(
                name="calendar_edition_covers_forward",
                condition=Q(covered_from=None, covered_until=None) | Q(covered_until__gte=F("covered_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id}/{self.number}"


CURRENT = Q(until=None)


def held_in(edition: CalendarEdition) -> Q:
    """The rows of a calendar as they stood in one of its editions."""
    still_held = CURRENT | Q(until__gt=edition.pk)
    return still_held & Q(calendar_id=edition.calendar_id, since__lte=edition.pk)


class Editioned(models.Model):
    """A row that holds from one edition to before another."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")
    since = models.ForeignKey(CalendarEdition, on_delete=models.PROTECT, related_name="+")
    until = models.ForeignKey(CalendarEdition, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class CalendarShift(Editioned):
    """Working hours of a weekday (0 = Monday) in minutes of the local day."""

    weekday = models.PositiveSmallIntegerField()
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="calendar_shift_weekday", condition=Q(weekday__lte=6)),
            models.CheckConstraint(
                name="calendar_shift_within_a_day",
                condition=Q(end_minute__gt=F("start_minute"), end_minute__lte=MINUTES_PER_DAY),
            ),
            models.UniqueConstraint(
                name="calendar_shift_one_start",
                fields=["calendar", "weekday", "start_minute"],
                condition=Q(until=None),
            ),
        ]


class CalendarDay(Editioned):
    """A day that differs from the weekly hours; ``shifts`` lists start and end minutes in turn."""

    on = models.DateField()
    kind = models.CharField(max_length=8, choices=DayKind)
    name = models.CharField(max_length=40)
    shifts = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="calendar_day_once", fields=["calendar", "on"], condition=Q(until=None)),
            models.CheckConstraint(
                name="calendar_day_off_has_no_shifts",
                condition=Q(kind=DayKind.HOLIDAY, shifts__len=0) | (~Q(kind=DayKind.HOLIDAY) & Q(shifts__len__gt=0)),
            ),
        ]
