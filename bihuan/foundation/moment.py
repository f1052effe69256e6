"""The clock, read by edges only: actions and rules take ``at`` as an argument."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()
