"""Case numbers: ``TS-20261123-000128``. Drawn from a sequence, so that writers never queue for a number."""

import re
from datetime import date

NUMBER_PATTERN = re.compile(r"\b(?:TS|ZX|JY)-\d{8}-\d{6,}\b")


def format_number(prefix: str, day: date, drawn: int) -> str:
    """The number of a case received on ``day``; ``drawn`` is the next value of the sequence.

    The last part wraps at a million: unique as long as fewer than a million cases arrive on one day,
    and the database refuses the rest.
    """
    return f"{prefix}-{day:%Y%m%d}-{drawn % 1_000_000:06d}"


def find_numbers(text: str) -> list[str]:
    """All case numbers that occur in a text, in order."""
    return NUMBER_PATTERN.findall(text)
