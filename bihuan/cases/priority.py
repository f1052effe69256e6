"""Impact × urgency gives the priority, and the cell that gave it is shown to people (ITIL priority matrix)."""

from dataclasses import dataclass
from functools import cache

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Impact(models.TextChoices):
    HIGH = "HIGH", _("影响大")
    MEDIUM = "MEDIUM", _("影响中")
    LOW = "LOW", _("影响小")


class Urgency(models.TextChoices):
    HIGH = "HIGH", _("很急")
    MEDIUM = "MEDIUM", _("较急")
    LOW = "LOW", _("不急")


class Priority(models.IntegerChoices):
    P1 = 1, _("P1 紧急")
    P2 = 2, _("P2 高")
    P3 = 3, _("P3 中")
    P4 = 4, _("P4 低")


MATRIX: dict[tuple[str, str], Priority] = {
    (Impact.HIGH, Urgency.HIGH): Priority.P1,
    (Impact.HIGH, Urgency.MEDIUM): Priority.P2,
    (Impact.HIGH, Urgency.LOW): Priority.P3,
    (Impact.MEDIUM, Urgency.HIGH): Priority.P2,
    (Impact.MEDIUM, Urgency.MEDIUM): Priority.P3,
    (Impact.MEDIUM, Urgency.LOW): Priority.P4,
    (Impact.LOW, Urgency.HIGH): Priority.P3,
    (Impact.LOW, Urgency.MEDIUM): Priority.P4,
    (Impact.LOW, Urgency.LOW): Priority.P4,
}


@dataclass(frozen=True, slots=True)
class PriorityReason:
    """The cell of the matrix a priority came from."""

    impact: str
    urgency: str
    priority: Priority

    @property
    def sentence(self) -> str:
        """What people read beside the priority."""
        return _sentence(self.impact, self.urgency, self.priority, get_language())


@cache
def _sentence(impact: str, urgency: str, priority: Priority, language: str | None) -> str:
    """In the language that is active, which is part of the key: lists write it for every row."""
    return f"{Impact(impact).label} × {Urgency(urgency).label} → {priority.label}"


def prioritize(impact: str, urgency: str) -> PriorityReason:
    """The priority of an impact and an urgency. Raises KeyError for values outside the matrix."""
    return PriorityReason(impact=impact, urgency=urgency, priority=MATRIX[(impact, urgency)])
