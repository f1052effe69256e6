"""The mark that stands in a text where personal data was lifted out: ``⟦pd:123⟧``. The vault knows what 123 was."""

import re
from collections.abc import Iterable

REFERENCE = re.compile(r"⟦pd:(\d{1,18})⟧")


def reference(datum_id: int) -> str:
    """The mark of one lifted value."""
    return f"⟦pd:{datum_id}⟧"


def referred_ids(texts: Iterable[str]) -> set[int]:
    """Ids of all lifted values the texts refer to."""
    return {int(datum_id) for text in texts for datum_id in REFERENCE.findall(text)}
