"""What the promise ledger hears: a changed calendar."""

from collections.abc import Sequence

from bihuan.journal.models import StoredEntry
from bihuan.journal.registry import consumer
from bihuan.promises.tasks import recompute


@consumer("promises.calendars", "calendar.changed")
def recompute_promises(batch: Sequence[StoredEntry]) -> None:
    """A calendar has a new edition: a job moves its running promises."""
    for code in sorted({entry.payload["code"] for entry in batch}):
        recompute.defer(calendar_code=code)
