"""The level that handles a case, and how "not satisfied" moves it one level higher (feature 4.13)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    TEAM = 0, _("班组")
    REGION = 1, _("大区")
    HQ = 2, _("总部")


def next_level(level: int) -> Level:
    """One level higher; headquarters stays headquarters."""
    return Level(min(level + 1, Level.HQ))
