"""What a message that arrives by itself becomes: kind, category and urgency, with the words that decided it."""

from collections.abc import Mapping
from typing import Any

from bihuan.cases.actions.opening import Voice
from bihuan.cases.priority import Urgency
from bihuan.cases.workflow import Kind
from bihuan.language.classification import classify

FALLBACK_CATEGORY = "OTHER"


def voice_of(*, text: str, subject: str, channel: str, hints: Mapping[str, Any]) -> Voice:
    """The voice of a received message. What the sender or the import said outranks what the words suggest."""
    guess = classify(f"{subject}\n{text}")
    kind = hints.get("kind") or guess.kind or Kind.CONSULTATION
    return Voice(
        kind=kind,
        category=hints.get("category") or guess.category or FALLBACK_CATEGORY,
        matter=text or subject,
        title=subject,
        channel=channel,
        expected=hints.get("expected", ""),
        waybill=hints.get("waybill", ""),
        region=hints.get("region", ""),
        urgency=hints.get("urgency") or (Urgency.HIGH if guess.urgency else Urgency.MEDIUM),
    )
