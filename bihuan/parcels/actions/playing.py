"""Playing journeys into the store, to look at and to try."""

from collections.abc import Mapping
from datetime import datetime
from random import Random

from bihuan.foundation.actor import Actor
from bihuan.parcels.actions.registering import WaybillDraft, register_waybill
from bihuan.parcels.actions.scanning import record_scans
from bihuan.parcels.journeys import STORY_OF, Story, tell


def simulate_parcels(*, actor: Actor, told: Mapping[str, str], seed: int, at: datetime) -> int:
    """Play a journey for each number; ``told`` says what went wrong by number (a category, or a story).

    A number that has a journey keeps it. Returns how many scans were stored.
    """
    dice, added = Random(seed), 0
    for number, what in told.items():
        story = STORY_OF.get(what) or (Story(what) if what in set(Story) else Story.NORMAL)
        journey = tell(story, dice, at)
        draft = WaybillDraft(
            number=number,
            origin=journey.origin,
            destination=journey.destination,
            promised_at=journey.promised_at,
        )
        waybill = register_waybill(actor=actor, draft=draft, at=at)
        if waybill.last_scan_at is None:
            scans = journey.scans
            added += record_scans(actor=actor, number=waybill.number, scans=scans, source="SIMULATOR", at=at).added
    return added
